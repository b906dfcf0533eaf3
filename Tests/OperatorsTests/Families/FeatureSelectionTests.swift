import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FeatureSelectionTests {
  private static func example(
    _ description: String, _ name: String, _ attributes: Attributes, _ inputs: [Tensor],
    _ output: Tensor = floats([0], [])
  ) -> OperatorCase {
    OperatorCase(
      description, name, domain: "ai.onnx.ml", attributes, inputs: inputs, expected: [output])
  }

  private static func example(
    _ description: String, _ name: String, _ inputs: [Tensor], _ output: Tensor = floats([0], [])
  ) -> OperatorCase {
    example(description, name, [:], inputs, output)
  }

  static let cases = [

    example(
      "chooses columns", "ArrayFeatureExtractor", [counting([2, 3]), integers([1, 2], [2, 0])],
      floats([2, 2], [2, 0, 5, 3])),
    example(
      "makes a row of a list", "ArrayFeatureExtractor",
      [Tensor(shape: [2], strings: ["a", "b"]), list(1, 1, 0)],
      Tensor(shape: [1, 3], strings: ["b", "b", "a"])),
    example(
      "chooses nothing", "ArrayFeatureExtractor", [counting([2, 3]), integers([0], [])],
      floats([2, 0], [])),

    example(
      "puts features side by side", "FeatureVectorizer",
      [integers([2, 1], [1, 2]), integers([2, 2], [3, 4, 5, 6])],
      floats([2, 3], [1, 3, 4, 2, 5, 6])),
    example(
      "cuts and fills", "FeatureVectorizer", ["inputdimensions": .ints([1, 2])],
      [counting([2, 2]), counting([2, 1])], floats([2, 3], [0, 0, 0, 2, 1, 0])),
    example(
      "takes lists for one row", "FeatureVectorizer", [counting([2]), counting([1])],
      floats([1, 3], [0, 1, 0])),
    example(
      "takes further axes for features", "FeatureVectorizer", [counting([1, 2, 2])],
      floats([1, 4], [0, 1, 2, 3])),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let errors: [(OperatorCase, String)] = [

    (
      example("", "ArrayFeatureExtractor", [counting([2, 3]), list(3)]),
      "index 3 is out of range for rows of 3 features"
    ),
    (
      example("", "ArrayFeatureExtractor", [counting([2, 3]), list(-1)]),
      "index -1 is out of range for rows of 3 features"
    ),
    (
      example("", "ArrayFeatureExtractor", [floats([], [1]), list(0)]), "a scalar has no features"
    ),
    (
      example("", "FeatureVectorizer", [counting([2, 1]), counting([3, 1])]),
      "the inputs have [2, 3] rows of features"
    ),
    (
      example(
        "", "FeatureVectorizer", ["inputdimensions": .ints([1])], [counting([1]), counting([1])]),
      "inputdimensions has 1 elements, inputs has 2"
    ),
    (
      example("", "FeatureVectorizer", ["inputdimensions": .ints([.max])], [counting([1])]),
      "an output of float64[1, 9223372036854775807] exceeds the memory limit of 1073741824 bytes"
    ),
    (
      example("", "FeatureVectorizer", ["inputdimensions": .ints([-1])], [counting([1])]),
      "inputdimensions is [-1]"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

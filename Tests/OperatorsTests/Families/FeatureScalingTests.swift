import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FeatureScalingTests {
  private static func example(
    _ description: String, _ name: String, _ attributes: Attributes, _ x: Tensor,
    _ y: Tensor = floats([0], [])
  ) -> OperatorCase {
    OperatorCase(
      description, name, domain: "ai.onnx.ml", attributes, inputs: [x], expected: [y])
  }

  static let cases = [

    example(
      "scales each feature", "Scaler", ["offset": .floats([1, 2]), "scale": .floats([10, 0.5])],
      floats([2, 2], [1, 2, 3, 4]), floats([2, 2], [0, 0, 20, 1])),
    example(
      "scales all features alike", "Scaler", ["offset": .floats([1]), "scale": .floats([2])],
      integers([1, 3], [1, 2, 3]), floats([1, 3], [0, 2, 4])),
    example("scales nothing", "Scaler", [:], counting([1, 2]), counting([1, 2])),
    example(
      "keeps large integers apart", "Scaler", ["offset": .floats([16_777_216])],
      integers([1], [16_777_217]), floats([1], [1])),

    example(
      "divides by the greatest", "Normalizer", [:], floats([2, 2], [1, 4, -1, -2]),
      floats([2, 2], [0.25, 1, 1, 2])),
    example(
      "divides by the sum of magnitudes", "Normalizer", ["norm": .string("L1")],
      floats([2, 2], [1, -3, 0, 0]), floats([2, 2], [0.25, -0.75, 0, 0])),
    example(
      "divides by the length", "Normalizer", ["norm": .string("L2")], integers([2], [3, -4]),
      floats([2], [0.6, -0.8])),
    example(
      "normalizes no features", "Normalizer", ["norm": .string("L2")], floats([3, 0], []),
      floats([3, 0], [])),

    example(
      "maps numbers above a threshold to 1", "Binarizer", ["threshold": .float(0.5)],
      floats([4], [0.5, 0.75, -1, .nan]), floats([4], [0, 1, 0, 0])),
    example("keeps integers", "Binarizer", [:], list(-1, 0, 2), list(0, 0, 1)),

    example(
      "replaces NaN", "Imputer",
      ["replaced_value_float": .float(.nan), "imputed_value_floats": .floats([7, 8])],
      floats([2, 2], [.nan, .nan, 0, 1]), floats([2, 2], [7, 8, 0, 1])),
    example(
      "replaces a number by one for all features", "Imputer",
      ["imputed_value_floats": .floats([9])],
      Tensor(shape: [2, 2], scalars: [0, -0.0, 1, .nan] as [Double]),
      Tensor(shape: [2, 2], scalars: [9, 9, 1, .nan] as [Double])),
    example(
      "replaces integers", "Imputer",
      ["replaced_value_int64": .int(-1), "imputed_value_int64s": .ints([5, 6])],
      Tensor(shape: [2, 2], scalars: [-1, -1, 0, 1] as [Int32]),
      Tensor(shape: [2, 2], scalars: [5, 6, 0, 1] as [Int32])),

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
      example("", "Scaler", ["scale": .floats([1, 2])], floats([1, 3], [1, 2, 3])),
      "scale has 2 elements for 3 features"
    ),
    (
      example(
        "", "Scaler", ["scale": .floats([1, 2, 3]), "offset": .floats([1, 2])],
        floats([1, 3], [1, 2, 3])), "scale has 3 elements, offset has 2"
    ),
    (
      example("", "Normalizer", ["norm": .string("L3")], floats([1], [1])), "norm is \"L3\""
    ),
    (
      example("", "Normalizer", [:], floats([1, 1, 1], [1])),
      "the features have the shape [1, 1, 1]"
    ),
    (
      example("", "Imputer", [:], floats([1, 3], [1, 2, 3])),
      "imputed_value_floats has 0 elements for 3 features"
    ),
    (
      example(
        "", "Imputer", ["imputed_value_int64s": .ints([1 << 40])],
        Tensor(shape: [1], scalars: [0] as [Int32])),
      "imputed_value_int64s has 1099511627776 for int32"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

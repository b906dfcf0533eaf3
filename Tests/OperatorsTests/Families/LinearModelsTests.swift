import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct LinearModelsTests {
  private static func regressor(_ name: String, _ attributes: Attributes, _ x: Tensor, _ y: Tensor)
    -> OperatorCase
  {
    OperatorCase(
      name, "LinearRegressor", domain: "ai.onnx.ml", attributes, inputs: [x], expected: [y])
  }

  private static func classifier(
    _ name: String, _ attributes: Attributes, _ x: Tensor, _ expected: [Tensor]
  ) -> OperatorCase {
    OperatorCase(
      name, "LinearClassifier", domain: "ai.onnx.ml", attributes, inputs: [x], expected: expected)
  }

  private static let two = floats([2, 2], [1, 2, -1, 0])

  static let cases = [

    regressor(
      "sums weighted features", ["coefficients": .floats([1, 0.5]), "intercepts": .floats([4])],
      two, floats([2, 1], [6, 3])),
    regressor(
      "has a sum for each target", ["coefficients": .floats([1, 0, 0, 2]), "targets": .int(2)],
      integers([2, 2], [1, 2, 3, 4]), floats([2, 2], [1, 4, 3, 8])),
    regressor(
      "takes a list for one row", ["coefficients": .floats([2])], floats([1], [3]),
      floats([1, 1], [6])),
    regressor(
      "transforms a single score",
      ["coefficients": .floats([1]), "post_transform": .string("LOGISTIC")],
      floats([2, 1], [0, .infinity]), floats([2, 1], [0.5, 1])),
    regressor(
      "takes no rows", ["coefficients": .floats([2])], floats([0, 1], []), floats([0, 1], [])),

    classifier(
      "chooses the greatest sum, the first of equals",
      [
        "coefficients": .floats([1, 0, 0, 1]), "intercepts": .floats([1, 0]),
        "classlabels_ints": .ints([7, -7]),
      ], two, [list(7, 7), floats([2, 2], [2, 2, 0, 0])]),
    classifier(
      "needs no intercepts",
      ["coefficients": .floats([1, 0, 0, 1]), "classlabels_strings": .strings(["a", "b"])],
      two, [Tensor(shape: [2], strings: ["b", "b"]), floats([2, 2], [1, 2, -1, 0])]),
    // One sum of two classes is as onnxruntime has it.
    classifier(
      "makes two scores of one",
      [
        "coefficients": .floats([1, 1]), "intercepts": .floats([-2.5]),
        "classlabels_ints": .ints([4, 5]),
      ], two, [list(5, 4), floats([2, 2], [0.5, 0.5, 4.5, -3.5])]),
    classifier(
      "makes two probabilities of one score",
      [
        "coefficients": .floats([1]), "intercepts": .floats([0]),
        "classlabels_ints": .ints([4, 5]), "post_transform": .string("LOGISTIC"),
      ], floats([2, 1], [0, 800]), [list(4, 5), floats([2, 2], [0.5, 0.5, 0, 1])]),
    classifier(
      "tells one class from none",
      [
        "coefficients": .floats([1]), "intercepts": .floats([0]),
        "classlabels_strings": .strings(["yes"]),
      ], floats([2, 1], [1, -1]),
      [Tensor(shape: [2], strings: ["yes", ""]), floats([2, 1], [1, -1])]),
    classifier(
      "normalizes exponentials",
      [
        "coefficients": .floats([1, 1, 1]), "intercepts": .floats([1000, 1000, -2000]),
        "classlabels_ints": .ints([0, 1, 2]), "post_transform": .string("SOFTMAX"),
      ], floats([1, 1], [0]), [list(0), floats([1, 3], [0.5, 0.5, 0])]),
    classifier(
      "leaves scores of zero out of a softmax",
      [
        "coefficients": .floats([1, 1, 0]), "intercepts": .floats([0, 0, 0]),
        "classlabels_ints": .ints([0, 1, 2]), "post_transform": .string("SOFTMAX_ZERO"),
      ], floats([1, 1], [3]), [list(0), floats([1, 3], [0.5, 0.5, 0])]),
    classifier(
      "finds quantiles of the normal distribution",
      [
        "coefficients": .floats([0, 0]), "intercepts": .floats([0.5, 1]),
        "classlabels_ints": .ints([0, 1]), "post_transform": .string("PROBIT"),
      ], floats([1, 1], [3]), [list(1), floats([1, 2], [0, .infinity])]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func computesIn64BitsThere() throws {
    let example = Self.regressor(
      "", ["coefficients": .floats([0.1])], Tensor(shape: [1, 1], scalars: [1.0]), floats([0], []))
    let expected = Tensor(shape: [1, 1], scalars: [Double(0.1 as Float)])
    #expect(try example.evaluate(precision: .float64) == [expected])
  }

  static let errors: [(OperatorCase, String)] = [

    (
      regressor("", ["coefficients": .floats([1, 2])], floats([1, 3], [1, 2, 3]), two),
      "2 coefficients do not make 1 sums of 3 features"
    ),
    (
      regressor(
        "", ["coefficients": .floats([]), "targets": .int(.max)], floats([1, 3], [1, 2, 3]), two),
      "an output of float64[1, 9223372036854775807] exceeds the memory limit of 1073741824 bytes"
    ),
    (
      regressor("", ["targets": .int(-1)], two, two), "targets is -1"
    ),
    (
      regressor("", ["intercepts": .floats([1, 2])], two, two),
      "there are 2 intercepts for 1 targets"
    ),
    (
      regressor("", [:], floats([], [1]), two), "the features have the shape []"
    ),
    (
      regressor(
        "", ["coefficients": .floats([1, 2]), "post_transform": .string("EXP")], two, two),
      "post_transform is \"EXP\""
    ),
    (
      classifier("", ["coefficients": .floats([1, 2])], two, []),
      "classlabels_ints has 0 labels and classlabels_strings 0"
    ),
    (
      classifier(
        "",
        [
          "coefficients": .floats([1, 2]), "intercepts": .floats([1]),
          "classlabels_ints": .ints([1, 2, 3]),
        ], two, []), "there are 1 intercepts for 3 classes"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

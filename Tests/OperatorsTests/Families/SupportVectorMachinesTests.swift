import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SupportVectorMachinesTests {
  private static func regressor(_ name: String, _ attributes: Attributes, _ y: Tensor)
    -> OperatorCase
  {
    OperatorCase(
      name, "SVMRegressor", domain: "ai.onnx.ml", attributes,
      inputs: [floats([2, 2], [1, 2, 0, 1])],
      expected: [y])
  }

  private static func classifier(
    _ name: String, _ attributes: Attributes, _ x: Tensor, _ expected: [Tensor]
  ) -> OperatorCase {
    OperatorCase(
      name, "SVMClassifier", domain: "ai.onnx.ml", attributes, inputs: [x], expected: expected)
  }

  /// Two vectors, [1, 0] and [0, 2], whose comparisons count 1 and -1.
  private static func supported(_ kernel: String, _ parameters: [Float]) -> Attributes {
    [
      "support_vectors": .floats([1, 0, 0, 2]), "n_supports": .int(2),
      "coefficients": .floats([1, -1]), "rho": .floats([0.5]),
      "kernel_type": .string(ByteString(kernel)), "kernel_params": .floats(parameters),
    ]
  }

  /// Three classes of one feature with a vector each, which are 1, 2 and 3.
  private static let threeClasses: Attributes = [
    "support_vectors": .floats([1, 2, 3]), "vectors_per_class": .ints([1, 1, 1]),
    "coefficients": .floats([1, -1, 2, 1, 1, -1]), "rho": .floats([0, 1, -4]),
    "classlabels_ints": .ints([5, 6, 7]),
  ]

  static let cases = [

    regressor(
      "compares by products", supported("LINEAR", []), floats([2, 1], [-2.5, -1.5])),
    regressor(
      "compares by powers", supported("POLY", [1, 1, 2]), floats([2, 1], [4 - 25 + 0.5, -7.5])),
    // exp(-0.5 * |x - v|²): squares 4 and 1, then 2 and 1.
    regressor(
      "compares by distances", supported("RBF", [0.5, 0, 0]),
      floats([2, 1], [0.028804624, 0.26134878])),
    // tanh(0.1 * x·v + 0.2): products 1 and 4, then 0 and 2.
    regressor(
      "compares by hyperbolic tangents", supported("SIGMOID", [0.1, 0.2, 0]),
      floats([2, 1], [0.2542630, 0.31742634])),
    regressor(
      "sums features without vectors", ["coefficients": .floats([1, -1]), "rho": .floats([0.5])],
      floats([2, 1], [-0.5, -0.5])),
    regressor(
      "tells which side of a class it is",
      ["coefficients": .floats([1, -0.25]), "one_class": .int(1)], floats([2, 1], [1, -1])),
    // 0 against 1, 0 against 2 and 1 against 2: 1·1 - 1·2, 1·1 + 2·3 + 1 and 1·2 - 1·3 - 4.
    classifier(
      "has the decision between each two classes", threeClasses, floats([1, 1], [1]),
      [list(5), floats([1, 3], [-1, 8, -5])]),
    classifier(
      "counts how many decisions are for a class", threeClasses, floats([2, 1], [-1, 1]),
      [list(7, 5), floats([2, 3], [1, -6, -3, -1, 8, -5])]),
    classifier(
      "makes two scores of one decision",
      [
        "support_vectors": .floats([1, 2]), "vectors_per_class": .ints([1, 1]),
        "coefficients": .floats([1, 1]), "rho": .floats([-1]),
        "classlabels_strings": .strings(["a", "b"]),
      ], floats([2, 1], [1, -1]),
      [Tensor(shape: [2], strings: ["a", "b"]), floats([2, 2], [-2, 2, 4, -4])]),
    classifier(
      "makes two probabilities of one decision",
      [
        "support_vectors": .floats([1, 2]), "vectors_per_class": .ints([1, 1]),
        "coefficients": .floats([1, 1]), "rho": .floats([0]), "prob_a": .floats([-1]),
        "prob_b": .floats([0]), "classlabels_ints": .ints([0, 1]),
      ], floats([1, 1], [0]), [list(1), floats([1, 2], [0.5, 0.5])]),
    classifier(
      "chooses the greatest sum without vectors",
      [
        "coefficients": .floats([1, 2, -1]), "rho": .floats([0.5]),
        "classlabels_ints": .ints([3, 4, 5]),
      ], integers([2, 1], [1, -1]),
      [list(4, 5), floats([2, 3], [1.5, 2.5, -0.5, -0.5, -1.5, 1.5])]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    let outputs = try example.evaluate()
    for (output, expected) in zip(outputs, example.expected) {
      let isClose = output.isClose(to: expected, within: Tolerance(absolute: 0, relative: 1e-6))
      #expect(isClose && output.elementType == expected.elementType)
    }
    #expect(outputs.count == example.expected.count)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func couplesProbabilitiesOfPairs() throws {
    var attributes = Self.threeClasses
    attributes["prob_a"] = .floats([-1, -0.5, -1])
    attributes["prob_b"] = .floats([0, 0, 0.5])
    let example = Self.classifier("", attributes, floats([1, 1], [1]), [list(7)])
    let scores = try #require(try example.evaluate().last)
    // From onnxruntime.
    let expected = floats([1, 3], [0.4934341, 0.28426796, 0.22229794])
    #expect(scores.isClose(to: expected, within: Tolerance(absolute: 1e-6, relative: 0)))
  }

  static let errors: [(OperatorCase, String)] = [

    (
      regressor("", ["n_supports": .int(3), "support_vectors": .floats([1, 2])], floats([0], [])),
      "support_vectors has 2 numbers for 3 vectors"
    ),
    (
      regressor(
        "", ["n_supports": .int(1), "support_vectors": .floats([1, 2, 3])], floats([0], [])),
      "rows of 2 features are compared with support vectors of 3"
    ),
    (
      regressor("", supported("GAUSS", []), floats([0], [])), "kernel_type is \"GAUSS\""
    ),
    (
      regressor("", supported("RBF", [1]), floats([0], [])), "kernel_params has 1 numbers"
    ),
    (
      classifier(
        "", ["vectors_per_class": .ints([1, 1]), "classlabels_ints": .ints([1])],
        floats([1, 1], [1]), []), "there are support vectors of 2 classes and labels of 1"
    ),
    (
      classifier(
        "", ["vectors_per_class": .ints([2, -1]), "classlabels_ints": .ints([1, 2])],
        floats([1, 1], [1]), []), "vectors_per_class is [2, -1]"
    ),
    (
      classifier(
        "",
        [
          "vectors_per_class": .ints([1, 1]), "classlabels_ints": .ints([1, 2]),
          "support_vectors": .floats([1, 2]), "coefficients": .floats([1, 1]),
        ], floats([1, 1], [1]), []),
      "2 classes with 2 vectors have 0 rho, 2 coefficients, 0 prob_a and 0 prob_b"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

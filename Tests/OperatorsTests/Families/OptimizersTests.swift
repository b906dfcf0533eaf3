import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct OptimizersTests {
  private static func example(
    _ description: String, _ name: String, _ attributes: Attributes, rate: Float = 0.5,
    count: Int64, _ tensors: [Tensor], _ expected: [Tensor]
  ) -> OperatorCase {
    OperatorCase(
      description, name, domain: "ai.onnx.preview.training", attributes,
      inputs: [Tensor(scalar: rate), Tensor(scalar: count)] + tensors, expected: expected)
  }

  static func momentum(_ mode: String) -> Attributes {
    [
      "alpha": .float(0.5), "beta": .float(0.25), "norm_coefficient": .float(1),
      "mode": .string(ByteString(mode)),
    ]
  }

  static let cases = [
    // G = 3, H = 9 + 16, R / (1 + 2 * 0.5) = 0.25.
    example(
      "Adagrad", "Adagrad", ["decay_factor": .float(0.5), "epsilon": .float(0)], count: 2,
      [floats([1], [2]), floats([1], [3]), floats([1], [16])],
      [floats([1], [2 - 0.25 * 3 / 5]), floats([1], [25])]),
    // G = 0.5 * 2 + 3 = 4.
    example(
      "Adagrad with a norm", "Adagrad", ["norm_coefficient": .float(0.5), "epsilon": .float(1)],
      count: 0, [floats([1], [2]), floats([1], [3]), floats([1], [9])],
      [floats([1], [2 - 0.5 * 4 / 6]), floats([1], [25])]),
    // V = 0.5 + 0.5 * 3, H = 0.75 * 12 + 0.25 * 9; no correction at the first step.
    example(
      "Adam at the start", "Adam",
      ["alpha": .float(0.5), "beta": .float(0.75), "epsilon": .float(0)], count: 0,
      [floats([], [2]), floats([], [3]), floats([], [1]), floats([], [12])],
      [floats([], [2 - 0.5 * 2 / 3.354102]), floats([], [2]), floats([], [11.25])]),
    // R * sqrt(1 - 0.75²) / (1 - 0.5²), and half of the result.
    example(
      "Adam later", "Adam",
      [
        "alpha": .float(0.5), "beta": .float(0.75), "epsilon": .float(0),
        "norm_coefficient_post": .float(0.5),
      ], count: 2, [floats([], [2]), floats([], [3]), floats([], [1]), floats([], [12])],
      [
        floats([], [(2 - 0.5 * 0.6614378 / 0.75 * 2 / 3.354102) / 2]), floats([], [2]),
        floats([], [11.25]),
      ]),
    // G = 2 + 3, V = 0.5 * 4 + 5 at the start.
    example(
      "Momentum at the start", "Momentum", momentum("standard"), count: 0,
      [floats([1], [2]), floats([1], [3]), floats([1], [4])],
      [floats([1], [2 - 0.5 * 7]), floats([1], [7])]),
    example(
      "Momentum later", "Momentum", momentum("standard"), count: 1,
      [floats([1], [2]), floats([1], [3]), floats([1], [4])],
      [floats([1], [2 - 0.5 * 3.25]), floats([1], [3.25])]),
    example(
      "Nesterov's momentum", "Momentum", momentum("nesterov"), count: 1,
      [floats([1], [2]), floats([1], [3]), floats([1], [4])],
      [floats([1], [2 - 0.5 * (5 + 0.5 * 3.25)]), floats([1], [3.25])]),
    example(
      "two parameters of two types", "Momentum", momentum("standard"), count: 0,
      [
        floats([2], [0, 2]), floats([], [1]).converted(to: .float64), floats([2], [1, 3]),
        floats([], [1]).converted(to: .float64), floats([1], [4]),
        floats([], [0]).converted(to: .float64),
      ],
      [
        floats([2], [-1.5, -1.5]), floats([], [0]).converted(to: .float64), floats([2], [3, 7]),
        floats([], [2]).converted(to: .float64),
      ]),
    example(
      "no elements", "Adagrad", [:], count: 0,
      [floats([0], []), floats([0], []), floats([0], [])], [floats([0], []), floats([0], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    let outputs = try example.evaluate()
    #expect(outputs.count == example.expected.count)
    for (got, expected) in zip(outputs, example.expected) {
      let tolerance = Tolerance(absolute: 0, relative: 1e-6)
      let comparison = TensorComparison(of: got, to: expected, within: tolerance)
      #expect(comparison.isComparable && comparison.violationCount == 0)
      #expect(got.elementType == expected.elementType)
    }
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(String, Attributes, [Tensor], OperatorError.Code)] = [
    ("Adagrad", [:], [counting([1]), counting([1])], .wrongInputCount),
    ("Adagrad", [:], [], .wrongInputCount),
    ("Adam", [:], [counting([1]), counting([1]), counting([1])], .wrongInputCount),
    ("Adagrad", [:], [counting([2]), counting([3]), counting([2])], .incompatibleShapes),
    ("Momentum", [:], [counting([1]), counting([1]), counting([1])], .invalidAttribute),
    (
      "Momentum", momentum("other"), [counting([1]), counting([1]), counting([1])],
      .invalidAttribute
    ),
    ("Adagrad", [:], [list(1), list(1), list(1)], .invalidType),
  ]

  @Test(arguments: mistakes)
  func rejects(
    _ name: String, _ attributes: Attributes, _ tensors: [Tensor], _ code: OperatorError.Code
  ) {
    let example = Self.example("", name, attributes, count: 0, tensors, [])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }

  @Test func rejectsSeveralLearningRates() {
    let example = OperatorCase(
      "", "Adagrad", domain: "ai.onnx.preview.training",
      inputs: [counting([2]), list(0), counting([1]), counting([1]), counting([1])])
    #expect(throws: OperatorError.self) { try example.evaluate() }
  }
}

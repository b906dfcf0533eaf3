import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SignalWindowsTests {
  private static func window(
    _ name: String, _ size: Int64, _ expected: [Float], _ attributes: Attributes = [:]
  ) -> OperatorCase {
    OperatorCase(
      "\(name) of \(size), \(attributes.map(\.name))", name, attributes,
      inputs: [Tensor(scalar: size)], expected: [floats([expected.count], expected)])
  }

  private static func mel(_ sizes: [Int64], _ edges: [Float]) -> [Tensor?] {
    sizes.map { Tensor(scalar: $0) } + edges.map { Tensor(scalar: $0) }
  }

  static let symmetric: Attributes = ["periodic": .int(0)]

  static let cases = [
    window("BlackmanWindow", 6, [0, 0.13, 0.63, 1, 0.63, 0.13]),
    window("BlackmanWindow", 5, [0, 0.34, 1, 0.34, 0], symmetric),
    window(
      "HammingWindow", 6, [2 / 23, 0.31521739, 0.77173913, 1, 0.77173913, 0.31521739]),
    window("HammingWindow", 5, [2 / 23, 12.5 / 23, 1, 12.5 / 23, 2 / 23], symmetric),
    window("HannWindow", 6, [0, 0.25, 0.75, 1, 0.75, 0.25]),
    window("HannWindow", 5, [0, 0.5, 1, 0.5, 0], symmetric),
    window("HannWindow", 1, [0]),
    window("HannWindow", 0, []),
    OperatorCase(
      "drops the fractions of integers", "HannWindow",
      ["periodic": .int(0), "output_datatype": .int(6)],
      inputs: [Tensor(shape: [1], scalars: [5] as [Int32])],
      expected: [Tensor(shape: [5], scalars: [0, 0, 1, 0, 0] as [Int32])]),
    OperatorCase(
      "weighs bands of the mel scale", "MelWeightMatrix",
      inputs: mel([3, 16, 8000], [200, 4000]),
      expected: [
        floats(
          [9, 3],
          [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0.5] + [Float](repeating: 0, count: 12))
      ]),
    OperatorCase(
      "makes no bands", "MelWeightMatrix", inputs: mel([0, 4, 8000], [0, 4000]),
      expected: [floats([3, 0], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    let tolerance = Tolerance(absolute: 1e-7, relative: 1e-6)
    for (got, expected) in zip(try example.evaluate(), example.expected) {
      let comparison = TensorComparison(of: got, to: expected, within: tolerance)
      #expect(comparison.isComparable && comparison.violationCount == 0)
      #expect(got.elementType == expected.elementType)
    }
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func hasNoValueForOneSymmetricPoint() throws {
    let window = try OperatorCase(
      "", "HannWindow", Self.symmetric, inputs: [Tensor(scalar: 1 as Int64)]
    ).evaluate()[0]
    #expect(window.scalars(of: Float.self)[0].isNaN)
  }

  @Test func leavesSizesOpenThatAreNotKnown() throws {
    let scalar = InferredValue.tensor(.int64, [])
    #expect(try inferred("HannWindow", [:], [scalar]).type == .tensor(.float32, [.unknown]))
    let edge = InferredValue.tensor(.float32, [])
    let matrix = try inferred(
      "MelWeightMatrix", [:], [known(.symbol("b")), known(2 * .symbol("n")), scalar, edge, edge])
    #expect(matrix.type == .tensor(.float32, [.symbol("n") + 1, .symbol("b")]))
  }

  static let mistakes: [(String, Attributes, [Tensor?], OperatorError.Code)] = [
    ("HannWindow", [:], [list(-1)], .invalidValue),
    ("HannWindow", [:], [list(1, 2)], .invalidValue),
    ("HannWindow", [:], [list(1 << 50)], .limitExceeded),
    ("HannWindow", ["output_datatype": .int(9)], [list(1)], .invalidAttribute),
    ("HannWindow", ["output_datatype": .int(400)], [list(1)], .invalidAttribute),
    ("MelWeightMatrix", [:], mel([-1, 16, 8000], [0, 4000]), .invalidValue),
    ("MelWeightMatrix", [:], mel([3, 16, 0], [0, 4000]), .invalidValue),
    ("MelWeightMatrix", [:], mel([3, 16, 8000], [-1, 4000]), .invalidValue),
    ("MelWeightMatrix", [:], mel([3, 16, 8000], [0, .nan]), .invalidValue),
    ("MelWeightMatrix", [:], mel([3, 16, 8000], [0, 40_000]), .invalidValue),
    ("MelWeightMatrix", [:], mel([3, .max, 8000], [0, 4000]), .limitExceeded),
    ("MelWeightMatrix", [:], mel([1 << 50, 16, 8000], [0, 4000]), .limitExceeded),
  ]

  @Test(arguments: mistakes)
  func rejects(
    _ name: String, _ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code
  ) {
    let example = OperatorCase("", name, attributes, inputs: inputs)
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

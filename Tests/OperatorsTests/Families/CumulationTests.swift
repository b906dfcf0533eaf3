import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct CumulationTests {
  private static func example(
    _ name: String, _ attributes: Attributes, axis: Int32, _ expected: [Float]
  ) -> OperatorCase {
    OperatorCase(
      "\(name), \(attributes.map(\.name)), axis \(axis)", name, attributes,
      inputs: [
        Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6] as [Float]), Tensor(scalar: axis),
      ],
      expected: [Tensor(shape: [2, 3], scalars: expected)])
  }

  static let cases = [
    example("CumSum", [:], axis: 1, [1, 3, 6, 4, 9, 15]),
    example("CumSum", [:], axis: -2, [1, 2, 3, 5, 7, 9]),
    example("CumSum", ["exclusive": .int(1)], axis: 1, [0, 1, 3, 0, 4, 9]),
    example("CumSum", ["reverse": .int(1)], axis: 1, [6, 5, 3, 15, 11, 6]),
    example(
      "CumSum", ["exclusive": .int(1), "reverse": .int(1)], axis: 0, [4, 5, 6, 0, 0, 0]),
    example("CumProd", [:], axis: 1, [1, 2, 6, 4, 20, 120]),
    example("CumProd", ["exclusive": .int(1)], axis: 0, [1, 1, 1, 1, 2, 3]),
    OperatorCase(
      "CumSum of integers", "CumSum",
      inputs: [
        Tensor(shape: [3], scalars: [1, 2, 3] as [Int64]),
        Tensor(shape: [1], scalars: [0] as [Int64]),
      ],
      expected: [Tensor(shape: [3], scalars: [1, 3, 6] as [Int64])]),
    OperatorCase(
      "CumSum of nothing", "CumSum",
      inputs: [Tensor(shape: [0, 2], scalars: [] as [Float]), Tensor(scalar: 1 as Int64)],
      expected: [Tensor(shape: [0, 2], scalars: [] as [Float])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: [[2], [0, 1], []] as [[Int64]])
  func rejectsAxesThatAreNotOne(_ axes: [Int64]) {
    let example = OperatorCase(
      "", "CumSum",
      inputs: [
        Tensor(shape: [1, 1], scalars: [1] as [Float]), Tensor(shape: [axes.count], scalars: axes),
      ])
    #expect(throws: OperatorError.self) { try example.evaluate() }
  }
}

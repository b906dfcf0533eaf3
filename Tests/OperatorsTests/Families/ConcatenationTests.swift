import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ConcatenationTests {
  static let cases = [
    OperatorCase(
      "joins along the first axis", "Concat", ["axis": .int(0)],
      inputs: [
        Tensor(shape: [1], scalars: [1] as [Float]),
        Tensor(shape: [2], scalars: [2, 3] as [Float]),
      ],
      expected: [Tensor(shape: [3], scalars: [1, 2, 3] as [Float])]),
    OperatorCase(
      "counts a negative axis from the end", "Concat", ["axis": .int(-1)],
      inputs: [
        Tensor(shape: [2, 1], scalars: [1, 2] as [Int64]),
        Tensor(shape: [2, 2], scalars: [3, 4, 5, 6] as [Int64]),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [1, 3, 4, 2, 5, 6] as [Int64])]),
    OperatorCase(
      "joins strings", "Concat", ["axis": .int(0)],
      inputs: [Tensor(shape: [1], strings: ["a"]), Tensor(shape: [1], strings: ["b"])],
      expected: [Tensor(shape: [2], strings: ["a", "b"])]),
    OperatorCase(
      "joins what is empty", "Concat", ["axis": .int(1)],
      inputs: [
        Tensor(shape: [0, 2], scalars: [] as [Float]),
        Tensor(shape: [0, 1], scalars: [] as [Float]),
      ],
      expected: [Tensor(shape: [0, 3], scalars: [] as [Float])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func rejectsAnAxisOutOfRange() {
    let example = OperatorCase(
      "", "Concat", ["axis": .int(4)], inputs: [Tensor(shape: [1], scalars: [1] as [Float])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "axis 4 is out of range for a tensor of rank 1")
  }
}

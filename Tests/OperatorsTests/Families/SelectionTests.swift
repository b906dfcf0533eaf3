import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SelectionTests {
  private static let condition = Tensor(shape: [2, 1], scalars: [true, false])

  static let cases = [
    OperatorCase(
      "takes numbers under broadcasting", "Where",
      inputs: [
        condition, Tensor(shape: [2], scalars: [1, 2] as [Float]), Tensor(scalar: 9 as Float),
      ],
      expected: [Tensor(shape: [2, 2], scalars: [1, 2, 9, 9] as [Float])]),
    OperatorCase(
      "takes strings", "Where",
      inputs: [
        condition, Tensor(shape: [1], strings: ["yes"]), Tensor(shape: [1], strings: ["no"]),
      ],
      expected: [Tensor(shape: [2, 1], strings: ["yes", "no"])]),
    OperatorCase(
      "takes booleans", "Where",
      inputs: [condition, Tensor(scalar: false), Tensor(scalar: true)],
      expected: [Tensor(shape: [2, 1], scalars: [false, true])]),
    OperatorCase(
      "takes what is empty", "Where",
      inputs: [
        Tensor(scalar: true), Tensor(shape: [0], scalars: [] as [Int64]),
        Tensor(scalar: 1 as Int64),
      ],
      expected: [Tensor(shape: [0], scalars: [] as [Int64])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func followsExtents() throws {
    let example = OperatorCase(
      "", "Where",
      inputs: [
        Tensor(shape: [2], scalars: [true, false]),
        Tensor(shape: [2], scalars: [1, 2] as [Int64]), Tensor(scalar: 7 as Int64),
      ])
    #expect(try example.inferElements() == [SymbolicTensor(shape: [2], elements: [1, 7])])
  }

  @Test func rejectsShapesThatDoNotBroadcast() {
    let example = OperatorCase(
      "", "Where",
      inputs: [
        Self.condition, Tensor(shape: [3], scalars: [1, 2, 3] as [Float]),
        Tensor(shape: [2], scalars: [1, 2] as [Float]),
      ])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .incompatibleShapes)
  }
}

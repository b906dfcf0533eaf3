import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct DeterminantsTests {
  static let cases = [
    OperatorCase(
      "has one number for a matrix", "Det", inputs: [floats([2, 2], [1, 2, 3, 4])],
      expected: [floats([], [-2])]),
    OperatorCase(
      "has one number for each matrix of a stack", "Det",
      inputs: [floats([3, 2, 2], [1, 2, 3, 4, 1, 2, 2, 1, 1, 3, 3, 1])],
      expected: [floats([3], [-2, -3, -8])]),
    OperatorCase(
      "exchanges rows where a pivot is zero", "Det",
      inputs: [floats([3, 3], [0, 2, 0, 3, 0, 0, 0, 0, 4])], expected: [floats([], [-24])]),
    OperatorCase(
      "is zero for dependent rows", "Det", inputs: [floats([2, 2], [1, 2, 2, 4])],
      expected: [floats([], [0])]),
    OperatorCase(
      "is one for a matrix without elements", "Det", inputs: [counting([2, 0, 0])],
      expected: [floats([2], [1, 1])]),
    OperatorCase(
      "takes an empty stack", "Det", inputs: [counting([0, 2, 2])], expected: [floats([0], [])]),
    OperatorCase(
      "takes half precision", "Det",
      inputs: [Tensor(shape: [1, 1], scalars: [0.5] as [Float16])],
      expected: [Tensor(scalar: 0.5 as Float16)]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func infersTheStack() throws {
    let matrices = InferredValue.tensor(.float32, [.symbol("batch"), .symbol("n"), 3])
    #expect(try inferred("Det", [:], [matrices]).type == .tensor(.float32, [.symbol("batch")]))
  }

  @Test(arguments: [[2], [], [2, 3]])
  func rejectsWhatIsNoSquare(_ shape: [Int]) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "Det", inputs: [counting(shape)]).evaluate()
    }
    #expect(error?.message == "a tensor of shape \(Shape(shape)) holds no square matrices")
  }
}

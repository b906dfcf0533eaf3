import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct TranspositionTests {
  static let cases = [
    OperatorCase(
      "reverses the axes", "Transpose", inputs: [counting([2, 3])],
      expected: [floats([3, 2], [0, 3, 1, 4, 2, 5])]),
    OperatorCase(
      "orders the axes as told", "Transpose", ["perm": .ints([0, 2, 1])],
      inputs: [counting([2, 2, 2])],
      expected: [floats([2, 2, 2], [0, 2, 1, 3, 4, 6, 5, 7])]),
    OperatorCase(
      "moves whole rows", "Transpose", ["perm": .ints([1, 0, 2])], inputs: [counting([2, 2, 2])],
      expected: [floats([2, 2, 2], [0, 1, 4, 5, 2, 3, 6, 7])]),
    OperatorCase("keeps a scalar", "Transpose", inputs: [counting([])], expected: [counting([])]),
    OperatorCase(
      "transposes what is empty", "Transpose", inputs: [counting([0, 2])],
      expected: [counting([2, 0])]),
    OperatorCase(
      "transposes packed elements", "Transpose",
      inputs: [Tensor(shape: [3, 1], scalars: [1, 2, 3] as [UInt8]).packed(as: .uint4)],
      expected: [Tensor(shape: [1, 3], scalars: [1, 2, 3] as [UInt8]).packed(as: .uint4)]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func movesEveryElementAcrossTiles(_ order: [Int]) throws {
    let shape = [37, 5, 41]
    let result = try OperatorCase(
      "", "Transpose", ["perm": .ints(order.map(Int64.init))], inputs: [counting(shape)]
    ).evaluate()[0]
    #expect(result.shape == order.map { shape[$0] })
    let scalars = result.scalars(of: Float.self)
    let strides = [5 * 41, 41, 1]
    var position = 0
    for a in 0..<result.shape[0] {
      for b in 0..<result.shape[1] {
        for c in 0..<result.shape[2] {
          let source = a * strides[order[0]] + b * strides[order[1]] + c * strides[order[2]]
          guard scalars[position] == Float(source) else {
            Issue.record("\(order): the element at \(position) is \(scalars[position])")
            return
          }
          position += 1
        }
      }
    }
  }

  @Test(arguments: [[0, 0], [0], [0, 2], [0, -1]] as [[Int64]])
  func rejectsWhatIsNoOrder(_ order: [Int64]) {
    let example = OperatorCase(
      "", "Transpose", ["perm": .ints(order)], inputs: [counting([2, 2])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "perm \(order) does not order the axes of a tensor of rank 2")
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct CacheUpdatesTests {
  static let cache = floats([2, 3, 1], [0, 1, 2, 3, 4, 5])

  static let cases = [
    OperatorCase(
      "writes where it is told for each batch", "TensorScatter",
      inputs: [cache, floats([2, 1, 1], [10, 20]), list(2, 0)],
      expected: [floats([2, 3, 1], [0, 1, 10, 20, 4, 5])]),
    OperatorCase(
      "starts at zero", "TensorScatter", inputs: [cache, floats([2, 2, 1], [10, 20, 30, 40])],
      expected: [floats([2, 3, 1], [10, 20, 2, 30, 40, 5])]),
    OperatorCase(
      "starts again at the end", "TensorScatter", ["mode": .string("circular")],
      inputs: [cache, floats([2, 2, 1], [10, 20, 30, 40]), list(2, -2)],
      expected: [floats([2, 3, 1], [20, 1, 10, 3, 30, 40])]),
    OperatorCase(
      "takes another axis", "TensorScatter", ["axis": .int(1)],
      inputs: [
        Tensor(shape: [1, 2, 1, 2], scalars: [1, 2, 3, 4] as [Int8]),
        Tensor(shape: [1, 1, 1, 2], scalars: [9, 8] as [Int8]), list(1),
      ],
      expected: [Tensor(shape: [1, 2, 1, 2], scalars: [1, 2, 9, 8] as [Int8])]),
    OperatorCase(
      "moves four bits", "TensorScatter",
      inputs: [
        Tensor(shape: [1, 3, 1], scalars: [1, 2, 3] as [UInt8]).packed(as: .uint4),
        Tensor(shape: [1, 1, 1], scalars: [15] as [UInt8]).packed(as: .uint4), list(1),
      ],
      expected: [Tensor(shape: [1, 3, 1], scalars: [1, 15, 3] as [UInt8]).packed(as: .uint4)]),
    OperatorCase(
      "moves strings", "TensorScatter", ["axis": .int(1)],
      inputs: [
        Tensor(shape: [1, 2], strings: ["a", "b"]), Tensor(shape: [1, 1], strings: ["c"]),
      ],
      expected: [Tensor(shape: [1, 2], strings: ["c", "b"])]),
    OperatorCase(
      "leaves the cache alone without an update", "TensorScatter",
      inputs: [cache, floats([2, 0, 1], []), list(3, 0)], expected: [cache]),
    OperatorCase(
      "takes an empty cache", "TensorScatter", ["mode": .string("circular")],
      inputs: [counting([1, 0, 2]), counting([1, 0, 2]), list(5)], expected: [counting([1, 0, 2])]),
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
      OperatorCase(
        "", "TensorScatter", inputs: [cache, floats([2, 2, 1], [0, 0, 0, 0]), list(2, 0)]),
      "2 places from 2 on do not fit in a cache of 3"
    ),
    (
      OperatorCase("", "TensorScatter", inputs: [cache, floats([2, 1, 1], [0, 0]), list(-1, 0)]),
      "1 places from -1 on do not fit in a cache of 3"
    ),
    (
      OperatorCase("", "TensorScatter", inputs: [cache, floats([2, 1, 1], [0, 0]), list(1)]),
      "1 write indices are given for 2 batches"
    ),
    (
      OperatorCase("", "TensorScatter", inputs: [cache, counting([2, 4, 1])]),
      "an update of shape [2, 4, 1] does not suit a cache of shape [2, 3, 1]"
    ),
    (
      OperatorCase("", "TensorScatter", ["axis": .int(0)], inputs: [cache, cache]),
      "axis 0 is that of the batch, not of the sequence"
    ),
    (
      OperatorCase("", "TensorScatter", ["mode": .string("round")], inputs: [cache, cache]),
      "mode is \"round\""
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func infersSymbols() throws {
    let cache = InferredValue.tensor(.float32, [.symbol("batch"), 8, 64])
    let update = InferredValue.tensor(.float32, [.symbol("batch"), .symbol("new"), 64])
    #expect(try inferred("TensorScatter", [:], [cache, update]) == cache)
  }
}

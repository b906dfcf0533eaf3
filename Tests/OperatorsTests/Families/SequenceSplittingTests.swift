import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SequenceSplittingTests {
  static let rows = RuntimeValue.tensor(counting([3, 2]))
  static func size(_ number: Int64) -> RuntimeValue { .tensor(Tensor(scalar: number)) }

  static let splits: [(ValueCase, type: String)] = [

    (
      ValueCase(
        "cuts into slices", "SplitToSequence", inputs: [rows],
        expected: [
          sequence(floats([1, 2], [0, 1]), floats([1, 2], [2, 3]), floats([1, 2], [4, 5]))
        ]),
      "sequence(float32[1, 2])"
    ),
    (
      ValueCase(
        "drops the axis", "SplitToSequence", ["keepdims": .int(0), "axis": .int(-1)],
        inputs: [rows], expected: [sequence(floats([3], [0, 2, 4]), floats([3], [1, 3, 5]))]),
      "sequence(float32[3])"
    ),
    (
      ValueCase(
        "keeps the axis of parts with a size", "SplitToSequence",
        ["keepdims": .int(0), "axis": .int(1)], inputs: [rows, size(1)],
        expected: [sequence(floats([3, 1], [0, 2, 4]), floats([3, 1], [1, 3, 5]))]),
      "sequence(float32[3, 1])"
    ),
    (
      ValueCase(
        "makes the last part smaller", "SplitToSequence", inputs: [rows, size(2)],
        expected: [sequence(floats([2, 2], [0, 1, 2, 3]), floats([1, 2], [4, 5]))]),
      "sequence(float32[?, 2])"
    ),
    (
      ValueCase(
        "makes one part of less than a size", "SplitToSequence", inputs: [rows, size(.max)],
        expected: [sequence(counting([3, 2]))]),
      "sequence(float32[?, 2])"
    ),
    (
      ValueCase(
        "takes a list of sizes", "SplitToSequence", inputs: [rows, .tensor(list(0, 3))],
        expected: [sequence(counting([0, 2]), counting([3, 2]))]),
      "sequence(float32[?, 2])"
    ),
    (
      ValueCase(
        "takes a list of one size", "SplitToSequence",
        inputs: [rows, .tensor(Tensor(shape: [1], scalars: [3 as Int32]))],
        expected: [sequence(counting([3, 2]))]),
      "sequence(float32[3, 2])"
    ),
    (
      ValueCase(
        "cuts strings", "SplitToSequence", ["keepdims": .int(0)],
        inputs: [.tensor(Tensor(shape: [2], strings: ["a", "b"]))],
        expected: [sequence(Tensor(shape: [], strings: ["a"]), Tensor(shape: [], strings: ["b"]))]),
      "sequence(string[])"
    ),
    (
      ValueCase(
        "cuts nothing", "SplitToSequence", inputs: [.tensor(counting([0, 2])), size(2)],
        expected: [sequence()]),
      "sequence(float32[2, 2])"
    ),

  ]

  @Test(arguments: splits.indices)
  func cutsTensors(_ index: Int) throws {
    let (example, type) = Self.splits[index]
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes().map { $0?.description } == [type])
  }

  static let joins: [(ValueCase, type: String)] = [

    (
      ValueCase(
        "joins", "ConcatFromSequence", ["axis": .int(-1)],
        inputs: [sequence(floats([2, 1], [0, 3]), floats([2, 2], [1, 2, 4, 5]))],
        expected: [.tensor(counting([2, 3]))]),
      "float32[2, ?]"
    ),
    (
      ValueCase(
        "joins one", "ConcatFromSequence", ["axis": .int(0)], inputs: [sequence(list(1, 2))],
        expected: [.tensor(list(1, 2))]),
      "int64[?]"
    ),
    (
      ValueCase(
        "stacks at the end", "ConcatFromSequence", ["axis": .int(-1), "new_axis": .int(1)],
        inputs: [sequence(list(1, 2), list(3, 4))],
        expected: [.tensor(integers([2, 2], [1, 3, 2, 4]))]),
      "int64[2, ?]"
    ),
    (
      ValueCase(
        "stacks scalars", "ConcatFromSequence", ["axis": .int(0), "new_axis": .int(1)],
        inputs: [sequence(Tensor(shape: [], strings: ["a"]), Tensor(shape: [], strings: ["b"]))],
        expected: [.tensor(Tensor(shape: [2], strings: ["a", "b"]))]),
      "string[?]"
    ),

  ]

  @Test(arguments: joins.indices)
  func joinsSequences(_ index: Int) throws {
    let (example, type) = Self.joins[index]
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes().map { $0?.description } == [type])
  }

  static let errors: [(ValueCase, String)] = [

    (ValueCase("", "SplitToSequence", inputs: [rows, size(0)]), "split is 0"),
    (ValueCase("", "SplitToSequence", inputs: [rows, size(-2)]), "split is -2"),
    (
      ValueCase("", "SplitToSequence", inputs: [rows, .tensor(list(1, 1))]),
      "split is [2] numbers that leave 1 of an axis of 3"
    ),
    (
      ValueCase("", "SplitToSequence", inputs: [rows, .tensor(list(.max, 2))]),
      "an axis of 3 has no parts of the sizes [9223372036854775807, 2]"
    ),
    (
      ValueCase("", "SplitToSequence", inputs: [rows, .tensor(list(-1, 4))]),
      "an axis of 3 has no parts of the sizes [-1, 4]"
    ),
    (
      ValueCase("", "SplitToSequence", inputs: [.tensor(Tensor(scalar: 1 as Float))]),
      "axis 0 is out of range for a tensor of rank 0"
    ),
    (
      ValueCase(
        "", "SplitToSequence", ["axis": .int(1)], inputs: [.tensor(counting([0, 1 << 40]))]),
      "a sequence of 1099511627776 elements exceeds the memory limit of 1073741824 bytes"
    ),
    (
      ValueCase("", "ConcatFromSequence", ["axis": .int(0)], inputs: [sequence()]),
      "the sequence whose tensors are joined is empty"
    ),
    (
      ValueCase("", "ConcatFromSequence", inputs: [sequence(list(1))]),
      "attribute axis is missing"
    ),
    (
      ValueCase(
        "", "ConcatFromSequence", ["axis": .int(0)], inputs: [sequence(list(1), counting([1]))]),
      "a tensor of float32 is in a sequence with one of int64"
    ),
    (
      ValueCase(
        "", "ConcatFromSequence", ["axis": .int(2), "new_axis": .int(1)],
        inputs: [sequence(list(1))]),
      "axis 2 is out of range for a tensor of rank 2"
    ),
    (
      ValueCase(
        "", "ConcatFromSequence", ["axis": .int(0), "new_axis": .int(1)],
        inputs: [sequence(list(1), list(1, 2))]),
      "the tensors to stack differ in type or shape"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

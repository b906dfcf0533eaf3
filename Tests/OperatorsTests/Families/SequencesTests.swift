import IR
import Operators
import Tensors
import TestSupport
import Testing

/// A sequence of tensors.
func sequence(_ tensors: Tensor...) -> RuntimeValue { .sequence(tensors.map { .tensor($0) }) }

@Suite struct SequencesTests {
  static let three = sequence(list(1), list(2, 3), list(4))
  static func place(_ position: Int64) -> RuntimeValue { .tensor(Tensor(scalar: position)) }

  static let cases = [

    ValueCase(
      "makes a sequence", "SequenceConstruct", inputs: [.tensor(list(1)), .tensor(list(2, 3))],
      expected: [sequence(list(1), list(2, 3))]),
    ValueCase("makes an empty sequence", "SequenceEmpty", inputs: [], expected: [sequence()]),
    ValueCase(
      "finds an element", "SequenceAt", inputs: [three, place(1)], expected: [.tensor(list(2, 3))]),
    ValueCase(
      "counts from the back", "SequenceAt", inputs: [three, place(-3)],
      expected: [.tensor(list(1))]),
    ValueCase(
      "takes a position of 32 bits in a list", "SequenceAt",
      inputs: [three, .tensor(Tensor(shape: [1], scalars: [2 as Int32]))],
      expected: [.tensor(list(4))]),
    ValueCase(
      "appends", "SequenceInsert", inputs: [three, .tensor(list(5))],
      expected: [sequence(list(1), list(2, 3), list(4), list(5))]),
    ValueCase(
      "appends at a position", "SequenceInsert", inputs: [three, .tensor(list(5)), place(3)],
      expected: [sequence(list(1), list(2, 3), list(4), list(5))]),
    ValueCase(
      "inserts before the last", "SequenceInsert", inputs: [three, .tensor(list(5)), place(-1)],
      expected: [sequence(list(1), list(2, 3), list(5), list(4))]),
    ValueCase(
      "inserts at the front", "SequenceInsert", inputs: [three, .tensor(list(5)), place(-3)],
      expected: [sequence(list(5), list(1), list(2, 3), list(4))]),
    ValueCase(
      "inserts into nothing", "SequenceInsert", inputs: [sequence(), .tensor(list(5)), place(0)],
      expected: [sequence(list(5))]),
    ValueCase(
      "erases the last", "SequenceErase", inputs: [three],
      expected: [sequence(list(1), list(2, 3))]),
    ValueCase(
      "erases the first", "SequenceErase", inputs: [three, place(-3)],
      expected: [sequence(list(2, 3), list(4))]),
    ValueCase("counts", "SequenceLength", inputs: [three], expected: [place(3)]),
    ValueCase("counts nothing", "SequenceLength", inputs: [sequence()], expected: [place(0)]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: ValueCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  static let types: [(ValueCase, String)] = [

    (
      ValueCase(
        "", "SequenceConstruct", inputs: [.tensor(counting([2, 3])), .tensor(counting([2, 4]))]),
      "sequence(float32[2, ?])"
    ),
    (ValueCase("", "SequenceEmpty", inputs: []), "sequence(float32)"),
    (ValueCase("", "SequenceEmpty", ["dtype": .int(7)], inputs: []), "sequence(int64)"),
    (
      ValueCase("", "SequenceInsert", inputs: [three, .tensor(list(1))]), "sequence(int64[1])"
    ),
    (
      ValueCase("", "SequenceInsert", inputs: [three, .tensor(list(1, 2))]), "sequence(int64[?])"
    ),
    (ValueCase("", "SequenceErase", inputs: [three]), "sequence(int64[1])"),
    (ValueCase("", "SequenceAt", inputs: [three, place(0)]), "int64[1]"),
    (ValueCase("", "SequenceLength", inputs: [three]), "int64[]"),

  ]

  @Test(arguments: types.indices)
  func infersTypes(_ index: Int) throws {
    let (example, type) = Self.types[index]
    #expect(try example.inferTypes().map { $0?.description } == [type])
  }

  static let errors: [(ValueCase, String)] = [

    (
      ValueCase("", "SequenceAt", inputs: [three, place(3)]),
      "position 3 is out of range for a sequence of 3"
    ),
    (
      ValueCase("", "SequenceAt", inputs: [three, place(.min)]),
      "position -9223372036854775808 is out of range for a sequence of 3"
    ),
    (
      ValueCase("", "SequenceAt", inputs: [three, .tensor(list(1, 2))]),
      "the position is 2 numbers, not one"
    ),
    (
      ValueCase("", "SequenceInsert", inputs: [three, .tensor(list(5)), place(4)]),
      "position 4 is out of range for a sequence of 3"
    ),
    (
      ValueCase("", "SequenceInsert", inputs: [three, .tensor(counting([1]))]),
      "a tensor of float32 is in a sequence with one of int64"
    ),
    (
      ValueCase("", "SequenceErase", inputs: [sequence()]),
      "the sequence from which an element is taken is empty"
    ),
    (
      ValueCase("", "SequenceEmpty", ["dtype": .int(99)], inputs: []),
      "attribute dtype names the element type 99"
    ),
    (
      ValueCase("", "SequenceEmpty", ["dtype": .int(16)], inputs: []),
      "attribute dtype names bfloat16"
    ),
    (ValueCase("", "SequenceConstruct", inputs: [nil]), "input 0 is missing"),
    (
      ValueCase("", "SequenceConstruct", inputs: [.tensor(list(1)), .tensor(counting([1]))]),
      "input 1 (inputs) is of float32, but T is int64 by an input before it"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func boundsTheMemoryOfAllElementsTogether() {
    let example = ValueCase("", "SequenceInsert", inputs: [Self.three, .tensor(counting([100]))])
    #expect(throws: OperatorError.self) { try example.evaluate(memoryLimit: 900) }
    let error = #expect(throws: OperatorError.self) {
      try ValueCase("", "SequenceInsert", inputs: [Self.three, .tensor(list(1))])
        .evaluate(memoryLimit: 500)
    }
    #expect(error?.message == "a sequence of 4 elements exceeds the memory limit of 500 bytes")
  }

  @Test func takesNoTensorForASequence() {
    let error = #expect(throws: OperatorError.self) {
      try ValueCase("", "SequenceLength", inputs: [.tensor(list(1))]).evaluate()
    }
    #expect(error?.message.hasPrefix("input_sequence is of int64; it takes a sequence of") == true)
  }
}

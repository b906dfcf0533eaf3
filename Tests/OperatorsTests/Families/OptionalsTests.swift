import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct OptionalsTests {
  static let content = RuntimeValue.tensor(list(1, 2))
  static let flag: [RuntimeValue] = [.tensor(Tensor(scalar: true))]
  static let noFlag: [RuntimeValue] = [.tensor(Tensor(scalar: false))]

  static let cases = [

    ValueCase("holds a tensor", "Optional", inputs: [content], expected: [.optional(content)]),
    ValueCase(
      "holds a sequence", "Optional", inputs: [sequence()], expected: [.optional(sequence())]),
    ValueCase(
      "holds nothing", "Optional", ["type": .type(.tensor(.float32, nil))], inputs: [],
      expected: [.optional(nil)]),
    ValueCase(
      "gives what it holds", "OptionalGetElement", inputs: [.optional(content)],
      expected: [content]),
    ValueCase(
      "leaves a tensor alone", "OptionalGetElement", inputs: [content], expected: [content]),
    ValueCase(
      "leaves a sequence alone", "OptionalGetElement", inputs: [sequence(list(1))],
      expected: [sequence(list(1))]),
    ValueCase(
      "sees contents", "OptionalHasElement", inputs: [.optional(content)], expected: flag),
    ValueCase("sees a tensor", "OptionalHasElement", inputs: [content], expected: flag),
    ValueCase(
      "sees an empty sequence", "OptionalHasElement", inputs: [sequence()], expected: flag),
    ValueCase("sees nothing", "OptionalHasElement", inputs: [.optional(nil)], expected: noFlag),
    ValueCase("sees no input", "OptionalHasElement", inputs: [], expected: noFlag),
    ValueCase("sees no name", "OptionalHasElement", inputs: [nil], expected: noFlag),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: ValueCase) throws {
    #expect(try example.evaluate() == example.expected)
    let types = try example.inferTypes()
    for (type, value) in zip(types, example.expected) where value.type != nil {
      #expect(type == value.type)
    }
  }

  @Test func knowsTheTypeOfWhatIsNotThere() throws {
    let type = ValueType.sequence(.tensor(.float32, [.unknown]))
    let example = ValueCase("", "Optional", ["type": .type(type)], inputs: [])
    #expect(try example.inferTypes() == [.optional(type)])
  }

  static let errors: [(ValueCase, String)] = [

    (ValueCase("", "Optional", inputs: []), "attribute type is missing, and so is the input"),
    (
      ValueCase("", "Optional", ["type": .int(1)], inputs: [content]),
      "attribute type holds int, not type"
    ),
    (
      ValueCase("", "OptionalGetElement", inputs: [.optional(nil)]), "the optional holds nothing"
    ),
    (
      ValueCase("", "OptionalGetElement", inputs: [nil]), "input 0 (input) is missing"
    ),
    (
      ValueCase("", "Optional", inputs: [.optional(content)]),
      "input is of optional(int64); it takes any type, or a sequence of any type"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

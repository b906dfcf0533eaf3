import IR
import Operators
import TestSupport
import Tensors
import Testing

@Suite struct ConstantsTests {
  static let cases: [OperatorCase] = [
    OperatorCase(
      "a tensor", "Constant", ["value": .tensor(Tensor(shape: [2], scalars: [1, 2] as [Int8]))],
      inputs: [], expected: [Tensor(shape: [2], scalars: [1, 2] as [Int8])]),
    OperatorCase(
      "a number", "Constant", ["value_float": .float(0.5)], inputs: [],
      expected: [Tensor(scalar: 0.5 as Float)]),
    OperatorCase(
      "integers", "Constant", ["value_ints": .ints([3, -4])], inputs: [],
      expected: [Tensor(shape: [2], scalars: [3, -4] as [Int64])]),
    OperatorCase(
      "strings", "Constant", ["value_strings": .strings(["a", ""])], inputs: [],
      expected: [Tensor(shape: [2], strings: ["a", ""])]),
  ]

  @Test(arguments: cases)
  func givesWhatItsAttributeHolds(example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let wrong: [Attributes] = [[:], ["value_int": .int(1), "value_float": .float(1)]]

  @Test(arguments: wrong)
  func wantsExactlyOneAttribute(attributes: Attributes) {
    let example = OperatorCase("no or two values", "Constant", attributes, inputs: [])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }
}

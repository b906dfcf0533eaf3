import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct CategoryEncodingTests {
  private static func example(
    _ description: String, _ attributes: Attributes, _ x: Tensor, _ y: Tensor = floats([0], [])
  ) -> OperatorCase {
    OperatorCase(
      description, "OneHotEncoder", domain: "ai.onnx.ml", attributes, inputs: [x], expected: [y])
  }

  static let cases = [

    example(
      "marks the place of a string", ["cats_strings": .strings(["a", "b"])],
      Tensor(shape: [2, 1], strings: ["b", "c"]), floats([2, 1, 2], [0, 1, 0, 0])),
    example(
      "marks the last of equal categories", ["cats_int64s": .ints([1, 2, 1])], list(1, 2),
      floats([2, 3], [0, 0, 1, 0, 1, 0])),
    example(
      "casts numbers to integers", ["cats_int64s": .ints([1, -2])],
      floats([3], [1.75, -2.5, .nan]), floats([3, 2], [1, 0, 0, 1, 0, 0])),
    example(
      "takes a scalar", ["cats_int64s": .ints([1, 2])], Tensor(scalar: 2 as Int32),
      floats([2], [0, 1])),

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
      example("", ["cats_int64s": .ints([1]), "zeros": .int(0)], list(1, 2)),
      "the element at place 1 is none of the categories"
    ),
    (example("", [:], list(1)), "cats_int64s has 0 categories and cats_strings 0"),
    (
      example("", ["cats_strings": .strings(["a"])], list(1)),
      "a tensor of int64 is looked up among keys of another type"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

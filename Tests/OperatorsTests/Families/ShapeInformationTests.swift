import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ShapeInformationTests {
  static let cases = [
    OperatorCase("returns the shape", "Shape", inputs: [counting([2, 3])], expected: [list(2, 3)]),
    OperatorCase(
      "returns part of the shape", "Shape", ["start": .int(-2), "end": .int(-1)],
      inputs: [counting([2, 3, 4])], expected: [list(3)]),
    OperatorCase(
      "brings bounds into range", "Shape", ["start": .int(.min), "end": .int(.max)],
      inputs: [counting([2, 3])], expected: [list(2, 3)]),
    OperatorCase(
      "returns nothing when the end comes first", "Shape", ["start": .int(2), "end": .int(1)],
      inputs: [counting([2, 3])], expected: [integers([0], [])]),
    OperatorCase(
      "counts elements", "Size", inputs: [counting([2, 3])], expected: [integers([], [6])]),
    OperatorCase(
      "fills with zeros", "ConstantOfShape", inputs: [list(2)], expected: [floats([2], [0, 0])]),
    OperatorCase(
      "fills with a value", "ConstantOfShape", ["value": .tensor(list(5))], inputs: [list(1, 2)],
      expected: [integers([1, 2], [5, 5])]),
    OperatorCase(
      "makes a scalar", "ConstantOfShape",
      ["value": .tensor(Tensor(shape: [1], scalars: [true]))], inputs: [integers([0], [])],
      expected: [Tensor(scalar: true)]),
    OperatorCase(
      "fills with packed elements", "ConstantOfShape",
      ["value": .tensor(Tensor(shape: [1], scalars: [-3] as [Int8]).packed(as: .int4))],
      inputs: [list(3)],
      expected: [Tensor(shape: [3], scalars: [-3, -3, -3] as [Int8]).packed(as: .int4)]),
    OperatorCase(
      "counts upwards", "Range",
      inputs: [floats([], [1]), floats([], [4]), floats([], [1.5])],
      expected: [floats([2], [1, 2.5])]),
    OperatorCase(
      "counts downwards", "Range",
      inputs: [integers([], [10]), integers([], [4]), integers([], [-2])],
      expected: [list(10, 8, 6)]),
    OperatorCase(
      "counts nothing", "Range",
      inputs: [integers([], [4]), integers([], [4]), integers([], [1])],
      expected: [integers([0], [])]),
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
      OperatorCase("", "ConstantOfShape", inputs: [list(-1)]),
      "the output would have the shape [-1, 4]"
    ),
    (
      OperatorCase("", "ConstantOfShape", ["value": .tensor(list(1, 2))], inputs: [list(1)]),
      "value holds 2 elements; it takes one"
    ),
    (
      OperatorCase(
        "", "Range", inputs: [integers([], [0]), integers([], [1]), integers([], [0])]),
      "the delta of the range is 0"
    ),
    (
      OperatorCase(
        "", "Range", inputs: [floats([], [0]), floats([], [.infinity]), floats([], [1])]),
      "the range has no number of elements"
    ),
    (
      OperatorCase("", "Range", inputs: [list(0, 1), list(1), list(1)]),
      "a tensor of shape [2] stands where one number is expected"
    ),
    (
      OperatorCase(
        "", "Range", inputs: [integers([], [.min]), integers([], [.max]), integers([], [1])]),
      "the range has no number of elements"
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func knowsSymbolicExtents() throws {
    let shape: Shape = [.symbol("batch"), 3, .unknown]
    let value = try inferred("Shape", ["end": .int(2)], [.tensor(.float32, shape)])
    #expect(value.elements?.elements == [.symbol("batch"), 3])
    #expect(value.type == .tensor(.int64, [2]))
  }

  @Test func computesWithDoublesWhenAllFloatsAre() throws {
    let filled = try OperatorCase("", "ConstantOfShape", inputs: [list(1)])
      .evaluate(precision: .float64)
    #expect(filled == [Tensor(shape: [1], scalars: [0] as [Double])])
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct TilingTests {
  static let cases = [

    OperatorCase(
      "repeats along each axis", "Tile", inputs: [counting([1, 2]), list(2, 2)],
      expected: [floats([2, 4], [0, 1, 0, 1, 0, 1, 0, 1])]),
    OperatorCase(
      "repeats whole rows", "Tile", inputs: [counting([2, 1]), list(2, 1)],
      expected: [floats([4, 1], [0, 1, 0, 1])]),
    OperatorCase(
      "repeats nothing", "Tile", inputs: [counting([2]), list(0)], expected: [counting([0])]),
    OperatorCase(
      "keeps a scalar", "Tile", inputs: [counting([]), integers([0], [])], expected: [counting([])]),
    OperatorCase(
      "repeats strings", "Tile", inputs: [Tensor(shape: [1], strings: ["a"]), list(2)],
      expected: [Tensor(shape: [2], strings: ["a", "a"])]),

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
      OperatorCase("", "Tile", inputs: [counting([2]), list(1, 1)]),
      "the repeats [1, 1] do not suit a tensor of shape [2]"
    ),
    (
      OperatorCase("", "Tile", inputs: [counting([2]), list(-1)]),
      "the repeats [-1] do not suit a tensor of shape [2]"
    ),
    (
      OperatorCase("", "Tile", inputs: [counting([2]), list(.max)]),
      "the output would have the shape [-1, 4]"
    ),
    (
      OperatorCase("", "Tile", inputs: [counting([0, 2]), list(1, .max)]),
      "the output would have the shape [0, -1, 4]"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func multipliesSymbolicExtents() throws {
    let batch = Dimension.symbol("batch")
    let value = try inferred("Tile", [:], [.tensor(.int8, [batch, 3]), known(2, batch)])
    #expect(value.type == .tensor(.int8, [batch * 2, batch * 3]))
  }

  @Test func repeatsTheOneAxisOfTheFirstVersion() throws {
    let node = UpgradedNode(
      "Tile", version: 1, inputs: [counting([1, 2]), floats([1], [2]), floats([1], [1])])
    #expect(try node.evaluate() == [floats([1, 4], [0, 1, 0, 1])])
    let axis = floats([1], [7])
    let wrong = UpgradedNode("Tile", version: 1, inputs: [counting([2]), axis, axis])
    #expect(
      wrong.report.errors.first?.message == "axis 7 is out of range for a tensor of rank 1")
  }

}

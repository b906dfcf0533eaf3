import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ReshapingTests {
  static let cases = [
    OperatorCase(
      "infers one extent", "Reshape", inputs: [counting([2, 3]), list(3, -1)],
      expected: [counting([3, 2])]),
    OperatorCase(
      "copies an extent", "Reshape", inputs: [counting([2, 3, 2]), list(0, -1)],
      expected: [counting([2, 6])]),
    OperatorCase(
      "takes zero as an extent when asked to", "Reshape", ["allowzero": .int(1)],
      inputs: [counting([0, 3]), list(3, 0)], expected: [counting([3, 0])]),
    OperatorCase(
      "infers beside an empty axis", "Reshape", inputs: [counting([0, 3]), list(3, -1)],
      expected: [counting([3, 0])]),
    OperatorCase(
      "makes a scalar", "Reshape",
      inputs: [Tensor(shape: [1], strings: ["a"]), integers([0], [])],
      expected: [Tensor(shape: [], strings: ["a"])]),
    OperatorCase(
      "reshapes packed elements", "Reshape",
      inputs: [
        Tensor(shape: [3], scalars: [1, -2, 3] as [Int8]).packed(as: .int4), list(1, 3),
      ],
      expected: [Tensor(shape: [1, 3], scalars: [1, -2, 3] as [Int8]).packed(as: .int4)]),
    OperatorCase(
      "flattens at the default axis", "Flatten", inputs: [counting([2, 3, 2])],
      expected: [counting([2, 6])]),
    OperatorCase(
      "flattens everything", "Flatten", ["axis": .int(0)], inputs: [counting([2, 3])],
      expected: [counting([1, 6])]),
    OperatorCase(
      "flattens before a negative axis", "Flatten", ["axis": .int(-1)],
      inputs: [counting([2, 3, 2])], expected: [counting([6, 2])]),
    OperatorCase(
      "squeezes the axes that are named", "Squeeze", inputs: [counting([1, 2, 1]), list(-1)],
      expected: [counting([1, 2])]),
    OperatorCase(
      "squeezes every axis of one", "Squeeze", inputs: [counting([1, 2, 1])],
      expected: [counting([2])]),
    OperatorCase(
      "unsqueezes in any order", "Unsqueeze", inputs: [counting([2]), list(2, 0)],
      expected: [counting([1, 2, 1])]),
    OperatorCase(
      "unsqueezes a scalar", "Unsqueeze", inputs: [counting([]), list(-1)],
      expected: [counting([1])]),
    OperatorCase(
      "returns what it is given", "Identity", inputs: [counting([2])], expected: [counting([2])]),
    OperatorCase(
      "expands to a larger shape", "Expand", inputs: [floats([2, 1], [1, 2]), list(2, 1, 2)],
      expected: [floats([2, 2, 2], [1, 1, 2, 2, 1, 1, 2, 2])]),
    OperatorCase(
      "keeps axes that the shape has as one", "Expand", inputs: [counting([3]), list(1)],
      expected: [counting([3])]),
    OperatorCase(
      "expands to nothing", "Expand", inputs: [counting([1]), list(2, 0)],
      expected: [counting([2, 0])]),
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
      OperatorCase("", "Reshape", inputs: [counting([5]), list(2, -1)]),
      "shape [5] cannot become [2, -1]"
    ),
    (
      OperatorCase("", "Reshape", inputs: [counting([5]), list(2, 3)]),
      "shape [5] cannot become [2, 3]"
    ),
    (
      OperatorCase("", "Reshape", inputs: [counting([5]), list(-1, -1)]),
      "-1 stands twice in the shape [-1, -1]"
    ),
    (
      OperatorCase("", "Reshape", inputs: [counting([5]), list(-2)]),
      "the shape [-2] has a negative extent"
    ),
    (
      OperatorCase("", "Reshape", inputs: [counting([5]), list(5, 0)]),
      "0 at 1 of the shape [5, 0] copies an axis that is not there"
    ),
    (
      OperatorCase(
        "", "Reshape", ["allowzero": .int(1)], inputs: [counting([0]), list(0, -1)]),
      "-1 in the shape [0, -1] cannot be inferred beside an extent of 0"
    ),
    (
      OperatorCase("", "Reshape", inputs: [counting([4]), list(.max, .max)]),
      "4 elements do not fill the shape [9223372036854775807, 9223372036854775807]"
    ),
    (
      OperatorCase("", "Flatten", ["axis": .int(3)], inputs: [counting([5])]),
      "axis 3 is out of range for a tensor of rank 1"
    ),
    (
      OperatorCase("", "Squeeze", inputs: [counting([2, 1]), list(0)]),
      "axis 0 of the shape [2, 1] is not 1, but 2"
    ),
    (
      OperatorCase("", "Unsqueeze", inputs: [counting([2]), list(0, 0)]),
      "axis 0 is given twice in [0, 0]"
    ),
    (
      OperatorCase("", "Expand", inputs: [counting([2]), list(3)]),
      "shapes [2] and [3] do not broadcast"
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func reshapesSymbolicExtents() throws {
    let shape: Shape = [.symbol("batch"), .unknown, 4]
    let type = try inferred("Reshape", [:], [.tensor(.float32, shape), known(-1, 0, 2)]).type
    #expect(type?.shape?.rank == 3)
    #expect(type?.shape?[1] == .unknown)
    #expect(type?.shape?[2] == 2)
  }

  @Test func infersTheExtentBesideTheBatch() throws {
    let batch = Dimension.symbol("batch")
    let value = try inferred(
      "Reshape", [:], [.tensor(.float32, [batch, 3, 4]), known(batch, -1)])
    #expect(value.type == .tensor(.float32, [batch, 12]))
  }

  @Test func turnsTheAttributesOfOldVersionsIntoInputs() throws {
    let reshape = UpgradedNode(
      "Reshape", version: 1, ["shape": .ints([2, -1]), "consumed_inputs": .ints([0])],
      inputs: [counting([4])])
    #expect(try reshape.evaluate() == [counting([2, 2])])
    #expect(try reshape.graph[reshape.id].attributes.isEmpty)
    let squeeze = UpgradedNode(
      "Squeeze", version: 1, ["axes": .ints([1])], inputs: [counting([1, 1])])
    #expect(try squeeze.evaluate() == [counting([1])])
    let unsqueeze = UpgradedNode(
      "Unsqueeze", version: 11, ["axes": .ints([0])], inputs: [counting([2])])
    #expect(try unsqueeze.evaluate() == [counting([1, 2])])
  }

  @Test func followsKnownElements() throws {
    let shape = OperatorCase(
      "", "Unsqueeze", inputs: [Tensor(scalar: 7 as Int64), list(0)], expected: [list(7)])
    #expect(try shape.inferElements()[0]?.integers == [7])
  }
}

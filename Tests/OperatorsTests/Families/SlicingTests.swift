import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SlicingTests {
  static let cases = [
    OperatorCase(
      "takes a part", "Slice", inputs: [counting([4]), list(1), list(3)],
      expected: [floats([2], [1, 2])]),
    OperatorCase(
      "counts bounds from the end", "Slice", inputs: [counting([4]), list(-3), list(-1)],
      expected: [floats([2], [1, 2])]),
    OperatorCase(
      "brings bounds into range", "Slice",
      inputs: [counting([2, 3]), list(-9), list(.max), list(1)], expected: [counting([2, 3])]),
    OperatorCase(
      "walks backwards to the start", "Slice",
      inputs: [counting([5]), list(.max), list(.min), list(0), list(-2)],
      expected: [floats([3], [4, 2, 0])]),
    OperatorCase(
      "takes the largest steps", "Slice",
      inputs: [counting([5]), list(-1), list(.min), list(0), list(.min)],
      expected: [floats([1], [4])]),
    OperatorCase(
      "slices several axes in any order", "Slice",
      inputs: [counting([3, 4]), list(1, 0), list(4, 2), list(-1, 0), list(2, 1)],
      expected: [floats([2, 2], [1, 3, 5, 7])]),
    OperatorCase(
      "starts inside when it walks backwards", "Slice",
      inputs: [counting([5]), list(-9), list(-9), list(0), list(-1)],
      expected: [floats([1], [0])]),
    OperatorCase(
      "walks backwards through nothing", "Slice",
      inputs: [counting([0]), list(-1), list(-9), list(0), list(-1)],
      expected: [counting([0])]),
    OperatorCase(
      "takes nothing", "Slice", inputs: [counting([4]), list(3), list(1)],
      expected: [counting([0])]),
    OperatorCase(
      "slices strings", "Slice",
      inputs: [
        Tensor(shape: [3], strings: ["a", "b", "c"]),
        Tensor(shape: [1], scalars: [1] as [Int32]), Tensor(shape: [1], scalars: [3] as [Int32]),
      ],
      expected: [Tensor(shape: [2], strings: ["b", "c"])]),
    OperatorCase(
      "splits into equal parts", "Split", ["axis": .int(1), "num_outputs": .int(2)],
      inputs: [counting([2, 4])],
      expected: [floats([2, 2], [0, 1, 4, 5]), floats([2, 2], [2, 3, 6, 7])]),
    OperatorCase(
      "makes the last part smaller", "Split", ["num_outputs": .int(2)], inputs: [counting([3])],
      expected: [floats([2], [0, 1]), floats([1], [2])]),
    OperatorCase(
      "splits as told", "Split", inputs: [counting([3]), list(1, 0, 2)],
      expected: [floats([1], [0]), counting([0]), floats([2], [1, 2])]),
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
      OperatorCase("", "Slice", inputs: [counting([2]), list(0), list(1), list(0), list(0)]),
      "a step of the slice is 0"
    ),
    (
      OperatorCase("", "Slice", inputs: [counting([2]), list(0, 0), list(1, 1)]),
      "a slice of 1 axes is given 2 starts, 2 ends, 2 axes and 2 steps"
    ),
    (
      OperatorCase("", "Slice", inputs: [counting([2]), list(0), list(1), list(2)]),
      "axis 2 is out of range for a tensor of rank 1"
    ),
    (
      OperatorCase("", "Split", inputs: [counting([3]), list(1, 1)]),
      "parts of the sizes [1, 1] do not make an axis of 3 for 1 outputs"
    ),
    (
      OperatorCase("", "Split", inputs: [counting([3]), list(-1, 4)]),
      "the sizes [-1, 4] of the parts are out of range"
    ),
    (
      OperatorCase("", "Split", ["num_outputs": .int(0)], inputs: [counting([3])]),
      "num_outputs is 0, but 1 outputs are named"
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func keepsSymbolicExtentsThatItDoesNotTouch() throws {
    let shape: Shape = [.symbol("batch"), 6, .symbol("width")]
    let value = try inferred(
      "Slice", [:],
      [.tensor(.float32, shape), known(0, 1), known(.fixed(.max), 4), known(2, 1)])
    #expect(value.type == .tensor(.float32, [.symbol("batch"), 3, .symbol("width")]))
  }

  @Test(
    arguments: [
      (known(0), known(-1), 1, "max(0, seq-1)"), (known(-2), known(.fixed(.max)), 1, "min(seq, 2)"),
      (known(0), known(.symbol("seq")), 2, "floor((seq+1)/2)"),
    ] as [(InferredValue, InferredValue, Int64, String)])
  func countsWhatItTakesOfSymbolicExtents(
    _ start: InferredValue, _ end: InferredValue, _ step: Int64, _ expected: String
  ) throws {
    let value = try inferred(
      "Slice", [:],
      [
        .tensor(.float32, [.symbol("seq")]), start, end, known(0), known(.fixed(Int(step))),
      ])
    #expect(value.type?.shape?[0].description == expected)
  }

  @Test func followsKnownElements() throws {
    let slice = OperatorCase(
      "", "Slice", inputs: [list(2, 3, 4), list(-1), list(-9), list(0), list(-1)],
      expected: [list(4, 3, 2)])
    #expect(try slice.inferElements()[0]?.integers == [4, 3, 2])
    let split = OperatorCase(
      "", "Split", inputs: [list(2, 3, 4), list(1, 2)], expected: [list(2), list(3, 4)])
    #expect(try split.inferElements().map { $0?.integers } == [[2], [3, 4]])
  }

  @Test func turnsTheAttributesOfOldVersionsIntoInputs() throws {
    let slice = UpgradedNode(
      "Slice", version: 1, ["starts": .ints([1]), "ends": .ints([9]), "axes": .ints([0])],
      inputs: [counting([3])])
    #expect(try slice.evaluate() == [floats([2], [1, 2])])
    let expected = [floats([1], [0]), floats([2], [1, 2])]
    let split = UpgradedNode(
      "Split", version: 2, ["split": .ints([1, 2])], inputs: [counting([3])], outputs: 2)
    #expect(try split.evaluate(outputs: expected) == expected)
    let equal = UpgradedNode("Split", version: 11, inputs: [counting([4])], outputs: 2)
    #expect(try equal.graph[equal.id].attributes["num_outputs"] == .int(2))
    let first = UpgradedNode(
      "Split", version: 1, inputs: [counting([3]), floats([2], [1, 2])], outputs: 2)
    #expect(try first.evaluate(outputs: expected) == expected)
  }
}

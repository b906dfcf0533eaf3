import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BinaryArithmeticTests {
  private static func floats(_ shape: [Int], _ scalars: [Float]) -> Tensor {
    Tensor(shape: shape, scalars: scalars)
  }

  static let cases = [
    OperatorCase(
      "adds elements", "Add", inputs: [floats([2], [1, 2]), floats([2], [3, 4])],
      expected: [floats([2], [4, 6])]),
    OperatorCase(
      "repeats a row", "Sub", inputs: [floats([2, 2], [1, 2, 3, 4]), floats([2], [1, 0])],
      expected: [floats([2, 2], [0, 2, 2, 4])]),
    OperatorCase(
      "repeats a column and a row", "Mul",
      inputs: [floats([2, 1], [2, 3]), floats([1, 3], [1, 10, 100])],
      expected: [floats([2, 3], [2, 20, 200, 3, 30, 300])]),
    OperatorCase(
      "repeats on both sides of an axis", "Add",
      inputs: [floats([2, 1, 2], [1, 2, 3, 4]), floats([2, 1], [10, 20])],
      expected: [floats([2, 2, 2], [11, 12, 21, 22, 13, 14, 23, 24])]),
    OperatorCase(
      "takes scalars", "Div", inputs: [floats([], [1]), floats([], [4])],
      expected: [floats([], [0.25])]),
    OperatorCase(
      "takes a scalar on the left", "Div", inputs: [floats([], [1]), floats([2], [0, -2])],
      expected: [floats([2], [.infinity, -0.5])]),
    OperatorCase(
      "takes what is empty", "Add", inputs: [floats([0, 2], []), floats([1, 2], [1, 2])],
      expected: [floats([0, 2], [])]),
    OperatorCase(
      "truncates integer quotients", "Div",
      inputs: [
        Tensor(shape: [4], scalars: [7, -7, 7, .min] as [Int32]),
        Tensor(shape: [4], scalars: [2, 2, -2, -1] as [Int32]),
      ],
      expected: [Tensor(shape: [4], scalars: [3, -3, -3, .min] as [Int32])]),
    OperatorCase(
      "wraps integers around", "Sub",
      inputs: [Tensor(scalar: 1 as UInt8), Tensor(scalar: 2 as UInt8)],
      expected: [Tensor(scalar: 255 as UInt8)]),
    OperatorCase(
      "rounds half floats once", "Add",
      inputs: [Tensor(scalar: 2048 as Float16), Tensor(scalar: 3 as Float16)],
      expected: [Tensor(scalar: 2052 as Float16)]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: ["Add", "Sub", "Mul", "Div"])
  func followsShapeArithmetic(_ name: String) throws {
    let graph = try UpgradeCase(
      name, version: 14,
      inputs: [
        .constant(Tensor(shape: [2], scalars: [12, -7] as [Int64])),
        .constant(Tensor(shape: [], scalars: [2] as [Int64])),
      ]
    ).upgraded()
    #expect(graph.type(of: graph.outputs[0]) == .tensor(.int64, [2]))
  }

  @Test func rejectsShapesThatDoNotBroadcast() {
    let example = OperatorCase(
      "", "Add", inputs: [Self.floats([2], [1, 2]), Self.floats([3], [1, 2, 3])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .incompatibleShapes)
  }

  @Test func rejectsIntegerDivisionByZero() {
    let example = OperatorCase(
      "", "Div",
      inputs: [Tensor(scalar: 1 as Int64), Tensor(shape: [2], scalars: [1, 0] as [Int64])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "integers are divided by zero: element 1 of the divisor")
  }

  @Test func rejectsAResultThatExceedsTheMemoryLimit() {
    let column = Tensor(of: Float.self, shape: [1024, 1]) { $0.update(repeating: 0) }
    let row = Tensor(of: Float.self, shape: [1, 1024]) { $0.update(repeating: 0) }
    let example = OperatorCase("", "Mul", inputs: [column, row])
    let error = #expect(throws: OperatorError.self) { try example.evaluate(memoryLimit: 1 << 20) }
    #expect(error?.code == .limitExceeded)
  }

  // MARK: - Versions before 7

  @Test func alignsAConstantWithTheAxisOfOldVersions() throws {
    let bias = Self.floats([3], [1, 2, 3])
    let graph = try UpgradeCase(
      "Add", version: 6, ["broadcast": .int(1), "axis": .int(1)],
      inputs: [.value(.tensor(.float32, [2, 3, 4, 5])), .constant(bias)]
    ).upgraded()
    #expect(graph.constants(ofFirst: "Add") == [nil, bias.reshaped(to: [3, 1, 1])])
    #expect(graph.type(of: graph.outputs[0]) == .tensor(.float32, [2, 3, 4, 5]))
  }

  @Test func alignsAValueWithTheAxisOfOldVersions() throws {
    let graph = try UpgradeCase(
      "Mul", version: 1,
      ["broadcast": .int(1), "axis": .int(0), "consumed_inputs": .ints([0, 0])],
      inputs: [.value(.tensor(.float32, [2, 3])), .value(.tensor(.float32, [2]))]
    ).upgraded()
    #expect(graph.operatorNames == ["Unsqueeze", "Mul"])
    let axes = Tensor(shape: [1], scalars: [1] as [Int64])
    #expect(graph.constants(ofFirst: "Unsqueeze") == [nil, axes])
  }

  @Test func leavesTheLastAxesOfOldVersions() throws {
    let graph = try UpgradeCase(
      "Sub", version: 6, ["broadcast": .int(1)],
      inputs: [.value(.tensor(.float32, [2, 3])), .value(.tensor(.float32, [3]))]
    ).upgraded()
    #expect(graph.operatorNames == ["Sub"])
    #expect(graph.nodes.allSatisfy { graph[$0].attributes.isEmpty })
  }

  @Test func saysThatAnAxisNeedsRanks() {
    let example = UpgradeCase(
      "Add", version: 6, ["broadcast": .int(1), "axis": .int(0)],
      inputs: [.value(.tensor(.float32, nil)), .value(.tensor(.float32, [3]))])
    let error = #expect(throws: OperatorError.self) { try example.upgraded() }
    #expect(error?.code == .unsupported)
  }
}

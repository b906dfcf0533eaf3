import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct MatrixMultiplicationTests {
  static let products = [
    OperatorCase(
      "multiplies matrices", "MatMul", inputs: [counting([2, 3]), counting([3, 2])],
      expected: [floats([2, 2], [10, 13, 28, 40])]),
    OperatorCase(
      "multiplies vectors", "MatMul", inputs: [counting([3]), counting([3])],
      expected: [floats([], [5])]),
    OperatorCase(
      "multiplies a row", "MatMul", inputs: [counting([2]), counting([2, 3])],
      expected: [floats([3], [3, 4, 5])]),
    OperatorCase(
      "multiplies a column", "MatMul", inputs: [counting([2, 1, 2]), counting([2])],
      expected: [floats([2, 1], [1, 3])]),
    OperatorCase(
      "repeats one matrix on the right", "MatMul",
      inputs: [counting([2, 1, 2]), counting([2, 1])], expected: [floats([2, 1, 1], [1, 3])]),
    OperatorCase(
      "broadcasts stacks", "MatMul", inputs: [counting([2, 1, 1, 1]), counting([3, 1, 1])],
      expected: [floats([2, 3, 1, 1], [0, 0, 0, 0, 1, 2])]),
    OperatorCase(
      "sums nothing to zero", "MatMul", inputs: [counting([2, 0]), counting([0, 2])],
      expected: [floats([2, 2], [0, 0, 0, 0])]),
    OperatorCase(
      "takes empty stacks", "MatMul", inputs: [counting([0, 2, 2]), counting([2, 3])],
      expected: [floats([0, 2, 3], [])]),
    OperatorCase(
      "takes integers and wraps around", "MatMul",
      inputs: [
        Tensor(shape: [1, 2], scalars: [.max, 2] as [Int32]),
        Tensor(shape: [2, 1], scalars: [2, 3] as [Int32]),
      ], expected: [Tensor(shape: [1, 1], scalars: [4] as [Int32])]),
    OperatorCase(
      "takes stacks of unsigned integers", "MatMul",
      inputs: [
        Tensor(shape: [2, 1, 1], scalars: [2, 3] as [UInt64]),
        Tensor(shape: [1, 2], scalars: [5, 7] as [UInt64]),
      ], expected: [Tensor(shape: [2, 1, 2], scalars: [10, 14, 15, 21] as [UInt64])]),
  ]

  static let (a, b) = (counting([2, 3]), counting([3, 2]))

  static let gemms = [
    OperatorCase(
      "adds a matrix", "Gemm", inputs: [a, b, counting([2, 2])],
      expected: [floats([2, 2], [10, 14, 30, 43])]),
    OperatorCase(
      "adds a row", "Gemm", inputs: [a, b, counting([2])],
      expected: [floats([2, 2], [10, 14, 28, 41])]),
    OperatorCase(
      "adds a column", "Gemm", inputs: [a, b, counting([2, 1])],
      expected: [floats([2, 2], [10, 13, 29, 41])]),
    OperatorCase(
      "adds a scalar", "Gemm", ["beta": .float(2)], inputs: [a, b, floats([], [1])],
      expected: [floats([2, 2], [12, 15, 30, 42])]),
    OperatorCase(
      "scales", "Gemm", ["alpha": .float(0.5)], inputs: [a, b],
      expected: [floats([2, 2], [5, 6.5, 14, 20])]),
    OperatorCase(
      "transposes both", "Gemm", ["transA": .int(1), "transB": .int(1)], inputs: [b, a],
      expected: [floats([2, 2], [10, 28, 13, 40])]),
    OperatorCase(
      "sums nothing to the addend", "Gemm",
      inputs: [counting([2, 0]), counting([0, 1]), floats([1], [3])],
      expected: [floats([2, 1], [3, 3])]),
    OperatorCase(
      "takes integers", "Gemm",
      ["transB": .int(1), "alpha": .float(0.5), "beta": .float(2)],
      inputs: [
        Tensor(shape: [1, 2], scalars: [1, 2] as [Int64]),
        Tensor(shape: [2, 2], scalars: [3, 4, 5, 6] as [Int64]),
        Tensor(shape: [2], scalars: [1, -1] as [Int64]),
      ], expected: [Tensor(shape: [1, 2], scalars: [7, 6] as [Int64])]),
  ]

  @Test(arguments: products + gemms)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: products + gemms)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  /// Extents around those of tiles and blocks.
  static let extents = [[1, 3, 9], [3, 257, 8], [4, 7, 513], [9, 260, 17], [6, 1, 1]]

  @Test(arguments: extents)
  func sumsRunsOf64InOrderWhateverTheTiles(_ extents: [Int]) throws {
    let (rows, depth, columns) = (extents[0], extents[1], extents[2])
    let left = (0..<(rows * depth)).map { 1 / Float($0 % 89 + 1) }
    let right = (0..<(depth * columns)).map { Float($0 % 97) - 48 }
    let result = try OperatorCase(
      "", "MatMul",
      inputs: [floats([rows, depth], left), floats([depth, columns], right)]
    ).evaluate()[0].scalars(of: Float.self)
    for index in stride(from: 0, to: result.count, by: 7) {
      let (row, column) = (index / columns, index % columns)
      var total: Float = 0
      for start in stride(from: 0, to: depth, by: 64) {
        var sum: Float = 0
        for step in start..<min(start + 64, depth) {
          sum += left[row * depth + step] * right[step * columns + column]
        }
        total = start == 0 ? sum : total + sum
      }
      #expect(result[index] == total)
    }
  }

  @Test func computesInSixtyFourBits() throws {
    let example = OperatorCase(
      "", "MatMul",
      inputs: [
        Tensor(shape: [1, 2], scalars: [1, 1e-12] as [Double]),
        Tensor(shape: [2, 5], scalars: [Double](repeating: 1, count: 10)),
      ])
    #expect(
      try example.evaluate()[0].scalars(of: Double.self) == .init(repeating: 1 + 1e-12, count: 5))
  }

  @Test func infersStacksThatDependOnSymbols() throws {
    let left = InferredValue.tensor(.float32, [.symbol("batch"), 1, .symbol("seq"), 8])
    let right = InferredValue.tensor(.float32, [4, 8, .unknown])
    #expect(
      try inferred("MatMul", [:], [left, right]).type
        == .tensor(.float32, [.symbol("batch"), 4, .symbol("seq"), .unknown]))
    #expect(
      try inferred("Gemm", ["transA": .int(1)], [.tensor(.float32, [8, .symbol("m")]), .unknown])
        .type == .tensor(.float32, [.symbol("m"), .unknown]))
  }

  @Test func forgetsThatOldVersionsAskedToBroadcast() throws {
    let node = UpgradedNode(
      "Gemm", version: 6, ["broadcast": .int(1)], inputs: [Self.a, Self.b, counting([2])])
    #expect(try node.graph[node.id].attributes["broadcast"] == nil)
    #expect(try node.evaluate() == [floats([2, 2], [10, 14, 28, 41])])
  }

  static let mistakes: [(String, Attributes, [Tensor?])] = [
    ("MatMul", [:], [counting([2, 3]), counting([2, 3])]),
    ("MatMul", [:], [counting([]), counting([2])]),
    ("MatMul", [:], [counting([2, 1, 1]), counting([3, 1, 1])]),
    ("Gemm", [:], [counting([2, 3]), counting([2, 3])]),
    ("Gemm", [:], [counting([2]), counting([2, 3])]),
    ("Gemm", [:], [a, b, counting([3])]),
    ("Gemm", [:], [a, b, counting([1, 2, 2])]),
  ]

  @Test(arguments: mistakes)
  func rejects(_ name: String, _ attributes: Attributes, _ inputs: [Tensor?]) {
    let example = OperatorCase("", name, attributes, inputs: inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == .incompatibleShapes)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == .incompatibleShapes)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ReductionsTests {
  private static let numbers = Tensor(shape: [2, 3], scalars: [1, -2, 3, -4, 5, -6] as [Float])

  private static func axes(_ axes: [Int64]) -> Tensor {
    Tensor(shape: [axes.count], scalars: axes)
  }

  /// The results along the last axis, along the first and along both.
  static let results: [(String, last: [Float], first: [Float], all: Float)] = [
    ("ReduceL1", [6, 15], [5, 7, 9], 21),
    ("ReduceL2", [3.7416574, 8.7749644], [4.1231056, 5.3851648, 6.7082039], 9.5393920),
    ("ReduceLogSumExp", [3.1328452, 5.0001401], [1.0067153, 5.0009115, 3.0001234], 5.1438431),
    ("ReduceMax", [3, 5], [1, 5, 3], 5),
    ("ReduceMean", [0.6666667, -1.6666666], [-1.5, 1.5, -1.5], -0.5),
    ("ReduceMin", [-2, -6], [-4, -2, -6], -6),
    ("ReduceProd", [-6, 120], [-4, -10, -18], -720),
    ("ReduceSum", [2, -5], [-3, 3, -3], -3),
    ("ReduceSumSquare", [14, 77], [17, 29, 45], 91),
  ]

  @Test(arguments: results.indices)
  func gathersAlongItsAxes(_ index: Int) throws {
    let (name, last, first, all) = Self.results[index]
    let expected: [(Tensor?, [Int], [Float])] = [
      (Self.axes([-1]), [2, 1], last), (Self.axes([0]), [1, 3], first),
      (Self.axes([1, 0]), [1, 1], [all]), (nil, [1, 1], [all]),
    ]
    for (axes, shape, wanted) in expected {
      let example = OperatorCase(name, name, inputs: [Self.numbers, axes])
      let result = try #require(try example.evaluate().first)
      #expect(result.shape == shape)
      for (value, wanted) in zip(result.scalars(of: Float.self), wanted) {
        #expect(abs(value - wanted) <= 1e-5, "\(name) \(shape): \(value)")
      }
      #expect(try example.inferTypes() == [.tensor(.float32, Shape(shape))])
    }
  }

  @Test func gathersAroundAKeptAxis() throws {
    let cube = Tensor(shape: [2, 2, 2], scalars: (1...8).map { Float($0) })
    let example = OperatorCase(
      "", "ReduceSum", ["keepdims": .int(0)], inputs: [cube, Self.axes([0, 2])],
      expected: [Tensor(shape: [2], scalars: [14, 22] as [Float])])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: [
    ("ReduceSum", [1, -2, 3, -4, 5, -6] as [Float]), ("ReduceSumSquare", [1, 4, 9, 16, 25, 36]),
    ("ReduceL2", [1, 2, 3, 4, 5, 6]), ("ReduceMean", [1, -2, 3, -4, 5, -6]),
  ])
  func keepsAllElementsWhenNoAxesMeanNone(_ name: String, _ expected: [Float]) throws {
    for axes in [nil, Self.axes([])] {
      let example = OperatorCase(
        name, name, ["noop_with_empty_axes": .int(1)], inputs: [Self.numbers, axes],
        expected: [Tensor(shape: [2, 3], scalars: expected)])
      #expect(try example.evaluate() == example.expected)
      #expect(try example.inferTypes() == example.expectedTypes)
    }
  }

  @Test(arguments: [
    ("ReduceSum", 0), ("ReduceProd", 1), ("ReduceMax", -.infinity), ("ReduceMin", .infinity),
    ("ReduceLogSum", -.infinity), ("ReduceLogSumExp", -.infinity), ("ReduceL1", 0 as Float),
  ])
  func hasAResultForNoElements(_ name: String, _ expected: Float) throws {
    let example = OperatorCase(
      name, name, ["keepdims": .int(0)],
      inputs: [Tensor(shape: [0], scalars: [] as [Float]), nil],
      expected: [Tensor(scalar: expected)])
    #expect(try example.evaluate() == example.expected)
  }

  @Test func takesAScalar() throws {
    let example = OperatorCase("", "ReduceMax", inputs: [Tensor(scalar: 3 as Float)])
    #expect(try example.evaluate() == [Tensor(scalar: 3 as Float)])
  }

  @Test(arguments: ["ReduceMax", "ReduceMin"])
  func keepsNaN(_ name: String) throws {
    let example = OperatorCase(
      name, name, inputs: [Tensor(shape: [3], scalars: [1, .nan, 2] as [Float])])
    #expect(try example.evaluate()[0].scalars(of: Float.self)[0].isNaN)
  }

  @Test func ordersFalseBeforeTrue() throws {
    let input = Tensor(shape: [2], scalars: [false, true])
    let (most, least) = (
      OperatorCase("", "ReduceMax", inputs: [input]),
      OperatorCase("", "ReduceMin", inputs: [input])
    )
    #expect(try most.evaluate() == [Tensor(shape: [1], scalars: [true])])
    #expect(try least.evaluate() == [Tensor(shape: [1], scalars: [false])])
  }

  @Test func truncatesMeansOfIntegers() throws {
    let input = Tensor(shape: [2], scalars: [-3, -4] as [Int32])
    let example = OperatorCase("", "ReduceMean", inputs: [input])
    #expect(try example.evaluate() == [Tensor(shape: [1], scalars: [-3] as [Int32])])
  }

  @Test func sumsManyElementsInMorePrecision() throws {
    let input = Tensor(of: Float.self, shape: [1 << 20]) { $0.update(repeating: 0.1) }
    let example = OperatorCase("", "ReduceMean", inputs: [input])
    #expect(try example.evaluate() == [Tensor(shape: [1], scalars: [0.1] as [Float])])
  }

  @Test(arguments: [[2], [0, 0]] as [[Int64]])
  func rejectsAxesThatAreNotThere(_ axes: [Int64]) {
    let example = OperatorCase("", "ReduceSum", inputs: [Self.numbers, Self.axes(axes)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }

  @Test(arguments: [("ReduceMean", 13), ("ReduceSum", 11)])
  func makesAnInputOfTheAxesOfOldVersions(_ name: String, _ version: Int) throws {
    let graph = try UpgradeCase(
      name, version: version, ["axes": .ints([1])],
      inputs: [.value(.tensor(.float32, [2, 3]))]
    ).upgraded()
    #expect(graph.constants(ofFirst: name) == [nil, Self.axes([1])])
    #expect(graph.type(of: graph.outputs[0]) == .tensor(.float32, [2, 1]))
  }

  @Test(arguments: [[0x100_0000_0000, 0x100_0000_0000, 1], [-3, 2, .unknown]] as [Shape])
  func surveysDeclaredShapesThatNoTensorHas(_ shape: Shape) throws {
    let graph = try UpgradeCase(
      "ReduceProd", version: 18, ["keepdims": .int(0)],
      inputs: [.value(.tensor(.int64, shape)), .value(.tensor(.int64, [-3]))]
    ).upgraded()
    #expect(graph.type(of: graph.outputs[0]) == .tensor(.int64, nil))
  }

  @Test func followsProductsOfExtents() throws {
    let example = OperatorCase(
      "", "ReduceProd", ["keepdims": .int(0)],
      inputs: [Tensor(shape: [3], scalars: [2, 3, 4] as [Int64])])
    #expect(try example.inferElements() == [SymbolicTensor(shape: [], elements: [24])])
  }
}

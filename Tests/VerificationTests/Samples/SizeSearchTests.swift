import IR
import Operators
import Tensors
import Testing
import Verification

@Suite struct SizeSearchTests {
  static func graph(_ shapes: [[Dimension]]) -> Graph {
    var graph = Graph()
    for (index, shape) in shapes.enumerated() {
      graph.addInput(named: "x\(index)", type: .tensor(.float32, Shape(shape)))
    }
    return graph
  }

  static let images = graph([[.symbol("batch"), 3, .symbol("height"), .symbol("width")]])

  /// Searches sizes that meet requirements, which nodes of the model ask for one after another.
  static func search(
    _ graph: Graph, given: [String: Int] = [:], attempts limit: Int = .max,
    _ requirements: (([String: Int]) -> Bool)...
  ) -> SizeSearch.Attempt {
    var search = SizeSearch(of: graph, given: given)
    var count = 0
    return search.run {
      count < limit
    } executing: { sizes in
      count += 1
      let met = requirements.prefix { $0(sizes) }.count
      let isOver = met == requirements.count
      return SizeSearch.Attempt(
        sizes: sizes, executedCount: met,
        error: isOver ? nil : OperatorError(.incompatibleShapes, "a window does not fit"))
    }
  }

  @Test func takesTheLeastSizesWhereTheyDo() {
    let found = Self.search(Self.images, attempts: 1)
    #expect(found.error == nil)
    #expect(found.sizes == ["batch": 1, "height": 1, "width": 1])
  }

  @Test func growsAllButBatchesTogether() {
    let found = Self.search(
      Self.images, { $0["height"] ?? 0 >= 30 }, { $0["width"] ?? 0 >= 20 })
    #expect(found.error == nil)
    #expect(found.sizes == ["batch": 1, "height": 32, "width": 32])
  }

  @Test func findsSizesThatDependOnEachOther() {
    let graph = Self.graph([
      [.symbol("b"), .symbol("source")], [.symbol("b"), .symbol("target")], [.unknown],
    ])
    let found = Self.search(
      graph, { $0["source"] == 6 }, { $0["target"] == 5 }, { $0["b"] == 2 }, { $0["?"] == 3 })
    #expect(found.error == nil)
    #expect(found.sizes == ["b": 2, "source": 6, "target": 5, "?": 3])
  }

  @Test func leavesSizesThatAreGiven() {
    let found = Self.search(Self.images, given: ["height": 7], { $0["width"] == 8 })
    #expect(found.sizes == ["batch": 1, "width": 8])
    var none = SizeSearch(of: Self.graph([[2, 3]]), given: [:])
    #expect(none.symbols.isEmpty)
    #expect(
      none.run(while: { true }, executing: { .init(sizes: $0, executedCount: 0, error: nil) })
        .sizes.isEmpty)
  }

  @Test func takesASymbolThatIsANumberForIt() throws {
    let graph = Self.graph([[.symbol("n"), .symbol("3"), .symbol("0")]])
    #expect(SizeSearch(of: graph, given: [:]).symbols == ["0", "n"])
    let sample = try Sample.generated(for: graph)
    #expect(sample.values["x0"]?.tensor?.shape == [1, 3, 1])
    let other = try Sample.generated(for: graph, .init(dimensions: ["3": 5]))
    #expect(other.values["x0"]?.tensor?.shape == [1, 5, 1])
  }

  @Test func returnsTheFurthestWhereNoneDoes() {
    let found = Self.search(Self.images, { $0["width"] == 16 }, { _ in false })
    #expect(found.error != nil)
    #expect(found.sizes == ["batch": 1, "height": 16, "width": 16])
    #expect(Self.search(Self.images, attempts: 2, { $0["width"] == 16 }).error != nil)
  }

  @Test func takesWhatWeightsAskFor() throws {
    let model = try VerifierTests.model(
      """
      graph main(%x: float32[n, c, 4, 4], %v: float32[n, d]) -> (%y, %z) {
        const %w: float32[1, 2, 1, 1] = [0.5, 1.5]
        const %m: float32[3, 1] = [1.0, 2.0, 3.0]
        %r = Relu(%x)
        %y = Conv(%r, %w) {group = 1}
        %z = MatMul(%v, %m)
        return %y, %z
      }
      """)
    let found = try Subject(model).executableSizes(.init()) { false }
    #expect(found?.error == nil)
    #expect(found?.sizes == ["n": 1, "c": 2, "d": 3])
  }
}

import IR
import Tensors
import Testing
import Verification

@Suite struct ShapedSampleTests {
  /// A graph with inputs `x[batch, seq]` and `y[seq, 2*seq]`.
  static var graph: Graph {
    var graph = Graph()
    let twice = Dimension(parsing: "2*seq") ?? .unknown
    graph.addInput(named: "x", type: .tensor(.float32, [.symbol("batch"), .symbol("seq")]))
    graph.addInput(named: "y", type: .tensor(.float32, [.symbol("seq"), twice]))
    return graph
  }

  private func shapes(_ name: String, _ samples: [Sample]) -> [[Int]] {
    samples.compactMap { $0.values[name]?.tensor?.shape }
  }

  @Test func givesASymbolOneSizeInAllInputs() throws {
    let samples = try Sample.shaped(3, for: Self.graph)
    #expect(shapes("x", samples) == [[2, 3], [3, 5], [5, 7]])
    #expect(shapes("y", samples) == [[3, 6], [5, 10], [7, 14]])
    #expect(samples[0].name == "seed 0 at batch=2, seq=3")
    #expect(samples.allSatisfy { $0.isOptional })
  }

  @Test func keepsSizesThatAreGiven() throws {
    let samples = try Sample.shaped(2, for: Self.graph, .init(dimensions: ["seq": 4]))
    #expect(shapes("x", samples) == [[2, 4], [3, 4]])
  }

  @Test func givesDimensionsWithoutANameOneSize() throws {
    var graph = Graph()
    graph.addInput(named: "x", type: .tensor(.float32, [.unknown, 4]))
    graph.addInput(named: "y", type: .tensor(.float32, [.symbol("n"), .unknown]))
    let samples = try Sample.shaped(2, for: graph)
    #expect(shapes("x", samples) == [[3, 4], [5, 4]])
    #expect(shapes("y", samples) == [[2, 3], [3, 5]])
    #expect(samples[0].name == "seed 0 at n=2, ?=3")
  }

  @Test func makesNoneWithoutSymbols() throws {
    var graph = Graph()
    graph.addInput(named: "x", type: .tensor(.float32, [2, 4]))
    #expect(try Sample.shaped(3, for: graph).isEmpty)
    #expect(try Sample.shaped(0, for: Self.graph).isEmpty)
  }

  @Test func leavesOutSizesThatAreTooLarge() throws {
    let samples = try Sample.shaped(3, for: Self.graph, .init(memoryLimit: 8 * 20))
    #expect(shapes("x", samples) == [[2, 3]])
    #expect(throws: SampleError.self) {
      try Sample.shaped(1, for: Self.graph, .init(memoryLimit: 8))
    }
  }

  @Test func repeatsNoSize() throws {
    let shapes = shapes("x", try Sample.shaped(Sample.shapeLimit, for: Self.graph))
    #expect(Set(shapes).count == Sample.shapeLimit)
    #expect(Set(shapes.map { $0[0] }).count == Sample.shapeLimit)
  }
}

import IR
import Tensors
import Testing
import Verification

@Suite struct GeneratedSampleTests {
  static func graph(_ type: ValueType?) -> Graph {
    var graph = Graph()
    graph.addInput(named: "x", type: type)
    return graph
  }

  @Test(arguments: ElementType.allCases)
  func fillsEveryElementType(_ type: ElementType) throws {
    let sample = try Sample.generated(for: Self.graph(.tensor(type, [3, .symbol("n")])))
    let tensor = try #require(sample.values["x"]?.tensor)
    #expect(tensor.elementType == type)
    #expect(tensor.shape == [3, 1])
  }

  @Test func takesSizesOfSymbolicDimensions() throws {
    let graph = Self.graph(.tensor(.float32, [.symbol("n"), .unknown]))
    let sample = try Sample.generated(for: graph, .init(dimensions: ["n": 4]))
    #expect(sample.values["x"]?.tensor?.shape == [4, 1])
  }

  @Test func dependsOnTheSeedAlone() throws {
    let graph = Self.graph(.tensor(.float32, [4]))
    let first = try Sample.generated(for: graph, .init(seed: 7)).values
    #expect(try Sample.generated(for: graph, .init(seed: 7)).values == first)
    #expect(try Sample.generated(for: graph, .init(seed: 8)).values != first)
    let scalars = first["x"]?.tensor?.scalars(of: Float.self)
    #expect(scalars == [0.48258245, 0.66323966, 0.24661693, 0.06136236])
  }

  @Test func leavesDefaultsToTheModel() throws {
    var graph = Graph()
    graph.addInput(named: "k", default: Tensor(scalar: Float(1)))
    #expect(try Sample.generated(for: graph).values.isEmpty)
  }

  @Test func refusesWhatItCannotMakeUp() {
    #expect(throws: SampleError.self) { try Sample.generated(for: Self.graph(nil)) }
    let huge = Self.graph(.tensor(.float32, [.fixed(1 << 40), .fixed(1 << 40)]))
    #expect(throws: SampleError.self) { try Sample.generated(for: huge) }
  }

  // MARK: - Several samples and ranges

  @Test func countsSeedsUp() throws {
    let graph = Self.graph(.tensor(.float32, [4]))
    let samples = try Sample.generated(3, for: graph, .init(seed: 7))
    #expect(samples.map(\.name) == ["seed 7", "seed 8", "seed 9"])
    #expect(samples[0].values == (try Sample.generated(for: graph, .init(seed: 7)).values))
    #expect(samples[2].values == (try Sample.generated(for: graph, .init(seed: 9)).values))
  }

  @Test(arguments: [ElementType.float32, .float16, .int32, .int8, .uint8])
  func staysInADeclaredRange(type: ElementType) throws {
    let range = try #require(InputRange(3, 9))
    let sample = try Sample.generated(
      for: Self.graph(.tensor(type, [500])), .init(ranges: ["x": range]))
    #expect(sample.values["x"]?.tensor?.extent().map { $0.lowerBound >= 3 } == true)
    let high = try #require(sample.values["x"]?.tensor?.extent()?.upperBound)
    #expect(high > 8.5 && high <= 9)
  }

  @Test func prefersWhatIsDeclaredToWhatIsLearnt() throws {
    let graph = Self.graph(.tensor(.float32, [4]))
    let declared = try #require(InputRange(0, 1))
    let learnt = try #require(InputRange(-5, 5))
    var generation = Sample.Generation(learntRanges: ["x": learnt])
    #expect(try generation.ranges(for: graph) == ["x": learnt])
    generation.ranges["x"] = declared
    #expect(try generation.ranges(for: graph) == ["x": declared])
  }

  @Test func evaluatesExpressionsOfSizes() throws {
    let size = try #require(Dimension(parsing: "2*n+1"))
    let graph = Self.graph(.tensor(.float32, [.symbol("n"), size]))
    let sample = try Sample.generated(for: graph, .init(dimensions: ["n": 3]))
    #expect(sample.values["x"]?.tensor?.shape == [3, 7])
    #expect(try Sample.generated(for: graph).values["x"]?.tensor?.shape == [1, 3])
  }
}

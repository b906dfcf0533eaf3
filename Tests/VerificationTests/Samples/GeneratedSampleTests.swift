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
}

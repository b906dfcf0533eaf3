import EdgeFormat
import IR
import Tensors
import Testing

/// The sizes that the format promises, measured on what is beyond the raw constants.
@Suite struct SizeTests {
  @Test func aNodeOfALongChainTakesAtMost28Bytes() throws {
    var model = TestModels.chain(10_000)
    let raw = 16 * 256
    let bytes = try fileBytes(of: model) {
      $0.strip()
      $0.memoryPlan = Self.alternatingPlan(for: model.graph)
    }
    #expect(Double(bytes.count - raw) / 10_000 <= 28, "\(Double(bytes.count - raw) / 10_000) bytes")
    model.graph.sources = []
    let named = try fileBytes(of: model) { $0.keepsLineage = false }
    #expect(Double(named.count - raw) / 10_000 <= 70, "\(Double(named.count - raw) / 10_000) bytes")
  }

  /// Each value takes the place that the one before the last has left.
  static func alternatingPlan(for graph: Graph) -> MemoryPlan {
    var plan = MemoryPlan(arenaSize: 512)
    for (index, node) in graph.nodes.enumerated() {
      if let value = graph.output(0, of: node) { plan.offsets[value.index] = index % 2 * 256 }
    }
    return plan
  }

  @Test func aModelOfOneNodeTakesAtMost640Bytes() throws {
    let bytes = try fileBytes(of: TestModels.single()) { $0.strip() }
    #expect(bytes.count <= 640, "\(bytes.count) bytes")
  }

  @Test func aNodeOfMobileNetTakesAtMost60Bytes() throws {
    let model = MobileNet.model()
    let graph = model.graph
    let nodeCount = graph.totalNodeCount
    #expect(nodeCount == 100)
    let raw = graph.values.reduce(0) { $0 + (graph.constant(of: $1)?.range.count ?? 0) }
    var plan = MemoryPlan(arenaSize: 0)
    for node in graph.nodes {
      guard let value = graph.output(0, of: node), let shape = graph.type(of: value)?.shape,
        let extents = shape.extents
      else { continue }
      plan.offsets[value.index] = plan.arenaSize
      plan.arenaSize += (extents.reduce(4, *) + 63) / 64 * 64
    }
    let bytes = try fileBytes(of: model) {
      $0.strip()
      $0.memoryPlan = plan
    }
    let overhead = Double(bytes.count - raw) / Double(nodeCount)
    #expect(overhead <= 60, "\(overhead) bytes")
    let offsets = try EdgeFile(bytes).memoryPlan?.offsets.values.sorted()
    #expect(offsets == plan.offsets.values.sorted())
  }
}

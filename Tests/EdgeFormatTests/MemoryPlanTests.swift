import EdgeFormat
import FormatSupport
import IR
import Tensors
import Testing

@Suite struct MemoryPlanTests {
  /// `x → a → b → c`, each 64 bytes, and `c` the output; ids follow the order.
  static func chain() -> Model {
    var graph = Graph()
    let type = ValueType.tensor(.float32, [16])
    var value = graph.addInput(named: "x", type: type)
    for name in ["a", "b", "c"] {
      let node = graph.add(
        Node(OperatorID("Relu", version: 22)), inputs: [value],
        results: [Graph.Result(name, type: type)])
      value = graph.output(0, of: node) ?? value
    }
    graph.setOutputs([value])
    return Model(graph: graph)
  }

  @Test(
    arguments: [
      // Neighbours in time lie beside each other.
      MemoryPlan(arenaSize: 128, offsets: [1: 0, 2: 64, 3: 0]),
      MemoryPlan(arenaSize: 256, offsets: [0: 192, 1: 128, 2: 64, 3: 0]),
      MemoryPlan(arenaSize: 96, alignment: 32, offsets: [1: 0, 3: 32]),
      MemoryPlan(
        arenaSize: 64, offsets: [0: 0],
        aliases: [.init(value: 1, target: 0), .init(value: 2, target: 1)]),
    ])
  func accepts(_ plan: MemoryPlan) throws {
    let bytes = try fileBytes(of: Self.chain()) { $0.memoryPlan = plan }
    #expect(try EdgeFile(bytes).memoryPlan == plan)
  }

  @Test(
    arguments: [
      (MemoryPlan(arenaSize: 128, offsets: [1: 0, 2: 0]), "values 1 and 2 overlap at byte 0"),
      (
        MemoryPlan(arenaSize: 128, alignment: 32, offsets: [1: 0, 2: 32]),
        "values 1 and 2 overlap at byte 32"
      ),
      (
        MemoryPlan(arenaSize: 128, alignment: 32, offsets: [1: 64, 2: 32]),
        "values 1 and 2 overlap at byte 64"
      ),
      (MemoryPlan(arenaSize: 127, offsets: [1: 64]), "64 bytes at 64 leave the arena of 127 bytes"),
      (
        MemoryPlan(arenaSize: 128, offsets: [0: 0, 2: 0], aliases: [.init(value: 3, target: 0)]),
        "values 0 and 2 overlap at byte 0"
      ),
      (
        MemoryPlan(arenaSize: 128, offsets: [3: 0], aliases: [.init(value: 1, target: 2)]),
        "value 1 cannot take the place of 2"
      ),
    ])
  func refuses(_ plan: MemoryPlan, _ message: String) throws {
    let bytes = try fileBytes(of: Self.chain()) { $0.memoryPlan = plan }
    let error = #expect(throws: FormatError.self) { try EdgeFile(bytes) }
    #expect(error?.message.hasPrefix(message) == true)
    #expect(error?.path.first == "memory_plan")
  }

  @Test func findsWhatAComparisonOfAllPairsFinds() throws {
    var state: UInt64 = 1
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for round in 0..<400 {
      let plan = MemoryPlan(
        arenaSize: 64 * 40,
        offsets: .init(uniqueKeysWithValues: (1...20).map { ($0, random(30) * 64) }))
      var graph = Graph()
      var values = [graph.addInput(named: "x", type: .tensor(.float32, [16]))]
      var ends = [Int](repeating: 0, count: 21)
      for node in 0..<20 {
        let input = max(0, values.count - 1 - random(4))
        ends[input] = node
        let added = graph.add(
          Node(OperatorID("Relu", version: 22)), inputs: [values[input]],
          results: [Graph.Result("", type: .tensor(.float32, Shape([16 * (node % 3 + 1)])))])
        values += graph.outputs(of: added).compactMap { $0 }
      }
      let overlaps = (1...20).contains { first in
        ((first + 1)..<21).contains { second in
          // Value v is computed by node v - 1 and lives to the end of its last user.
          let isAlive = max(ends[first], first - 1) >= second - 1
          let (a, b) = (plan.offsets[first] ?? 0, plan.offsets[second] ?? 0)
          return isAlive && a < b + 64 * ((second - 1) % 3 + 1)
            && b < a + 64 * ((first - 1) % 3 + 1)
        }
      }
      let bytes = try fileBytes(of: Model(graph: graph)) { $0.memoryPlan = plan }
      #expect(((try? EdgeFile(bytes)) == nil) == overlaps, "round \(round)")
    }
  }
}

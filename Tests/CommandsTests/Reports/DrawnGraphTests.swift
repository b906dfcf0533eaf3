import IR
import Testing

@testable import Commands

@Suite struct DrawnGraphTests {
  /// A chain of nodes.
  static func chain(_ count: Int) throws -> Graph {
    let lines = (0..<count).map { "  %v\($0 + 1) = Relu(%v\($0))" }.joined(separator: "\n")
    return try Graph(
      text: """
        graph(%v0: float32[1]) -> (%v\(count)) {
        \(lines)
          return %v\(count)
        }
        """)
  }

  @Test func drawsASmallGraphWithItsInputsAndOutputs() throws {
    let drawn = DrawnGraph(try Self.chain(3), near: nil)
    #expect(drawn.isWhole)
    #expect(drawn.kinds.count == 5)
    #expect(drawn.edges.count == 4)
    #expect(drawn.edges.allSatisfy { $0.from < $0.to })
  }

  @Test func drawsWhatIsNearANodeOfALargeGraph() throws {
    let graph = try Self.chain(100)
    let focus = Array(graph.nodes)[50]
    let drawn = DrawnGraph(graph, near: focus, limit: 20, excerptLimit: 7)
    #expect(!drawn.isWhole)
    #expect(drawn.nodeCount == 100)
    #expect(drawn.kinds.contains(.node(focus)))
    #expect(drawn.kinds.count == 7)
    #expect(drawn.edges.count == 6)
  }

  @Test func drawsTheFirstNodesWhereNoneIsAtFault() throws {
    let graph = try Self.chain(100)
    let drawn = DrawnGraph(graph, near: nil, limit: 20, excerptLimit: 7)
    #expect(drawn.kinds.count == 8)
    #expect(drawn.kinds.first == .input("v0"))
  }
}

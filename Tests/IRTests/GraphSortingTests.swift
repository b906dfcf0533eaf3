import IR
import Tensors
import Testing

@Suite struct GraphSortingTests {
  private func operators(_ graph: Graph) -> [String] {
    graph.nodes.map { graph[$0].operatorID.name }
  }

  @Test(
    arguments: [
      ("%a = A(%x) %b = B(%x) %c = C(%b, %a)", ["A", "B", "C"]),
      ("%c = C(%b) %a = A(%x) %b = B(%x)", ["B", "C", "A"]),
      ("%c = C(%b) %b = B(%a) %a = A(%x)", ["A", "B", "C"]),
      (
        "() = If(%x) {then = block { () = D() {b = block { return %a }} }} %a = A(%x)", ["A", "If"]
      ),
    ])
  func sortsAndKeepsTheRest(nodes: String, order: [String]) throws {
    var graph = try Graph(text: "graph(%x) { \(nodes) }")
    #expect(graph.sortTopologically(graph.body) == [])
    #expect(operators(graph) == order)
    #expect(graph.validate() == [])
  }

  @Test func sortsOneBlock() throws {
    var graph = try Graph(
      text: "graph(%x) { %c = C(%b) () = If(%x) {t = block { %e = E(%d) %d = D(%x) }} %b = B(%x) }")
    let block = graph.blocks[1]
    graph.sortTopologically(block)
    #expect(graph.nodes(in: block).map { graph[$0].operatorID.name } == ["D", "E"])
    #expect(operators(graph) == ["C", "If", "B"])
  }

  @Test func sortsAllBlocks() throws {
    var graph = try Graph(
      text: "graph(%x) { () = If(%x) {t = block { %e = E(%d) %d = D(%b) }} %b = B(%x) }")
    #expect(graph.sortTopologically() == [])
    #expect(operators(graph) == ["B", "If"])
    let block = graph.blocks[1]
    #expect(graph.nodes(in: block).map { graph[$0].operatorID.name } == ["D", "E"])
    #expect(graph.validate() == [])
  }

  @Test func namesACycleInABlock() throws {
    var graph = try Graph(
      text: "graph(%x) { () = If(%x) {t = block { %e = E(%d) %d = D(%e) }} }")
    let cycle = graph.sortTopologically()
    #expect(Set(cycle.map { graph[$0].operatorID.name }) == ["D", "E"])
  }

  @Test func namesACycleAndLeavesTheGraphAlone() throws {
    var graph = try Graph(
      text: "graph(%x) { %d = D(%c) %c = C(%b, %x) %b = B(%c) %e = E(%z) %z = Z(%x) }")
    let before = graph.text()
    let cycle = graph.sortTopologically(graph.body)
    #expect(Set(cycle.map { graph[$0].operatorID.name }) == ["B", "C"])
    #expect(graph.text() == before)
  }

  @Test func sortsManyNodesBackwards() {
    var graph = Graph()
    var value = graph.addInput(named: "x")
    var previous: NodeID?
    for _ in 0..<100_000 {
      let node = graph.add(
        Node(OperatorID("Relu")), inputs: [value], results: ["v"],
        at: previous.map { .before($0) })
      value = graph.output(0, of: node) ?? value
      previous = node
    }
    #expect(graph.sortTopologically(graph.body) == [])
    #expect(graph.validate().filter { $0.severity == .error } == [])
  }
}

import IR
import Tensors
import Testing

@Suite struct GraphTextTests {
  @Test func writesWhatItReads() throws {
    let model = try Model(text: sampleText)
    let text = model.text(.complete)
    for (line, expected) in zip(
      text.split(separator: "\n"), sampleText.split(separator: "\n"))
    { #expect(line == expected) }
    #expect(text == sampleText)
    #expect(model.isEquivalent(to: try Model(text: text)))
    #expect(!model.isEquivalent(to: Model()))
  }

  @Test func readsEveryPartOfTheSample() throws {
    let model = try Model(text: sampleText)
    #expect(model.operatorSets == ["": 22, "com.microsoft": 1])
    #expect(model.producer == Model.Producer(name: "pytorch", version: "2.5"))
    let graph = model.graph
    let pool = try #require(graph.nodes.first { graph[$0].name == "pool" })
    #expect(graph[pool].operatorID == OperatorID("MaxPool", version: 11))
    #expect(graph[pool].attributes["kernel_shape"] == .ints([2, 2]))
    #expect(graph[pool].attributes["f"] == .float(1))
    #expect(graph[pool].lineage.sources == [0, 1])
    #expect(graph.outputs(of: pool).count == 2)
    let branch = try #require(graph.nodes.first { graph[$0].name == "branch" })
    #expect(graph.blocks(of: branch).map { graph.name(of: $0) } == ["then", ""])
    #expect(graph.outputNames(of: graph.blocks(of: branch)[1]) == ["renamed"])
    #expect(graph.outputNames(of: graph.body) == ["y", "out:0"])
    #expect(graph.sources.count == 2)
    #expect(graph.values.count { graph.name(of: $0) == "a" } == 2)
    #expect(model.functions[0].attributes == ["alpha", "odd name"])
    #expect(model.functions[0].defaults["beta"] == .float(1))
    #expect(model.functions[0].graph.name == "body")
    #expect(graph.validate().filter { $0.severity == .error } == [])
  }

  @Test func leavesOutWhatPeopleDoNotRead() throws {
    let graph = try Graph(
      text: "graph { const %w: float32[1000] = 0x\(String(repeating: "00", count: 4000)) }")
    #expect(graph.description.contains("const %w: float32[1000] = <3.9 KB>"))
    let error = #expect(throws: TextError.self) { try Graph(text: graph.description) }
    #expect(error?.message == "the data of a tensor was left out when the text was written")
    #expect(error?.line == 2)
  }

  @Test func writesTypesAndNotesOnlyWhenAsked() throws {
    let model = try Model(text: sampleText)
    let text = model.text(TextOptions(showsTypes: false, showsAnnotations: false))
    #expect(!text.contains("note"))
    #expect(!text.contains("from 0"))
    #expect(text.contains("%a, _ = MaxPool.11(%x) \"pool\" {kernel_shape"))
    _ = try Model(text: text)
  }

  @Test func readsNodesInAnyOrder() throws {
    let graph = try Graph(
      text: """
        graph(%x: float32[2]) -> (%y) {  // y comes from b
          %y = Neg(%b)
          %b = If(%x) {then_branch = block { return %c }}
          %c = Relu(%y)
          return %y
        }
        """)
    #expect(graph.totalNodeCount == 3)
    let nodes = Array(graph.nodes)
    #expect(graph.inputs(of: nodes[0]) == graph.outputs(of: nodes[1]))
    #expect(graph.outputs(of: graph.blocks(of: nodes[1])[0]) == [graph.output(0, of: nodes[2])])
  }

  @Test func writesGraphsThatAreNotValid() throws {
    var graph = try Graph(
      text: "graph(%x) -> (%x) { %c = If(%x) {b = block { %t = Neg(%x) return %t }} return %x }")
    let inner = try #require(graph.values.first { graph.name(of: $0) == "t" })
    graph.add(Node(OperatorID("Abs")), inputs: [inner], results: ["z"])
    #expect(graph.text().contains("%z = Abs(%t#0)"))
    let error = #expect(throws: TextError.self) { try Graph(text: graph.text()) }
    #expect(error?.message == "%t#0 stands for a value that is not visible here")
    let block = graph.addBlock()
    let loop = Node(OperatorID("Loop"), attributes: ["body": .blocks([block, block])])
    graph.add(loop, inputs: [], results: [], at: .end(of: block))
    graph.add(loop, inputs: [], results: [])
    #expect(graph.text().contains("block <written before>"))
  }

  @Test func writesDeepGraphs() {
    var graph = Graph()
    var place = graph.body
    for _ in 0..<1000 {
      let block = graph.addBlock()
      graph.add(
        Node(OperatorID("Loop"), attributes: ["body": .block(block)]), inputs: [], results: [],
        at: .end(of: place))
      place = block
    }
    #expect(graph.text().contains("block <nested too deep>"))
  }
}

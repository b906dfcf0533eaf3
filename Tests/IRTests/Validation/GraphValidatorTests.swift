import Tensors
import Testing

@testable import IR

@Suite struct GraphValidatorTests {
  @Test(
    arguments: [
      (
        "graph(%x) -> (%b) { %b = Neg(%a) \"late\" %a = Relu(%x) return %b }",
        ["error: node \"late\" (Neg) uses \"a\" before node 1 (Relu) computes it [order]"]
      ),
      (
        "graph() -> (%a) { %a = Neg(%b) %b = Relu(%c) %c = Abs(%a) %d = Exp(%a) return %a }",
        [
          "error: nodes need each other's results: node 0 (Neg) → node 2 (Abs) → node 1 (Relu) → "
            + "node 0 (Neg) [cycle]"
        ]
      ),
      (
        "graph() { %a = Neg(%a) \"self\" }",
        ["error: node \"self\" (Neg) needs its own result [cycle]"]
      ),
      (
        "graph(%x) { %a = If(%x) {b = block { %t = Neg(%a) return %t }} }",
        ["error: node 1 (If) needs its own result [cycle]"]
      ),
      (
        "graph(%x) { %a = If(%x) {b = block { return %t }} %t = Relu(%x) }",
        ["error: an output of block 1 uses \"t\" before node 1 (Relu) computes it [order]"]
      ),
      (
        "graph(%x, %x#2) { () = A(%x, %x#2) }",
        ["error: the graph has two inputs named \"x\" [duplicate-name]"]
      ),
      (
        "graph(%x) -> (%y, %y) { return %x, %x }",
        ["error: the graph has two outputs named \"y\" [duplicate-name]"]
      ),
      (
        "graph(%x) { const %x#2: int8[] = 1 () = A(%x) {b = block { %x#3 = B() }} }",
        [
          "warning: two values are named \"x\", where both are visible [ambiguous-name]",
          "warning: two values are named \"x\", where both are visible [ambiguous-name]",
        ]
      ),
      (
        "graph() { () = A() {b = block { %t = B() }, c = block { %t = B() }} %u = C() }", []
      ),
      (
        "graph(%x: int8[batch, 2] = int8[2, 2] [1, 2, 3, 4]) { const %w: int8[?, 3] = int8[1] [1] () = A(%x) }",
        ["error: constant \"w\" is declared as int8[?, 3], but its tensor is int8[1] [type]"]
      ),
      ("graph(%x: int8[]) {}", ["note: nothing uses input \"x\" [unused-input]"]),
      ("graph() { () = \"\"() }", ["error: node 0 () names no operator [missing-operator]"]),
    ])
  func finds(text: String, findings: [String]) throws {
    #expect(try Graph(text: text).validate().map(\.description) == findings)
  }

  @Test func findsUsesOutsideOfTheirScope() throws {
    var graph = try Graph(
      text: "graph(%x) { () = If(%x) {a = block inner { %t = Neg(%x) }, b = block other { }} }")
    let inner = try #require(graph.values.first { graph.name(of: $0) == "t" })
    graph.add(Node(OperatorID("Abs"), name: "outside"), inputs: [inner], results: [])
    graph.setOutputs([inner], of: graph.blocks[2])
    #expect(
      graph.validate().map(\.message) == [
        "an output of block \"other\" uses \"t\", which exists only in block \"inner\"",
        "node \"outside\" (Abs) uses \"t\", which exists only in block \"inner\"",
      ])
  }

  @Test func findsBlocksWithoutOneOwner() {
    var graph = Graph()
    let alone = graph.addBlock(named: "alone")
    let shared = graph.addBlock(named: "shared")
    let node = Node(OperatorID("Loop"), attributes: ["body": .block(shared)])
    graph.add(node, inputs: [], results: [])
    let second = graph.add(node, inputs: [], results: [])
    let itself = graph.addBlock(named: "itself")
    graph.add(
      Node(OperatorID("Loop"), attributes: ["body": .blocks([itself, graph.body])]), inputs: [],
      results: [], at: .end(of: shared))
    graph.add(
      Node(OperatorID("Loop"), attributes: ["body": .block(itself)]), inputs: [], results: [],
      at: .end(of: itself))
    let findings = graph.validate()
    #expect(findings.map(\.code) == [.sharedBlock, .sharedBlock, .sharedBlock, .unownedBlock])
    #expect(findings.last?.place == .block(alone))
    #expect(findings[2].message.hasPrefix(graph.label(of: second)))
  }

  @Test func findsValuesThatAreGone() {
    var graph = Graph()
    let constant = graph.addConstant(Tensor(scalar: Float(1)), named: "c")
    graph.removeConstant(constant)
    graph.add(Node(OperatorID("Abs")), inputs: [constant], results: [])
    #expect(graph.validate().map(\.code) == [.missingValue])
  }

  @Test func findsWhatIsWrongWithFunctions() throws {
    let model = try Model(
      text: """
        model opset 22
        graph() { %a = Relu() %b = x::A() %c = other::B() %d = other::C() }
        function x::A() { %a = x::B() }
        function x::B() { %a = If() {then = block { %b = x::A.3() }} }
        function x::C() { %a = x::C() }
        function x::C() opset 22 { %a = Relu() }
        """)
    #expect(
      model.validate().map(\.description) == [
        "error: node 2 (B) is of operator set other, for which the model names no version "
          + "[missing-operator-set]",
        "error: in function x::B: node 1 (If) is of the default operator set, for which the "
          + "model names no version [missing-operator-set]",
        "error: in function x::C: the model has two functions named x::C [duplicate-function]",
        "error: in function x::A: functions call each other in a circle: x::A → x::B → x::A "
          + "[recursion]",
        "error: in function x::C: functions call each other in a circle: x::C → x::C [recursion]",
      ])
  }

  @Test func takesLinearTimeOnManyNodes() {
    var graph = Graph()
    var value = graph.addInput(named: "x")
    var first: NodeID?
    for index in 0..<100_000 {
      let node = graph.add(Node(OperatorID("Relu")), inputs: [value], results: [.init("v\(index)")])
      first = first ?? node
      value = graph.output(0, of: node) ?? value
    }
    graph.setOutputs([value])
    #expect(graph.validate() == [])
    if let first { graph.setInput(0, of: first, to: value) }
    let findings = graph.validate()
    #expect(findings.map(\.code) == [.cycle, .unusedInput])
    #expect(findings[0].message.contains("(100000 nodes)"))
  }

  @Test func recursesNowhereOnDeepBlocks() {
    var graph = Graph()
    var place = graph.body
    let input = graph.addInput(named: "x")
    for _ in 0..<10_000 {
      let block = graph.addBlock()
      let owner = graph.add(
        Node(OperatorID("Loop"), attributes: ["body": .block(block)]), inputs: [input],
        results: ["y"], at: .end(of: place))
      graph.add(
        Node(OperatorID("Abs")), inputs: [graph.output(0, of: owner)], results: [],
        at: .before(owner))
      place = block
    }
    let codes = graph.validate().map(\.code)
    #expect(codes.count { $0 == .order } == 10_000)
    #expect(graph.sortTopologically(graph.body) == [])
  }
}

import IR
import Testing

@Suite struct ShareDuplicatesTests {
  private func expect(_ rewrite: Rewrite, nodes: Int, constants: Int = 0) throws {
    let graph = try rewrite.expect(by: "share-duplicates").graph
    #expect(graph.totalNodeCount == nodes)
    #expect(graph.values.filter(graph.isConstant).count == constants)
  }

  @Test func sharesEqualComputations() throws {
    let rewrite = Rewrite("", "%a = Sin(%x) %b = Sin(%x) %y = Add(%a, %b)", "Add(Sin(x), Sin(x))")
    try expect(rewrite, nodes: 2)
    let after = try rewrite.expect(by: "share-duplicates")
    #expect(after.graph.nodes.map { after.graph[$0].lineage.sources } == [[0, 1], [2]])
  }

  @Test func sharesEqualConstantsAndThenWhatUsesThem() throws {
    try expect(
      Rewrite(
        "",
        "const %c: float32[] = 2.0 const %d: float32[] = 2.0 %a = Mul(%x, %c) %b = Mul(%x, %d) %y = Add(%a, %b)",
        "Add(Mul(x, 2.0), Mul(x, 2.0))"), nodes: 2, constants: 1)
  }

  @Test func keepsConstantsThatDifferInABit() throws {
    try expect(
      Rewrite(
        "",
        "const %c: float32[] = 0.0 const %d: float32[] = -0.0 %a = Add(%x, %c) %y = Add(%a, %d)",
        "Add(Add(x, 0.0), -0.0)"), nodes: 2, constants: 2)
  }

  @Test func keepsConstantsOfAnotherTypeOrShape() throws {
    try expect(
      Rewrite(
        "",
        "const %c: float32[] = 2.0 const %d: float32[1] = [2.0] %a = Add(%x, %c) %y = Add(%a, %d)",
        "Add(Add(x, 2.0), [2.0])"), nodes: 2, constants: 2)
  }

  @Test func keepsNodesOfOtherAttributes() throws {
    try expect(
      Rewrite(
        "", "%a = Softmax(%x) {axis = 0} %b = Softmax(%x) {axis = 1} %y = Add(%a, %b)",
        "Add(Softmax{axis = 0}(x), Softmax{axis = 1}(x))"), nodes: 3)
  }

  @Test func keepsWhatDrawsRandomNumbers() throws {
    let draw = "RandomNormalLike{seed = 1.0}(x)"
    try expect(
      Rewrite(
        "",
        "%a = RandomNormalLike(%x) {seed = 1.0} %b = RandomNormalLike(%x) {seed = 1.0} %y = Add(%a, %b)",
        "Add(\(draw), \(draw))"), nodes: 3)
  }

  @Test func sharesWithABranchButNotBetweenBranches() throws {
    try expect(
      Rewrite(
        "", inputs: "%c: bool[], %x: float32[2]",
        """
        %s = Sin(%x)
        %i = If(%c) {
          then_branch = block { %a = Sin(%x) %d = Cos(%x) %e = Add(%a, %d) return %e },
          else_branch = block { %b = Cos(%x) return %b }
        }
        %y = Add(%i, %s)
        """,
        "Add(If{else_branch = {Cos(x)}, then_branch = {Add(Sin(x), Cos(x))}}(c), Sin(x))"),
      nodes: 6)
  }
}

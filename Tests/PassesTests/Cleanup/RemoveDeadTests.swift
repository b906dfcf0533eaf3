import IR
import Testing

@Suite struct RemoveDeadTests {
  @Test func removesWhatNoOutputNeeds() throws {
    let after = try Rewrite(
      "", "const %c: float32[] = 1.0 %a = Sin(%x) %b = Add(%a, %c) %y = Cos(%x)", "Cos(x)"
    ).expect(by: "remove-dead")
    #expect(after.graph.totalNodeCount == 1)
    #expect(after.graph.values.filter(after.graph.isConstant).isEmpty)
    #expect(after.graph.removedSources.sources == [0, 1])
  }

  @Test func leavesOutTheLastResultThatNothingUses() throws {
    let after = try Rewrite("", "%y, %m = Dropout(%x)", "Dropout(x)").expect(by: "remove-dead")
    #expect(after.graph.nodes.map { after.graph.outputs(of: $0).count } == [1])
  }

  @Test func keepsAResultThatIsNotOptional() throws {
    let after = try Rewrite(
      "", "const %k: int64[1] = [1] %y, %i = TopK(%x, %k)", "TopK(x, [1])"
    ).expect(by: "remove-dead")
    #expect(after.graph.nodes.map { after.graph.outputs(of: $0).count } == [2])
  }

  @Test func removesWhatIsDeadInsideOfABranch() throws {
    let after = try Rewrite(
      "", inputs: "%c: bool[], %x: float32[2]",
      """
      %y = If(%c) {
        then_branch = block { %a = Sin(%x) %b = Cos(%x) return %b },
        else_branch = block { return %x }
      }
      """, "If{else_branch = {x}, then_branch = {Cos(x)}}(c)"
    ).expect(by: "remove-dead")
    #expect(after.graph.totalNodeCount == 2)
  }

  @Test func keepsWhatABranchNeeds() throws {
    try Rewrite(
      "", inputs: "%c: bool[], %x: float32[2]",
      """
      %a = Sin(%x)
      %y = If(%c) {
        then_branch = block { return %a }, else_branch = block { return %x }
      }
      """, "If{else_branch = {x}, then_branch = {Sin(x)}}(c)"
    ).expect(by: "remove-dead")
  }

  @Test func removesFunctionsThatNothingCalls() throws {
    let functions = """
      function local::Twice(%v) -> (%w) opset 22 { %w = Add(%v, %v) return %w }
      function local::Inner(%v) -> (%w) opset 22 { %w = Neg(%v) return %w }
      function local::Outer(%v) -> (%w) opset 22, local 1 { %w = local::Inner(%v) return %w }
      """
    let after = try Rewrite(
      "", "%y = local::Outer(%x)", "local::Outer(x)", functions: functions
    ).expect(by: "remove-dead")
    #expect(after.functions.map(\.id.name) == ["Inner", "Outer"])
  }
}

import IR
import Passes
import Testing

@Suite struct InlineFunctionsTests {
  static let functions = """
    function local::Twice(%v) -> (%w) opset 22 { %w = Add(%v, %v) return %w }
    function local::Scaled(%v, %unused) -> (%w) opset 22 attributes {factor = 2.0} {
      %c = Constant() {value_float = @factor: float}
      %w = Mul(%v, %c)
      return %w
    }
    function local::Fourfold(%v) -> (%w) opset 22, local 1 {
      %t = local::Twice(%v)
      %w = local::Twice(%t)
      return %w
    }
    function local::Same(%v) -> (%v) opset 22 { return %v }
    """

  static let rewrites: [Rewrite] = [
    Rewrite("a call", "%y = local::Twice(%x)", "Add(x, x)", functions: functions),
    Rewrite(
      "calls of calls", "%y = local::Fourfold(%x)", "Add(Add(x, x), Add(x, x))",
      functions: functions),
    Rewrite(
      "a function that gives its input back", "%a = local::Same(%x) %y = Neg(%a)", "Neg(x)",
      functions: functions),
    Rewrite(
      "a call in a branch", inputs: "%c: bool[], %x: float32[2]",
      """
      %y = If(%c) {
        then_branch = block { %t = local::Twice(%x) return %t }, else_branch = block { return %x }
      }
      """, "If{else_branch = {x}, then_branch = {Add(x, x)}}(c)", functions: functions),
  ]

  @Test(arguments: rewrites)
  func inlines(rewrite: Rewrite) throws {
    let after = try rewrite.expect(by: "inline-functions")
    #expect(after.functions.isEmpty)
  }

  @Test func usesTheAttributesOfTheCall() throws {
    for (call, factor) in [("", "2.0"), (" {factor = 3.0}", "3.0")] {
      let rewrite = Rewrite("", "%y = local::Scaled(%x)\(call)", "", functions: Self.functions)
      var model = try rewrite.model()
      _ = try PassCatalog.pass(named: "inline-functions").run(on: &model)
      #expect(model.graph.expressions[0].contains(factor), "\(model.graph.expressions)")
    }
  }

  @Test func letsTheBodyStandForTheCall() throws {
    let graph = try Self.rewrites[1].expect(by: "inline-functions").graph
    #expect(graph.nodes.map { graph[$0].lineage.sources } == [[0], [0]])
  }

  @Test func keepsACallThatExceedsTheBudget() throws {
    var model = try Self.rewrites[1].model()
    _ = InlineFunctions(nodeLimit: 1).run(on: &model)
    #expect(model.graph.expressions == ["local::Fourfold(x)"])
    #expect(model.functions.map(\.id.name) == ["Twice", "Fourfold"])
    #expect(model.validate().allSatisfy { $0.severity < .error })
  }
}

import IR
import Passes
import Testing

@Suite struct RewriteDriverTests {
  /// A rule that makes nodes of one operator nodes of another.
  private static func renaming(_ name: String, to other: String) -> RewriteRule {
    RewriteRule(of: name) { node, _ in
      { $0.graph.update(node) { $0.operatorID.name = other } }
    }
  }

  private static func pass(_ rules: RewriteRule...) -> RewritePass {
    RewritePass("test", "For a test", .exact, rules: rules)
  }

  private static func chain(_ count: Int) throws -> Model {
    let steps = (1..<count).map { "%v\($0) = Sin(%v\($0 - 1))" }.joined(separator: "\n")
    return try Rewrite(
      "", "%v0 = Sin(%x)\n\(steps)\n%y = Neg(%v\(count - 1))", ""
    ).model()
  }

  @Test func endsWithRulesThatUndoEachOther() throws {
    var model = try Self.chain(4)
    let changes = Self.pass(
      Self.renaming("Sin", to: "Cos"), Self.renaming("Cos", to: "Sin")
    ).run(on: &model)
    #expect(changes > 4)
    #expect(model.validate().allSatisfy { $0.severity < .error })
  }

  @Test func endsWithARuleThatGrowsTheGraph() throws {
    var model = try Self.chain(4)
    let grow = RewriteRule(of: "Sin") { node, _ in
      { model in
        let input = model.graph.input(0, of: node)
        let added = model.graph.add(
          Node(OperatorID("Sin", version: 22)), inputs: [input], results: [""], at: .before(node))
        model.graph.setInput(0, of: node, to: model.graph.output(0, of: added))
      }
    }
    _ = Self.pass(grow).run(on: &model)
    #expect(model.validate().allSatisfy { $0.severity < .error })
  }

  @Test func looksAgainAtWhatAChangeGaveAMatch() throws {
    // The rule for Neg matches only once its input has become a Cos.
    var model = try Self.chain(1)
    let last = RewriteRule(of: "Neg") { node, model in
      guard let input = model.graph.input(0, of: node),
        let producer = model.graph.producer(of: input),
        model.graph[producer].operatorID.name == "Cos"
      else { return nil }
      return { $0.graph.update(node) { $0.operatorID.name = "Abs" } }
    }
    // Sin comes first in the order; Tan shows that the last node is looked at again.
    let changes = Self.pass(
      last, Self.renaming("Sin", to: "Tan"), Self.renaming("Tan", to: "Cos")
    ).run(on: &model)
    #expect(changes == 3)
    #expect(model.graph.expressions == ["Abs(Cos(x))"])
  }

  @Test func changesNothingWithoutAMatch() throws {
    let before = try Self.chain(3)
    var model = before
    #expect(Self.pass(Self.renaming("Tan", to: "Cos")).run(on: &model) == 0)
    #expect(model.isEquivalent(to: before))
  }

  @Test func reachesSubgraphs() throws {
    var model = try Rewrite(
      "", inputs: "%c: bool[], %x: float32[2]",
      """
      %y = If(%c) {
        then_branch = block { %a = Sin(%x) return %a }, else_branch = block { return %x }
      }
      """, ""
    ).model()
    #expect(Self.pass(Self.renaming("Sin", to: "Cos")).run(on: &model) == 1)
    #expect(model.graph.expressions == ["If{else_branch = {x}, then_branch = {Cos(x)}}(c)"])
  }

  @Test func leavesOperatorsOfOtherDomainsAlone() throws {
    var model = try Rewrite("", "%y = com.microsoft::Gelu(%x)", "").model()
    #expect(Self.pass(Self.renaming("Gelu", to: "Erf")).run(on: &model) == 0)
  }
}

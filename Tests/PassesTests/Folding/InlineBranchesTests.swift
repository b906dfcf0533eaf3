import IR
import Testing

@Suite struct InlineBranchesTests {
  private static func branches(_ condition: String) -> String {
    """
    \(condition)
    %a = Sin(%x)
    %b = If(%c) {
      then_branch = block { const %k: float32[] = 2.0 %d = Mul(%a, %k) return %d },
      else_branch = block { return %x }
    }
    %y = Neg(%b)
    """
  }

  static let rewrites: [Rewrite] = [
    Rewrite("the one that is taken", branches("const %c: bool[] = true"), "Neg(Mul(Sin(x), 2.0))"),
    Rewrite("the other", branches("const %c: bool[] = false"), "Neg(x)"),
    Rewrite("a list of one condition", branches("const %c: bool[1] = [false]"), "Neg(x)"),
    Rewrite(
      "nothing of a condition that varies", inputs: "%c: bool[], %x: float32[2]", branches(""),
      "Neg(If{else_branch = {x}, then_branch = {Mul(Sin(x), 2.0)}}(c))"),
    Rewrite(
      "one inside of another",
      """
      const %t: bool[] = true
      const %f: bool[] = false
      %y = If(%t) {
        then_branch = block {
          %s = Sin(%x)
          %i = If(%f) {
            then_branch = block { return %x }, else_branch = block { %n = Neg(%s) return %n }
          }
          return %i
        },
        else_branch = block { return %x }
      }
      """, "Neg(Sin(x))"),
  ]

  @Test(arguments: rewrites)
  func inlines(rewrite: Rewrite) throws { try rewrite.expect(by: "inline-branches") }

  @Test func movesConstantsAlong() throws {
    let graph = try Self.rewrites[0].expect(by: "inline-branches").graph
    #expect(graph.blocks == [graph.body])
    for value in graph.values { #expect(graph.block(of: value) == graph.body) }
  }
}

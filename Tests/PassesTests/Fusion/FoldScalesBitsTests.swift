import Testing

@Suite struct FoldScalesBitsTests {
  static func graph(_ body: String) -> String {
    """
    model opset 18
    graph main(%x: float32[1, 2, 4, 4]) -> (%y) {
      const %w: float32[2, 2, 1, 1] = [1.0, -2.0, 0.5, 0.25]
      const %s: float32[2, 1, 1] = [2.0, 3.0]
      %a = Conv(%x, %w)
      \(body)
      return %y
    }
    """
  }

  @Test func movesAScaleIntoTheWeights() throws {
    let rewritten = try RewriteCase(Self.graph("%y = Mul(%a, %s)"), "fold-scales")
    #expect(rewritten.operators == ["Conv"])
  }

  @Test func leavesWeightsThatOthersUseAsTheyAre() throws {
    let body = """
      %b = Mul(%a, %s)
      %y = Conv(%b, %w)
      """
    #expect(try RewriteCase(Self.graph(body), "fold-scales").isUnchanged)
  }
}

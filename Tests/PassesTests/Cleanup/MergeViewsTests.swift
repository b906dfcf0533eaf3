import Testing

@Suite struct MergeViewsTests {
  static func graph(_ body: String) -> String {
    """
    model opset 18
    graph main(%x: float32[batch, 3, 4]) -> (%y) {
      const %w: float32[4, 2] = [1.0, -2.0, 0.5, 0.25, 3.0, 0.1, 0.2, 0.3]
      const %c: float32[2] = [1.0, 2.0]
      const %rows: int64[2] = [-1, 4]
      const %back: int64[3] = [-1, 3, 2]
      const %other: int64[3] = [-1, 2, 3]
      const %first: int64[1] = [0]
      const %kept: int64[3] = [0, 0, -1]
      const %apart: int64[4] = [-1, 3, 1, 4]
      \(body)
      return %y
    }
    """
  }

  @Test func multipliesRowsWhereTheyLie() throws {
    let rewritten = try RewriteCase(
      Self.graph(
        """
        %a = Reshape(%x, %rows)
        %b = MatMul(%a, %w)
        %y = Reshape(%b, %back)
        """), "merge-views")
    #expect(rewritten.operators == ["MatMul"])
    try rewritten.expectSameBits()
  }

  @Test(arguments: ["%b = Gemm(%a, %w, %c)", "%m = MatMul(%a, %w)\n%b = Add(%m, %c)"])
  func multipliesRowsAndAddsABiasWhereTheyLie(_ product: String) throws {
    let rewritten = try RewriteCase(
      Self.graph(
        """
        %a = Reshape(%x, %rows)
        \(product)
        %y = Reshape(%b, %back)
        """), "merge-views")
    #expect(rewritten.operators == ["MatMul", "Add"])
    try rewritten.expectSameBits()
  }

  @Test(arguments: [
    "%b = Gemm(%a, %w, %c) {alpha = 2.0}", "%m = MatMul(%a, %w)\n%b = Add(%m, %m)",
  ])
  func leavesOtherProductsOfRowsAlone(_ product: String) throws {
    let rewritten = try RewriteCase(
      Self.graph(
        """
        %a = Reshape(%x, %rows)
        \(product)
        %y = Reshape(%b, %back)
        """), "merge-views")
    #expect(rewritten.isUnchanged)
  }

  @Test func leavesRowsThatAreDividedInAnotherWayAlone() throws {
    let rewritten = try RewriteCase(
      Self.graph(
        """
        %a = Reshape(%x, %rows)
        %b = MatMul(%a, %w)
        %y = Reshape(%b, %other)
        """), "merge-views")
    #expect(rewritten.isUnchanged)
  }

  @Test(arguments: [
    "%a = Unsqueeze(%x, %first)\n%y = Reshape(%a, %rows)",
    "%a = Reshape(%x, %apart)\n%y = Reshape(%a, %kept)",
    "%a = Reshape(%x, %rows)\n%y = Unsqueeze(%a, %first)",
  ])
  func mergesAChain(_ body: String) throws {
    let rewritten = try RewriteCase(Self.graph(body), "merge-views")
    #expect(rewritten.operators == ["Reshape"])
    try rewritten.expectSameBits()
  }
}

import Testing

@Suite struct DropDefaultsTests {
  static func graph(_ state: String) -> String {
    """
    model opset 18
    graph main(%x: float32[3, 2, 2], %s: float32[1, 2, 2]) -> (%y) {
      const %w: float32[1, 6, 2] = [1.0, 0.5, -1.0, 0.25, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
      const %r: float32[1, 6, 2] = [0.1, 0.5, -1.0, 0.25, 0.1, 0.2, 0.3, 0.4, -0.5, 0.6, 0.7, 0.8]
      const %zero: float32[1, 1, 1] = [0.0]
      const %one: float32[1, 1, 1] = [1.0]
      const %shape: int64[3] = [1, 2, 2]
      const %from: int64[1] = [0]
      const %to: int64[1] = [1]
      \(state)
      %y, _ = GRU(%x, %w, %r, _, _, %h) {hidden_size = 2}
      return %y
    }
    """
  }

  @Test(arguments: [
    "%h = Expand(%zero, %shape)",
    "%h = ConstantOfShape(%shape)",
    """
    %c = ConstantOfShape(%shape)
    %h = Slice(%c, %from, %to, %from)
    """,
  ])
  func leavesOutAStateThatIsZero(_ state: String) throws {
    let rewritten = try RewriteCase(Self.graph(state), "drop-defaults")
    #expect(rewritten.operators == ["GRU"])
    try rewritten.expectSameBits()
  }

  @Test(arguments: ["%h = Expand(%one, %shape)", "%h = Identity(%s)"])
  func keepsOtherStates(_ state: String) throws {
    #expect(try RewriteCase(Self.graph(state), "drop-defaults").isUnchanged)
  }
}

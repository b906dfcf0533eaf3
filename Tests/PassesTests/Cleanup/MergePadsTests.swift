import Testing

@Suite struct MergePadsTests {
  static func graph(_ pads: String, _ attributes: String = "", mode: String = "constant") -> String
  {
    """
    model opset 18
    graph main(%x: float32[1, 2, 4, 5]) -> (%y) {
      const %w: float32[1, 2, 2, 2] = [1.0, -2.0, 0.5, 0.25, 3.0, 0.1, 0.2, 0.3]
      const %p: int64[8] = \(pads)
      %a = Pad(%x, %p) {mode = "\(mode)"}
      %y = Conv(%a, %w) {\(attributes)}
      return %y
    }
    """
  }

  @Test(arguments: [
    graph("[0, 0, 1, 2, 0, 0, 0, 1]"),
    graph("[0, 0, 0, 0, 0, 0, 1, 1]", "pads = [1, 0, 1, 2], strides = [2, 1]"),
  ])
  func padsWithinTheConvolution(_ text: String) throws {
    let rewritten = try RewriteCase(text, "merge-pads")
    #expect(rewritten.operators == ["Conv"])
    try rewritten.expectSameBits()
  }

  @Test(arguments: [
    graph("[1, 0, 1, 2, 0, 0, 0, 1]"),
    graph("[0, 0, -1, 0, 0, 0, 0, 0]"),
    graph("[0, 0, 1, 1, 0, 0, 1, 1]", mode: "edge"),
    graph("[0, 0, 1, 1, 0, 0, 1, 1]", "auto_pad = \"SAME_UPPER\""),
  ])
  func keepsOtherPads(_ text: String) throws {
    #expect(try RewriteCase(text, "merge-pads").isUnchanged)
  }

  @Test func keepsPadsThatAreTooManyToAdd() throws {
    let huge = Self.graph("[0, 0, 1, 1, 0, 0, 1, 1]", "pads = [\(Int64.max), 1, 1, 1]")
      .replacing("float32[1, 2, 4, 5]", with: "float32")
    #expect(try RewriteCase(huge, "merge-pads").isUnchanged)
  }
}

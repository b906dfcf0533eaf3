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

  static func pooling(
    _ value: String, _ pooling: String, _ attributes: String,
    pads: String = "0, 0, 1, 1, 0, 0, 0, 1"
  ) -> String {
    """
    model opset 18
    graph main(%x: float32[1, 2, 4, 5]) -> (%y) {
      const %p: int64[8] = [\(pads)]
      const %v: float32[] = \(value)
      %a = Pad(%x, %p, %v)
      %y = \(pooling)(%a) {kernel_shape = [2, 3], \(attributes)}
      return %y
    }
    """
  }

  @Test(arguments: [
    pooling("-inf", "MaxPool", "strides = [1, 2]"),
    pooling("-inf", "MaxPool", "pads = [0, 1, 0, 1]"),
    pooling("0.0", "AveragePool", "strides = [2, 1]"),
    pooling("0.0", "AveragePool", "pads = [0, 1, 1, 0], count_include_pad = 1"),
  ])
  func padsWithinThePooling(_ text: String) throws {
    let rewritten = try RewriteCase(text, "merge-pads")
    #expect(rewritten.operators.count == 1)
    try rewritten.expectSameBits()
  }

  @Test(arguments: [
    pooling("0.0", "MaxPool", "strides = [1, 2]"),
    pooling("-inf", "MaxPool", "ceil_mode = 1"),
    pooling("-inf", "MaxPool", "dilations = [2, 1]"),
    pooling("-inf", "MaxPool", "strides = [1, 2]", pads: "0, 0, 2, 1, 0, 0, 0, 1"),
    pooling("1.0", "AveragePool", "strides = [2, 1]"),
    pooling("0.0", "AveragePool", "pads = [0, 1, 1, 0]"),
    pooling("-inf", "AveragePool", "count_include_pad = 1"),
  ])
  func keepsPadsThatAPoolingDoesNotHave(_ text: String) throws {
    #expect(try RewriteCase(text, "merge-pads").isUnchanged)
  }
}

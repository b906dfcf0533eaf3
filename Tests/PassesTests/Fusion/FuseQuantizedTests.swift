import IR
import Testing

@Suite struct FuseQuantizedTests {
  static func graph(_ body: String, _ inputs: String = "%x: uint8[1, 2, 4, 4]") -> String {
    """
    model opset 18
    graph main(\(inputs)) -> (%y) {
      const %sx: float32[] = 0.02
      const %sy: float32[] = 0.03
      const %sw: float32[2] = [0.01, 0.02]
      const %zx: uint8[] = 120
      const %zy: uint8[] = 0
      const %zw: int8[2] = [0, 0]
      const %w: int8[2, 2, 1, 1] = [10, -20, 30, 40]
      const %b: float32[2] = [0.5, -0.25]
      const %rows: int64[2] = [1, -1]
      \(body)
      return %y
    }
    """
  }

  static let convolution = """
    %a = DequantizeLinear(%x, %sx, %zx)
    %d = DequantizeLinear(%w, %sw, %zw) {axis = 0}
    %c = Conv(%a, %d, %b)
    %r = Relu(%c)
    """

  @Test func fusesAProductBetweenIntegers() throws {
    let rewritten = try RewriteCase(
      Self.graph(Self.convolution + "\n%y = QuantizeLinear(%r, %sy, %zy)"), "fuse-quantized")
    #expect(rewritten.operators == ["ferry::QuantizedConvRelu"])
    try rewritten.expectSameBits()
  }

  @Test func takesPoolsAndViewsIn() throws {
    let body = """
      %p = MaxPool(%r) {kernel_shape = [2, 2], strides = [2, 2]}
      %f = Reshape(%p, %rows)
      %y = QuantizeLinear(%f, %sy, %zy)
      """
    let rewritten = try RewriteCase(Self.graph(Self.convolution + "\n" + body), "fuse-quantized")
    #expect(rewritten.operators == ["ferry::QuantizedConvReluMaxPool"])
    try rewritten.expectSameBits()
  }

  @Test func endsAProductInFloats() throws {
    let rewritten = try RewriteCase(
      Self.graph(Self.convolution + "\n%y = Sin(%r)"), "fuse-quantized")
    #expect(rewritten.operators == ["ferry::QuantizedConvRelu", "Sin"])
    try rewritten.expectSameBits()
  }

  @Test func dequantizesASharedValueInEachUnit() throws {
    let body = """
      %q = QuantizeLinear(%r, %sx, %zx)
      %e = DequantizeLinear(%q, %sx, %zx)
      %s = Add(%e, %a)
      %y = QuantizeLinear(%s, %sy, %zy)
      """
    let rewritten = try RewriteCase(Self.graph(Self.convolution + "\n" + body), "fuse-quantized")
    #expect(rewritten.operators == ["ferry::QuantizedConvRelu", "ferry::QuantizedAdd"])
    try rewritten.expectSameBits()
  }

  @Test func letsUnitsThatDifferInTheirScalesShareAFunction() throws {
    let body = """
      %q = QuantizeLinear(%r, %sy, %zy)
      %e = DequantizeLinear(%q, %sy, %zy)
      %d2 = DequantizeLinear(%w, %sw, %zw) {axis = 0}
      %c2 = Conv(%e, %d2, %b)
      %r2 = Relu(%c2)
      %y = QuantizeLinear(%r2, %sx, %zx)
      """
    let rewritten = try RewriteCase(Self.graph(Self.convolution + "\n" + body), "fuse-quantized")
    #expect(rewritten.operators == ["ferry::QuantizedConvRelu", "ferry::QuantizedConvRelu"])
    #expect(rewritten.after.functions.count == 1)
    try rewritten.expectSameBits()
  }

  static let others = [
    // The data was never quantized.
    """
    %c = Conv(%f, %g, %b)
    %y = QuantizeLinear(%c, %sy, %zy)
    """,
    // An activation between floats.
    """
    %a = DequantizeLinear(%x, %sx, %zx)
    %y = Relu(%a)
    """,
  ]

  @Test(arguments: others) func leavesFloatsAlone(_ body: String) throws {
    let inputs = "%x: uint8[1, 2, 4, 4], %f: float32[1, 2, 4, 4], %g: float32[2, 2, 1, 1]"
    let rewritten = try RewriteCase(Self.graph(body, inputs), "fuse-quantized")
    #expect(rewritten.isUnchanged)
  }
}

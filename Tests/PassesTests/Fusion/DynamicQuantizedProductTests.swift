import IR
import Testing

@Suite struct DynamicQuantizedProductTests {
  private static let weights = """
    const %w: int8[3, 2] = [1, -2, 3, 4, -5, 6] const %sw: float32[] = 0.5
    const %b: float32[2] = [1.0, 2.0]
    %q, %s, %z = DynamicQuantizeLinear(%x)

    """
  private static let product = "%a = MatMulInteger(%q, %w, %z) %f = Cast(%a) {to = 1} "

  static let rewrites: [Rewrite] = [
    Rewrite(
      "all of it",
      weights + product + "%t = Mul(%s, %sw) %m = Mul(%f, %t) %n = Add(%m, %b) %y = Relu(%n)",
      "ferry::DynamicQuantizeMatMulAddRelu{to = 1}(x, [1, -2, 3, 4, -5, 6], 0.5, [1.0, 2.0])"),
    Rewrite(
      "a product whose data others take",
      weights + product
        + "%t = Mul(%s, %sw) %m = Mul(%f, %t) %d = DequantizeLinear(%q, %s, %z) %e = ReduceSum(%d) %y = Add(%m, %e)",
      """
      ferry::MatMulIntegerAdd{to = 1}(DynamicQuantizeLinear(x), [1, -2, 3, 4, -5, 6], \
      DynamicQuantizeLinear(x)#2, DynamicQuantizeLinear(x)#1, 0.5, ReduceSum(\
      DequantizeLinear(DynamicQuantizeLinear(x), DynamicQuantizeLinear(x)#1, \
      DynamicQuantizeLinear(x)#2)))
      """),
    Rewrite(
      "no product that stays an integer", weights + product + "%y = Relu(%f)",
      "Relu(Cast{to = 1}(MatMulInteger(DynamicQuantizeLinear(x), [1, -2, 3, 4, -5, 6], DynamicQuantizeLinear(x)#2)))"
    ),
  ]

  @Test(arguments: rewrites)
  func fuses(rewrite: Rewrite) throws { try rewrite.expect(by: "fuse-quantized") }
}

import IR
import Testing

@Suite struct FormGemmsTests {
  private static let weights = "const %w: float32[3, 2] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0] "
  private static let product = "MatMul(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])"

  static let rewrites: [Rewrite] = [
    Rewrite(
      "a bias", weights + "const %b: float32[2] = [1.0, 2.0] %a = MatMul(%x, %w) %y = Add(%a, %b)",
      "Gemm(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 2.0])"),
    Rewrite(
      "what is computed after the product", inputs: "%x: float32[n, 3], %r: float32[n, 2]",
      weights + "%a = MatMul(%x, %w) %s = Sin(%r) %y = Add(%s, %a)",
      "Gemm(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], Sin(r))"),
    Rewrite(
      "a Gemm without a sum",
      weights + "const %b: float32[] = 1.0 %a = Gemm(%x, %w) {alpha = 2.0} %y = Add(%a, %b)",
      "Gemm{alpha = 2.0}(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 1.0)"),
    Rewrite(
      "a Gemm with a factor for the sum that it lacks",
      weights + "const %b: float32[] = 1.0 %a = Gemm(%x, %w) {beta = 2.0} %y = Add(%a, %b)",
      "Gemm(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 1.0)"),
    Rewrite(
      "no Gemm with a sum",
      weights + "const %b: float32[2] = [1.0, 2.0] %a = Gemm(%x, %w, %b) %y = Add(%a, %b)",
      "Add(Gemm(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 2.0]), [1.0, 2.0])"),
    Rewrite(
      "no product of more axes", inputs: "%x: float32[1, 2, 3]",
      weights + "const %b: float32[2] = [1.0, 2.0] %a = MatMul(%x, %w) %y = Add(%a, %b)",
      "Add(\(product), [1.0, 2.0])"),
    Rewrite(
      "no sum of a larger shape", inputs: "%x: float32[1, 3], %r: float32[2, 2]",
      weights + "%a = MatMul(%x, %w) %y = Add(%a, %r)", "Add(\(product), r)"),
    Rewrite(
      "no sum with a shape that is not known", inputs: "%x: float32[n, 3], %r: float32[m, 2]",
      weights + "%a = MatMul(%x, %w) %y = Add(%a, %r)", "Add(\(product), r)"),
    Rewrite(
      "no product of varying matrices", inputs: "%x: float32[2, 3], %z: float32[3, 2]",
      "const %b: float32[2] = [1.0, 2.0] %a = MatMul(%x, %z) %y = Add(%a, %b)",
      "Add(MatMul(x, z), [1.0, 2.0])"),
    Rewrite(
      "no sum with itself", weights + "%a = MatMul(%x, %w) %y = Add(%a, %a)",
      "Add(\(product), \(product))"),
  ]

  @Test(arguments: rewrites)
  func forms(rewrite: Rewrite) throws { try rewrite.expect(by: "form-gemms") }
}

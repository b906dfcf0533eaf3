import IR
import Testing

@Suite struct FoldInputScalesTests {
  static let rewrites: [Rewrite] = [
    Rewrite(
      "a scale before a product of matrices", inputs: "%x: float32[2, 2, 3]",
      "const %w: float32[3, 1] = [1.0, 2.0, 3.0] const %c: float32[3] = [2.0, 4.0, 8.0] %a = Mul(%x, %c) %y = MatMul(%a, %w)",
      "MatMul(x, [2.0, 8.0, 24.0])"),
    Rewrite(
      "a scale before a convolution that pads", inputs: "%x: float32[1, 2, 2, 2]",
      "const %w: float32[1, 2, 1, 1] = [1.0, 2.0] const %c: float32[2, 1, 1] = [2.0, 4.0] %a = Div(%x, %c) %y = Conv(%a, %w) {pads = [1, 1, 1, 1]}",
      "Conv{pads = [1, 1, 1, 1]}(x, [0.5, 0.5])"),
    Rewrite(
      "a shift before a product",
      "const %w: float32[3, 1] = [1.0, 2.0, 3.0] const %c: float32[3] = [2.0, 4.0, 8.0] %a = Sub(%x, %c) %y = Gemm(%a, %w)",
      "Gemm(Sub(x, [2.0, 4.0, 8.0]), [1.0, 2.0, 3.0])"),
    Rewrite(
      "a scale before a convolution in groups", inputs: "%x: float32[1, 2, 1, 1]",
      "const %w: float32[2, 1, 1, 1] = [1.0, 2.0] const %c: float32[] = 2.0 %a = Mul(%x, %c) %y = Conv(%a, %w) {group = 2}",
      "Conv{group = 2}(Mul(x, 2.0), [1.0, 2.0])"),
    Rewrite(
      "no scale that repeats the data", inputs: "%x: float32[2, 1]",
      "const %w: float32[3, 1] = [1.0, 2.0, 3.0] const %c: float32[3] = [2.0, 4.0, 8.0] %a = Mul(%x, %c) %y = Gemm(%a, %w)",
      "Gemm(Mul(x, [2.0, 4.0, 8.0]), [1.0, 2.0, 3.0])"),
    Rewrite(
      "no scale that something else uses", inputs: "%x: float32[1, 3]",
      "const %w: float32[3, 3] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0] const %c: float32[] = 2.0 %a = Mul(%x, %c) %b = MatMul(%a, %w) %y = Add(%a, %b)",
      "Add(Mul(x, 2.0), MatMul(Mul(x, 2.0), float32[3, 3]))"),
  ]

  @Test(arguments: rewrites)
  func folds(rewrite: Rewrite) throws { try rewrite.expect(by: "fold-input-scales") }
}

import IR
import Testing

@Suite struct FuseEpiloguesTests {
  private static let image = "%x: float32[1, 1, 2, 2], %r: float32[1, 1, 2, 2]"
  private static let weights = "const %w: float32[1, 1, 1, 1] = [2.0]"

  static let rewrites: [Rewrite] = [
    Rewrite(
      "an activation", inputs: "%x: float32[2, 3], %w: float32[3, 4]",
      "%a = MatMul(%x, %w) %y = Relu(%a)", "ferry::MatMulRelu(x, w)"),
    Rewrite(
      "a bias and an activation", inputs: "%x: float32[2, 3], %w: float32[3, 4], %b: float32[4]",
      "%a = MatMul(%x, %w) %c = Add(%a, %b) %y = Tanh(%c)", "ferry::MatMulAddTanh(x, w, b)"),
    Rewrite(
      "a residual connection", inputs: image,
      weights + "%a = Conv(%x, %w) %b = Add(%r, %a) %y = Relu(%b)",
      "ferry::ConvAddRelu(x, [2.0], r)"),
    Rewrite(
      "a sum's activation", inputs: image, "%a = Add(%x, %r) %y = Relu(%a)",
      "ferry::AddRelu(x, r)"),
    Rewrite(
      "a sum's normalization", inputs: "%x: float32[2, 3], %r: float32[2, 3], %s: float32[3]",
      "%a = Add(%x, %r) %y = LayerNormalization(%a, %s)", "ferry::AddLayerNormalization(x, r, s)"),
    Rewrite(
      "a transposed operand that is scaled", inputs: "%x: float32[2, 3, 4], %w: float32[2, 3, 4]",
      "const %c: float32[] = 0.5 %t = Transpose(%w) {perm = [0, 2, 1]} %s = Mul(%t, %c) %y = MatMul(%x, %s)",
      "ferry::TransposeMulMatMul{perm = [0, 2, 1]}(w, 0.5, x)"),
    Rewrite(
      "a division of a contraction", inputs: "%x: float32[2, 3], %w: float32[3, 4]",
      "const %c: float32[] = 0.5 %a = Einsum(%x, %w) {equation = \"ij,jk->ik\"} %y = Div(%a, %c)",
      "ferry::EinsumDiv{equation = ij,jk->ik}(x, w, 0.5)"),
    Rewrite(
      "no other transpose", inputs: "%x: float32[2, 2, 3], %w: float32[3, 2, 4]",
      "%t = Transpose(%w) {perm = [1, 0, 2]} %y = MatMul(%x, %t)",
      "MatMul(x, Transpose{perm = [1, 0, 2]}(w))"),
    Rewrite(
      "no product that is needed", inputs: image,
      weights + "%a = Conv(%x, %w) %b = Relu(%a) %y = Add(%a, %b)",
      "Add(Conv(x, [2.0]), Relu(Conv(x, [2.0])))"),
    Rewrite(
      "no sum that makes the shape larger",
      inputs: "%x: float32[1, 3], %w: float32[3, 4], %b: float32[2, 4]",
      "%a = MatMul(%x, %w) %y = Add(%a, %b)", "Add(MatMul(x, w), b)"),
    Rewrite(
      "no sum with itself", inputs: "%x: float32[1, 3], %w: float32[3, 4]",
      "%a = MatMul(%x, %w) %y = Add(%a, %a)", "Add(MatMul(x, w), MatMul(x, w))"),
  ]

  @Test(arguments: rewrites)
  func fuses(rewrite: Rewrite) throws { try rewrite.expect(by: "fuse-epilogues") }

  @Test func keepsTheAttributesOfEachNode() throws {
    let after = try Rewrite(
      "", inputs: Self.image,
      Self.weights + "%a = Conv(%x, %w) {strides = [1, 1]} %y = LeakyRelu(%a) {alpha = 0.25}",
      "ferry::ConvLeakyRelu{alpha = 0.25, strides = [1, 1]}(x, [2.0])"
    ).expect(by: "fuse-epilogues")
    #expect(after.graph.nodes.map { after.graph[$0].lineage.sources } == [[0, 1]])
  }

  @Test func keepsAttributesOfOneNameApart() throws {
    try Rewrite(
      "", inputs: "%x: float32[2, 3], %w: float32[3, 4]",
      "%a = Gemm(%x, %w) {alpha = 2.0} %y = LeakyRelu(%a) {alpha = 0.25}",
      "ferry::GemmLeakyRelu{LeakyRelu_alpha = 0.25, alpha = 2.0}(x, w)"
    ).expect(by: "fuse-epilogues")
  }
}

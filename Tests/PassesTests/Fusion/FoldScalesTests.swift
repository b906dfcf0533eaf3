import IR
import Testing

@Suite struct FoldScalesTests {
  private static let convolution = """
    const %w: float32[2, 1, 1, 1] = [1.0, 2.0]
    const %s: float32[2] = [2.0, 4.0] const %h: float32[2] = [1.0, -1.0]
    const %m: float32[2] = [0.5, 0.25] const %v: float32[2] = [4.0, 1.0]
    """
  private static let image = "%x: float32[1, 1, 2, 2]"

  static let folded: [Rewrite] = [
    Rewrite(
      "a normalization", inputs: image,
      convolution + "%a = Conv(%x, %w) %y = BatchNormalization(%a, %s, %h, %m, %v) {epsilon = 0.0}",
      "Conv(x, [1.0, 8.0], [0.5, -2.0])"),
    Rewrite(
      "a scale and a shift", inputs: image,
      convolution + """
        const %c: float32[2, 1, 1] = [3.0, 5.0] const %d: float32[] = 1.0
        %a = Conv(%x, %w, %h) %b = Mul(%a, %c) %y = Sub(%b, %d)
        """, "Conv(x, [3.0, 10.0], [2.0, -6.0])"),
    Rewrite(
      "a bias of a Gemm",
      "const %w: float32[3, 1] = [1.0, 2.0, 3.0] const %b: float32[1] = [1.0] const %c: float32[1] = [2.0] %a = Gemm(%x, %w, %b) %y = Add(%a, %c)",
      "Gemm(x, [1.0, 2.0, 3.0], [3.0])"),
    Rewrite(
      "the columns of transposed weights",
      "const %w: float32[2, 3] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0] const %c: float32[2] = [2.0, 4.0] %a = Gemm(%x, %w) {transB = 1} %y = Mul(%a, %c)",
      "Gemm{transB = 1}(x, [2.0, 2.0, 2.0, 4.0, 4.0, 4.0])"),
    Rewrite(
      "a scale of a product of matrices", inputs: "%x: float32[2, 2, 3]",
      "const %w: float32[3, 2] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0] const %c: float32[2] = [2.0, 4.0] %a = MatMul(%x, %w) %y = Mul(%a, %c)",
      "MatMul(x, [2.0, 8.0, 6.0, 16.0, 10.0, 24.0])"),
    Rewrite(
      "a normalization of a product of matrices",
      """
      const %w: float32[3, 2] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
      const %s: float32[2] = [2.0, 4.0] const %h: float32[2] = [1.0, -1.0]
      const %m: float32[2] = [0.5, 0.25] const %v: float32[2] = [4.0, 1.0]
      %a = MatMul(%x, %w) %y = BatchNormalization(%a, %s, %h, %m, %v) {epsilon = 0.0}
      """, "Gemm(x, [1.0, 8.0, 3.0, 16.0, 5.0, 24.0], [0.5, -2.0])"),
    Rewrite(
      "channels of a transposed convolution in groups", inputs: "%x: float32[1, 2, 1, 1]",
      "const %w: float32[2, 2, 1, 1] = [1.0, 2.0, 3.0, 4.0] const %c: float32[4, 1, 1] = [2.0, 3.0, 4.0, 5.0] %a = ConvTranspose(%x, %w) {group = 2} %y = Mul(%a, %c)",
      "ConvTranspose{group = 2}(x, [2.0, 6.0, 12.0, 20.0])"),
  ]

  @Test(arguments: folded)
  func folds(rewrite: Rewrite) throws { try rewrite.expect(by: "fold-scales") }

  static let kept: [Rewrite] = [
    Rewrite(
      "where the product is needed", inputs: image,
      convolution + "const %c: float32[] = 3.0 %a = Conv(%x, %w) %b = Mul(%a, %c) %y = Add(%b, %a)",
      "Add(Mul(Conv(x, [1.0, 2.0]), 3.0), Conv(x, [1.0, 2.0]))"),
    Rewrite(
      "a scale along another axis", inputs: image,
      convolution + "const %c: float32[2] = [3.0, 5.0] %a = Conv(%x, %w) %y = Mul(%a, %c)",
      "Mul(Conv(x, [1.0, 2.0]), [3.0, 5.0])"),
    Rewrite(
      "a normalization in training", inputs: image,
      convolution
        + "%a = Conv(%x, %w) %y, %p, %q = BatchNormalization(%a, %s, %h, %m, %v) {training_mode = 1}",
      "BatchNormalization{training_mode = 1}(Conv(x, [1.0, 2.0]), [2.0, 4.0], [1.0, -1.0], [0.5, 0.25], [4.0, 1.0])"
    ),
    Rewrite(
      "a division by zero", inputs: image,
      convolution + "const %c: float32[] = 0.0 %a = Conv(%x, %w) %y = Div(%a, %c)",
      "Div(Conv(x, [1.0, 2.0]), 0.0)"),
    Rewrite(
      "an infinite scale", inputs: image,
      """
      const %w: float32[1, 1, 1, 1] = [1.0] const %s: float32[1] = [inf] const %h: float32[1] = [0.0]
      const %v: float32[1] = [1.0]
      %a = Conv(%x, %w) %y = BatchNormalization(%a, %s, %h, %h, %v)
      """, "BatchNormalization(Conv(x, [1.0]), [inf], [0.0], [0.0], [1.0])"),
    Rewrite(
      "weights that vary", inputs: "%x: float32[1, 1, 2, 2], %w: float32[2, 1, 1, 1]",
      "const %c: float32[] = 3.0 %a = Conv(%x, %w) %y = Mul(%a, %c)", "Mul(Conv(x, w), 3.0)"),
    Rewrite(
      "a Gemm that scales itself",
      "const %w: float32[3, 1] = [1.0, 2.0, 3.0] const %c: float32[1] = [2.0] %a = Gemm(%x, %w) {alpha = 0.5} %y = Mul(%a, %c)",
      "Mul(Gemm{alpha = 0.5}(x, [1.0, 2.0, 3.0]), [2.0])"),
    Rewrite(
      "a shift of a product of matrices with more axes", inputs: "%x: float32[2, 2, 3]",
      "const %w: float32[3, 1] = [1.0, 2.0, 3.0] const %c: float32[1] = [2.0] %a = MatMul(%x, %w) %y = Add(%a, %c)",
      "Add(MatMul(x, [1.0, 2.0, 3.0]), [2.0])"),
    Rewrite(
      "a scale along the rows of a product", inputs: "%x: float32[2, 2, 3]",
      "const %w: float32[3, 2] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0] const %c: float32[2, 1] = [2.0, 4.0] %a = MatMul(%x, %w) %y = Mul(%a, %c)",
      "Mul(MatMul(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), [2.0, 4.0])"),
    Rewrite(
      "a scale that makes the shape larger", inputs: image,
      convolution
        + "const %c: float32[1, 2, 1, 1, 1] = [3.0, 5.0] %a = Conv(%x, %w) %y = Mul(%a, %c)",
      "Mul(Conv(x, [1.0, 2.0]), [3.0, 5.0])"),
  ]

  @Test(arguments: kept)
  func keeps(rewrite: Rewrite) throws { try rewrite.expect(by: "fold-scales") }

  @Test func standsForBoth() throws {
    let graph = try Self.folded[0].expect(by: "fold-scales").graph
    #expect(graph.nodes.map { graph[$0].lineage.sources } == [[0, 1]])
  }

  @Test func namesTheResultAfterWhatItIsNow() throws {
    let graph = try Self.folded[1].expect(by: "fold-scales").graph
    #expect(graph.outputs.map(graph.name(of:)) == ["y"])
  }
}

import IR
import Passes
import Tensors
import Testing

@Suite struct FoldConstantsTests {
  static let folded: [Rewrite] = [
    Rewrite(
      "a chain",
      "const %a: float32[] = 2.0 const %b: float32[] = 3.0 %c = Mul(%a, %b) %d = Neg(%c) %y = Add(%x, %d)",
      "Add(x, -6.0)"),
    Rewrite(
      "an output", "const %a: float32[] = 2.0 %y = Neg(%a)", "-2.0"),
    Rewrite(
      "a Transpose of weights",
      "const %a: float32[1, 3] = [1.0, 2.0, 3.0] %b = Transpose(%a) %y = MatMul(%x, %b)",
      "MatMul(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "inside of a branch", inputs: "%c: bool[], %x: float32[]",
      """
      %y = If(%c) {
        then_branch = block { const %a: float32[] = 2.0 %b = Neg(%a) return %b },
        else_branch = block { return %x }
      }
      """, "If{else_branch = {x}, then_branch = {-2.0}}(c)"),
  ]

  @Test(arguments: folded)
  func folds(rewrite: Rewrite) throws { try rewrite.expect(by: "fold-constants") }

  static let kept: [Rewrite] = [
    Rewrite(
      "a Tile that makes more of it", inputs: "%x: float32[3, 2]",
      "const %a: float32[1, 3] = [1.0, 2.0, 3.0] const %r: int64[2] = [400, 1] %b = Tile(%a, %r) %y = MatMul(%b, %x)",
      "MatMul(Tile([1.0, 2.0, 3.0], [400, 1]), x)"),
    Rewrite(
      "an Expand that makes more of it", inputs: "%x: float32[400, 3]",
      "const %a: float32[] = 1.0 const %s: int64[2] = [400, 3] %b = Expand(%a, %s) %y = Add(%x, %b)",
      "Add(x, Expand(1.0, [400, 3]))"),
    Rewrite(
      "what a quantization saves",
      "const %a: int8[3] = [1, 2, 3] const %s: float32[] = 0.5 %b = DequantizeLinear(%a, %s) %y = Add(%x, %b)",
      "Add(x, DequantizeLinear([1, 2, 3], 0.5))"),
    Rewrite(
      "what draws random numbers",
      "const %s: int64[2] = [2, 3] %r = RandomNormal() {shape = [2, 3]} %y = Add(%x, %r)",
      "Add(x, RandomNormal{shape = [2, 3]}())"),
    Rewrite(
      "what fails", inputs: "%x: float32[?]",
      "const %a: float32[1] = [1.0] const %s: int64[1] = [0] const %i: int64[1] = [5] %b = Gather(%a, %i) %y = Add(%x, %b)",
      "Add(x, Gather([1.0], [5]))"),
  ]

  @Test(arguments: kept)
  func keeps(rewrite: Rewrite) throws {
    let before = try rewrite.model()
    var after = before
    let changes = try PassCatalog.pass(named: "fold-constants").run(on: &after)
    #expect(changes == 0)
    #expect(after.graph.expressions == [rewrite.expected])
  }

  @Test func growsByNoMoreThanItsBudget() throws {
    // 200 results of 64 bytes: with 12,800 bytes more the file would be several times as large.
    let statements = (0..<200).map { index in
      "%t\(index) = Expand(%a, %s) %y\(index + 1) = Add(%y\(index), %t\(index))"
    }
    let rewrite = Rewrite(
      "", inputs: "%y0: float32[64]",
      "const %a: float32[] = 1.5 const %s: int64[1] = [64] \(statements.joined(separator: "\n")) %y = Neg(%y200)",
      "")
    var model = try rewrite.model()
    let size = model.graph.constantBytes
    _ = try PassCatalog.pass(named: "fold-constants").run(on: &model)
    #expect(model.graph.constantBytes <= size + 200 * 64)
  }
}

extension Graph {
  fileprivate var constantBytes: Int {
    values.reduce(0) { $0 + (isConstant($1) ? constant(of: $1)?.range.count ?? 0 : 0) }
  }
}

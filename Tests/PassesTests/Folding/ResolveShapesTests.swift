import IR
import Testing

@Suite struct ResolveShapesTests {
  static let rewrites: [Rewrite] = [
    Rewrite("a known shape", "%y = Shape(%x)", "[2, 3]"),
    Rewrite(
      "a size", inputs: "%x: float32[batch, 3]",
      "const %i: int64[] = 1 %s = Shape(%x) %y = Gather(%s, %i)", "3"),
    Rewrite(
      "the target of a Reshape", inputs: "%x: float32[batch, 8, 4]",
      """
      const %i: int64[] = 0 const %r: int64[1] = [-1] const %a: int64[1] = [0]
      %s = Shape(%x) %b = Gather(%s, %i) %u = Unsqueeze(%b, %a)
      %t = Concat(%u, %r) {axis = 0} %y = Reshape(%x, %t)
      """, "Reshape(x, [-1, 32])"),
    Rewrite(
      "an extent that stays behind one that varies", inputs: "%x: float32[batch, seq, 8]",
      """
      const %i: int64[1] = [0] const %j: int64[1] = [1] const %r: int64[2] = [2, 4]
      %s = Shape(%x) %b = Gather(%s, %i) %q = Gather(%s, %j)
      %t = Concat(%b, %q, %r) {axis = 0} %y = Reshape(%x, %t)
      """, "Reshape(x, [0, 0, 2, 4])"),
    Rewrite(
      "the target of an Expand", inputs: "%x: float32[batch, 1]",
      """
      const %i: int64[1] = [0] const %r: int64[1] = [4]
      %s = Shape(%x) %b = Gather(%s, %i) %t = Concat(%b, %r) {axis = 0} %y = Expand(%x, %t)
      """, "Expand(x, [1, 4])"),
    Rewrite(
      "a size that is not -1", inputs: "%x: float32[batch, 1]",
      """
      const %i: int64[1] = [0] const %r: int64[1] = [-1] const %m: int64[2] = [-1, -1]
      const %o: int64[2] = [1, 1] const %z: float32[1, 1] = [0.0]
      %s = Shape(%x) %b = Gather(%s, %i) %t = Concat(%b, %r) {axis = 0}
      %e = Equal(%t, %m) %w = Where(%e, %o, %t) %y = Expand(%z, %w)
      """, "Expand([0.0], Concat{axis = 0}(Gather(Shape(x), [0]), [1]))"),
    Rewrite(
      "no shape that varies", inputs: "%x: float32[batch, 3]", "%y = Shape(%x)", "Shape(x)"),
    Rewrite(
      "no two extents that vary elsewhere", inputs: "%x: float32[a, b]",
      """
      const %i: int64[2] = [1, 0]
      %s = Shape(%x) %t = Gather(%s, %i) %y = Reshape(%x, %t)
      """, "Reshape(x, Gather(Shape(x), [1, 0]))"),
  ]

  @Test(arguments: rewrites)
  func resolves(rewrite: Rewrite) throws { try rewrite.expect(by: "resolve-shapes") }

  @Test func doesNotBelieveAShapeThatIsDeclaredAlone() throws {
    let rewritten = try RewriteCase(
      """
      model opset 18
      graph(%x: float32[4], %t: int64[2]) -> (%y) {
        %y: float32[2, 2] = Reshape(%x, %t)
        return %y
      }
      """, "resolve-shapes")
    let graph = rewritten.after.graph
    #expect(graph.nodes.map { graph.inputs(of: $0)[1] } == [graph.inputs[1]])
  }
}

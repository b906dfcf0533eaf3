import IR
import Testing

@Suite struct RemoveIdentitiesTests {
  @Test(arguments: [
    "%y = Identity(%a)", "%y = Reshape(%a, %shape)", "%y = Transpose(%a) {perm = [0, 1]}",
    "%y = Mul(%a, %one)", "%y = Concat(%a) {axis = 0}", "%y, _ = Dropout(%a)",
  ])
  func removesWhatChangesNothing(_ body: String) throws {
    let rewritten = try RewriteCase(
      """
      model opset 18
      graph main(%x: float32[2, 3]) -> (%y) {
        const %shape: int64[2] = [2, -1]
        const %one: float32[] = 1.0
        %a = Sin(%x)
        \(body)
        return %y
      }
      """, "remove-identities")
    #expect(rewritten.operators == ["Sin"])
    try rewritten.expectSameBits()
  }

  @Test func keepsWhatPassesAStateOutOfASubgraph() throws {
    let rewritten = try RewriteCase(
      """
      model opset 18
      graph main(%x: float32[2], %z: float32[3, 2]) -> (%y, %all) {
        %y, %all = Scan(%x, %z) {
          num_scan_inputs = 1,
          body = block(%s: float32[2], %e: float32[2]) -> (%t, %o) {
            %t = Identity(%s)
            %a = Add(%s, %e)
            %o = Identity(%a)
            return %t, %o
          }
        }
        return %y, %all
      }
      """, "remove-identities")
    let graph = rewritten.after.graph
    let scan = try #require(graph.firstNode(in: graph.body))
    let body = try #require(graph.blocks(of: scan).first)
    #expect(
      graph.nodes(in: body).map { graph[$0].operatorID.name } == ["Identity", "Add"])
    try rewritten.expectSameBits()
  }
}

import IR
import Passes
import Testing
import Verification

@Suite struct MergeSiblingsTests {
  private static let image = "%x: float32[1, 1, 2, 2]"
  private static let weights = """
    const %u: float32[1, 1, 1, 1] = [1.0]
    const %v: float32[2, 1, 1, 1] = [2.0, 3.0]
    const %w: float32[1, 1, 1, 1] = [4.0]

    """
  private static let merged = "Split{axis = 1}(Conv(x, [1.0, 2.0, 3.0, 4.0]), [1, 2, 1])"

  static let rewrites: [Rewrite] = [
    Rewrite(
      "three convolutions", inputs: image,
      weights
        + "%p = Conv(%x, %u) %q = Conv(%x, %v) %r = Conv(%x, %w) %y = Concat(%p, %q, %r) {axis = 1}",
      "Concat{axis = 1}(\(merged), \(merged)#1, \(merged)#2)"),
    Rewrite(
      "no two", inputs: image,
      weights + "%p = Conv(%x, %u) %q = Conv(%x, %v) %y = Concat(%p, %q) {axis = 1}",
      "Concat{axis = 1}(Conv(x, [1.0]), Conv(x, [2.0, 3.0]))"),
    Rewrite(
      "none of other attributes", inputs: image,
      weights
        + "%p = Conv(%x, %u) %q = Conv(%x, %v) {pads = [1, 1, 1, 1]} %r = Conv(%x, %w) %s = Concat(%p, %r) {axis = 1} %t = MaxPool(%q) {kernel_shape = [3, 3]} %y = Concat(%s, %t) {axis = 1}",
      "Concat{axis = 1}(Concat{axis = 1}(Conv(x, [1.0]), Conv(x, [4.0])), MaxPool{kernel_shape = [3, 3]}(Conv{pads = [1, 1, 1, 1]}(x, [2.0, 3.0])))"
    ),
    Rewrite(
      "none whose weights others use", inputs: image,
      weights
        + "%p = Conv(%x, %u) %q = Conv(%x, %v) %r = Conv(%x, %w) %s = Concat(%p, %q, %r) {axis = 1} %y = Mul(%s, %w)",
      "Mul(Concat{axis = 1}(Conv(x, [1.0]), Conv(x, [2.0, 3.0]), Conv(x, [4.0])), [4.0])"),
    Rewrite(
      "none of infinite weights", inputs: image,
      """
      const %u: float32[1, 1, 1, 1] = [1.0] const %v: float32[1, 1, 1, 1] = [inf]
      const %w: float32[1, 1, 1, 1] = [4.0]
      %p = Conv(%x, %u) %q = Conv(%x, %v) %r = Conv(%x, %w) %y = Concat(%p, %q, %r) {axis = 1}
      """,
      "Concat{axis = 1}(Conv(x, [1.0]), Conv(x, [inf]), Conv(x, [4.0]))"),
    Rewrite(
      "none of several groups", inputs: "%x: float32[1, 2, 1, 1]",
      """
      const %u: float32[2, 1, 1, 1] = [1.0, 2.0]
      const %v: float32[2, 1, 1, 1] = [3.0, 4.0]
      const %w: float32[2, 1, 1, 1] = [5.0, 6.0]
      %p = Conv(%x, %u) {group = 2} %q = Conv(%x, %v) {group = 2} %r = Conv(%x, %w) {group = 2}
      %y = Concat(%p, %q, %r) {axis = 1}
      """,
      "Concat{axis = 1}(Conv{group = 2}(x, [1.0, 2.0]), Conv{group = 2}(x, [3.0, 4.0]), Conv{group = 2}(x, [5.0, 6.0]))"
    ),
  ]

  @Test(arguments: rewrites)
  func merges(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-siblings") }

  private static let fused =
    weights + """
      const %a: float32[1] = [5.0]
      const %b: float32[2] = [6.0, 7.0]
      const %c: float32[1] = [8.0]
      const %low: float32[] = 0.0
      const %high: float32[] = 6.0
      %p = Conv(%x, %u, %a) %q = Conv(%x, %v, %b) %r = Conv(%x, %w, %c)
      %d = Clip(%p, %low, %high) %e = Clip(%q, %low, %high)

      """

  private func expect(_ statements: String, _ expected: String) throws {
    var model = try Rewrite("", inputs: Self.image, Self.fused + statements, "").model()
    _ = try PassCatalog.pass(named: "fuse-epilogues").run(on: &model)
    let fused = model
    _ = MergeSiblings().run(on: &model)
    #expect(model.graph.expressions == [expected])
    let sample = try Sample.generated(for: fused.graph)
    #expect(try PassTrial(fused, samples: [sample.values]).violations(of: MergeSiblings()) == [])
  }

  @Test func mergesWhatWasFusedWithTheConvolutions() throws {
    let merged =
      "Split{axis = 1}(ferry::ConvClip(x, [1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], 0.0, 6.0), [1, 2, 1])"
    try expect(
      "%f = Clip(%r, %low, %high) %y = Concat(%d, %e, %f) {axis = 1}",
      "Concat{axis = 1}(\(merged), \(merged)#1, \(merged)#2)")
  }

  @Test func keepsWhatWasFusedWithOtherOperands() throws {
    try expect(
      "const %top: float32[] = 5.0 %f = Clip(%r, %low, %top) %y = Concat(%d, %e, %f) {axis = 1}",
      """
      Concat{axis = 1}(ferry::ConvClip(x, [1.0], [5.0], 0.0, 6.0), \
      ferry::ConvClip(x, [2.0, 3.0], [6.0, 7.0], 0.0, 6.0), \
      ferry::ConvClip(x, [4.0], [8.0], 0.0, 5.0))
      """)
  }
}

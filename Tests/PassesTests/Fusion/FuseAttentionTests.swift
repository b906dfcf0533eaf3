import Testing

@Suite struct FuseAttentionTests {
  static func graph(_ body: String, _ inputs: String) -> String {
    """
    model opset 18
    graph main(\(inputs)) -> (%y) {
      const %scale: float32[] = 0.5
      const %root: float32[] = 2.0
      const %low: float32[] = -1e9
      const %zero: float32[] = 0.0
      const %heads: int64[4] = [0, 0, 2, 4]
      const %merged: int64[3] = [0, 0, 8]
      const %packed: int64[5] = [0, 0, 3, 2, 4]
      const %first: int64[] = 0
      const %second: int64[] = 1
      const %third: int64[] = 2
      \(body)
      return %y
    }
    """
  }

  static let plain = "%q: float32[2, 3, 4], %k: float32[2, 5, 4], %v: float32[2, 5, 6]"

  static let single = [
    """
    %t = Transpose(%k) {perm = [0, 2, 1]}
    %s = MatMul(%q, %t)
    %a = Mul(%s, %scale)
    %w = Softmax(%a)
    %y = MatMul(%w, %v)
    """,
    """
    %t = Transpose(%k) {perm = [0, 2, 1]}
    %a = Div(%q, %root)
    %s = MatMul(%a, %t)
    %w = Softmax(%s) {axis = 2}
    %y = MatMul(%w, %v)
    """,
    // As PyTorch writes it: both factors, and a guard against rows without any number.
    """
    %t = Transpose(%k) {perm = [0, 2, 1]}
    %a = Mul(%q, %scale)
    %b = Mul(%t, %scale)
    %s = MatMul(%a, %b)
    %w = Softmax(%s)
    %n = IsNaN(%w)
    %g = Where(%n, %zero, %w)
    %y = MatMul(%g, %v)
    """,
    // As Keras writes it.
    """
    %s = Einsum(%q, %k) {equation = "btd,bsd->bts"}
    %a = Mul(%s, %scale)
    %w = Softmax(%a)
    %y = Einsum(%w, %v) {equation = "bts,bsd->btd"}
    """,
  ]

  @Test(arguments: single) func fusesOneHead(_ body: String) throws {
    let rewritten = try RewriteCase(Self.graph(body, Self.plain), "fuse-attention")
    #expect(rewritten.operators == ["ferry::Attention"])
    try rewritten.expectSameBits()
  }

  /// As Keras writes a mask, and as exporters of PyTorch write one of an unknown number of rows.
  static let masksOfTheSizeOfScores = [
    """
    %e = Shape(%a)
    %ones = Expand(%true, %e)
    %m = And(%ones, %keep)
    %f = Cast(%m) {to = 1}
    %n = Not(%m)
    %g = Cast(%n) {to = 1}
    %b = Mul(%f, %a)
    %d = Mul(%g, %low)
    %x = Add(%b, %d)
    """,
    """
    %e = Shape(%a)
    %m = Expand(%keep, %e)
    %x = Where(%m, %a, %low)
    """,
  ]

  @Test(arguments: masksOfTheSizeOfScores)
  func takesInWhatMakesMasksOfTheSizeOfScores(_ mask: String) throws {
    let body = """
      const %true: bool[] = true
      %t = Transpose(%k) {perm = [0, 2, 1]}
      %s = MatMul(%q, %t)
      %a = Div(%s, %root)
      \(mask)
      %w = Softmax(%x)
      %y = MatMul(%w, %v)
      """
    let rewritten = try RewriteCase(
      Self.graph(body, Self.plain + ", %keep: bool[2, 1, 5]"), "fuse-attention")
    #expect(rewritten.operators == ["ferry::Attention"])
    try rewritten.expectSameBits()
  }

  @Test func takesLearntQueries() throws {
    let body = """
      const %p: float32[1, 2, 4] = [1.0, 2.0, 0.5, 0.25, 0.5, 1.0, -1.0, 2.0]
      %t = Transpose(%k) {perm = [0, 2, 1]}
      %s = MatMul(%p, %t)
      %w = Softmax(%s)
      %y = MatMul(%w, %v)
      """
    let rewritten = try RewriteCase(
      Self.graph(body, "%k: float32[2, 5, 4], %v: float32[2, 5, 6]"), "fuse-attention")
    #expect(rewritten.operators == ["ferry::Attention"])
    try rewritten.expectSameBits()
  }

  @Test func takesMasksAsInputs() throws {
    let body = """
      %t = Transpose(%k) {perm = [0, 2, 1]}
      %s = MatMul(%q, %t)
      %a = Div(%s, %root)
      %m = Add(%mask, %a)
      %b = Where(%keep, %m, %low)
      %w = Softmax(%b)
      %y = MatMul(%w, %v)
      """
    let inputs = Self.plain + ", %mask: float32[3, 5], %keep: bool[2, 1, 5]"
    let rewritten = try RewriteCase(Self.graph(body, inputs), "fuse-attention")
    #expect(rewritten.operators == ["ferry::Attention"])
    try rewritten.expectSameBits()
  }

  @Test func takesTheHeadsIn() throws {
    let body = """
      %qh = Reshape(%q, %heads)
      %kh = Reshape(%k, %heads)
      %vh = Reshape(%v, %heads)
      %qt = Transpose(%qh) {perm = [0, 2, 1, 3]}
      %kt = Transpose(%kh) {perm = [0, 2, 3, 1]}
      %vt = Transpose(%vh) {perm = [0, 2, 1, 3]}
      %s = MatMul(%qt, %kt)
      %a = Mul(%s, %scale)
      %w = Softmax(%a)
      %o = MatMul(%w, %vt)
      %ot = Transpose(%o) {perm = [0, 2, 1, 3]}
      %y = Reshape(%ot, %merged)
      """
    let inputs = "%q: float32[2, 3, 8], %k: float32[2, 5, 8], %v: float32[2, 5, 8]"
    let rewritten = try RewriteCase(Self.graph(body, inputs), "fuse-attention")
    #expect(rewritten.operators == ["ferry::MultiHeadAttention"])
    try rewritten.expectSameBits()
  }

  @Test func takesPackedProjectionsIn() throws {
    let body = """
      %p = Reshape(%x, %packed)
      %t = Transpose(%p) {perm = [2, 0, 3, 1, 4]}
      %q = Gather(%t, %first)
      %k = Gather(%t, %second)
      %v = Gather(%t, %third)
      %kt = Transpose(%k) {perm = [0, 1, 3, 2]}
      %s = MatMul(%q, %kt)
      %w = Softmax(%s)
      %o = MatMul(%w, %v)
      %ot = Transpose(%o) {perm = [0, 2, 1, 3]}
      %y = Reshape(%ot, %merged)
      """
    let rewritten = try RewriteCase(
      Self.graph(body, "%x: float32[2, 5, 24]"), "fuse-attention")
    #expect(rewritten.operators == ["ferry::MultiHeadAttention"])
    try rewritten.expectSameBits()
  }

  static let others = [
    // No softmax between the products.
    """
    %t = Transpose(%k) {perm = [0, 2, 1]}
    %s = MatMul(%q, %t)
    %a = Relu(%s)
    %y = MatMul(%a, %v)
    """,
    // The weights are used on their own.
    """
    %t = Transpose(%k) {perm = [0, 2, 1]}
    %s = MatMul(%q, %t)
    %w = Softmax(%s)
    %o = MatMul(%w, %v)
    %m = ReduceMax(%w)
    %y = Add(%o, %m)
    """,
    // What the weights are used for besides leads to nothing.
    """
    %t = Transpose(%k) {perm = [0, 2, 1]}
    %s = MatMul(%q, %t)
    %w = Softmax(%s)
    %y = MatMul(%w, %v)
    %m = ReduceMax(%w)
    %z = Add(%y, %m)
    """,
    // A classifier's softmax has no second product of data before it.
    """
    %w = Softmax(%q)
    %t = Transpose(%w) {perm = [0, 2, 1]}
    %y = MatMul(%t, %q)
    """,
  ]

  @Test(arguments: others) func leavesOtherProductsAlone(_ body: String) throws {
    let rewritten = try RewriteCase(Self.graph(body, Self.plain), "fuse-attention")
    #expect(rewritten.isUnchanged)
  }
}

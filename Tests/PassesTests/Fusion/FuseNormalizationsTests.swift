import Testing

@Suite struct FuseNormalizationsTests {
  static func graph(_ body: String) -> String {
    """
    model opset 18
    graph main(%x: float32[2, 3, 4]) -> (%y) {
      const %scale: float32[4] = [1.0, -2.0, 0.5, 0.25]
      const %bias: float32[4] = [0.5, 0.25, 0.125, 2.0]
      const %epsilon: float32[] = 1e-5
      const %two: float32[] = 2.0
      const %last: int64[1] = [-1]
      \(body)
      return %y
    }
    """
  }

  static let layers = [
    // As PyTorch writes it.
    """
    %m = ReduceMean(%x, %last)
    %d = Sub(%x, %m)
    %s = Pow(%d, %two)
    %v = ReduceMean(%s, %last)
    %e = Add(%v, %epsilon)
    %r = Sqrt(%e)
    %n = Div(%d, %r)
    %a = Mul(%n, %scale)
    %y = Add(%a, %bias)
    """,
    // As Keras does, with the mean of the last axis as an average pool.
    """
    %m = GlobalAveragePool(%x)
    %d = Sub(%x, %m)
    %s = Mul(%d, %d)
    %v = GlobalAveragePool(%s)
    %e = Add(%v, %epsilon)
    %r = Sqrt(%e)
    %i = Reciprocal(%r)
    %f = Mul(%i, %scale)
    %a = Mul(%x, %f)
    %g = Neg(%m)
    %h = Mul(%g, %f)
    %o = Add(%h, %bias)
    %y = Add(%a, %o)
    """,
  ]

  @Test(arguments: layers) func fusesALayer(_ body: String) throws {
    let rewritten = try RewriteCase(Self.graph(body), "fuse-normalizations")
    #expect(rewritten.operators == ["ferry::LayerNormalization"])
    try rewritten.expectSameBits()
  }

  /// As PyTorch writes it over images, and as it writes normalization by groups of channels.
  static let images = [
    (
      """
      %m = ReduceMean(%x, %space)
      %d = Sub(%x, %m)
      %s = Mul(%d, %d)
      %v = ReduceMean(%s, %space)
      %e = Add(%v, %epsilon)
      %r = Sqrt(%e)
      %n = Div(%d, %r)
      %a = Mul(%n, %scale)
      %y = Add(%a, %bias)
      """, "ferry::InstanceNormalization"
    ),
    (
      """
      %g = Reshape(%x, %groups)
      %i = InstanceNormalization(%g, %ones, %zeros)
      %b = Reshape(%i, %back)
      %a = Mul(%b, %scale)
      %y = Add(%a, %bias)
      """, "ferry::GroupNormalization"
    ),
    // Both with an activation behind.
    (
      """
      %m = ReduceMean(%x, %space)
      %d = Sub(%x, %m)
      %s = Mul(%d, %d)
      %v = ReduceMean(%s, %space)
      %e = Add(%v, %epsilon)
      %r = Sqrt(%e)
      %n = Div(%d, %r)
      %a = Mul(%n, %scale)
      %b = Add(%a, %bias)
      %y = Relu(%b)
      """, "ferry::InstanceNormalizationRelu"
    ),
    (
      """
      %g = Reshape(%x, %groups)
      %i = InstanceNormalization(%g, %ones, %zeros)
      %b = Reshape(%i, %back)
      %a = Mul(%b, %scale)
      %n = Add(%a, %bias)
      %s = Sigmoid(%n)
      %y = Mul(%n, %s)
      """, "ferry::GroupNormalizationSwish"
    ),
    // For images of any size.
    (
      """
      %g = Reshape(%x, %groups)
      %i = InstanceNormalization(%g, %ones, %zeros)
      %l = Shape(%x)
      %b = Reshape(%i, %l)
      %a = Mul(%b, %scale)
      %n = Add(%a, %bias)
      %y = Relu(%n)
      """, "ferry::GroupNormalizationRelu"
    ),
    // As Keras does, with the factor of the numbers apart from their shift.
    (
      """
      %g = Reshape(%x, %pairs)
      %m = ReduceMean(%g, %inner)
      %d = Sub(%g, %m)
      %q = Mul(%d, %d)
      %v = ReduceMean(%q, %inner)
      %e = Add(%v, %epsilon)
      %r = Sqrt(%e)
      %i = Reciprocal(%r)
      %a = Mul(%g, %i)
      %k = Neg(%m)
      %o = Mul(%k, %i)
      %n = Add(%a, %o)
      %y = Reshape(%n, %back)
      """, "ferry::GroupNormalization"
    ),
    // As JAX does, in one pass.
    (
      """
      %g = Reshape(%x, %pairs)
      %m = ReduceMean(%g, %inner)
      %d = Sub(%g, %m)
      %q = Mul(%g, %g)
      %s = ReduceMean(%q, %inner)
      %k = Mul(%m, %m)
      %w = Sub(%s, %k)
      %v = Max(%w, %zero)
      %e = Add(%v, %epsilon)
      %r = Sqrt(%e)
      %n = Div(%d, %r)
      %b = Reshape(%n, %back)
      %y = Add(%b, %bias)
      """, "ferry::GroupNormalization"
    ),
    // And in two, with a guard for groups of equal numbers.
    (
      """
      %g = Reshape(%x, %pairs)
      %m = ReduceMean(%g, %inner)
      %c = Sub(%g, %m)
      %low = ReduceMin(%g, %inner)
      %high = ReduceMax(%g, %inner)
      %same = Equal(%low, %high)
      %gap = Sub(%m, %m)
      %finite = Equal(%gap, %zero)
      %flat = And(%same, %finite)
      %d = Where(%flat, %zero, %c)
      %q = Mul(%d, %d)
      %w = ReduceMean(%q, %inner)
      %v = Max(%w, %zero)
      %e = Add(%v, %epsilon)
      %r = Sqrt(%e)
      %n = Div(%d, %r)
      %b = Reshape(%n, %back)
      %a = Mul(%b, %scale)
      %y = Add(%a, %bias)
      """, "ferry::GroupNormalization"
    ),
  ]

  @Test(arguments: images) func fusesByChannels(_ body: String, _ name: String) throws {
    let text = """
      model opset 18
      graph main(%x: float32[1, 4, 2, 3]) -> (%y) {
        const %scale: float32[4, 1, 1] = [1.0, -2.0, 0.5, 0.25]
        const %bias: float32[4, 1, 1] = [0.5, 0.25, 0.125, 2.0]
        const %epsilon: float32[] = 1e-5
        const %space: int64[2] = [2, 3]
        const %groups: int64[3] = [0, 2, -1]
        const %pairs: int64[5] = [1, 2, 2, 2, 3]
        const %inner: int64[3] = [2, 3, 4]
        const %zero: float32[] = 0.0
        const %back: int64[4] = [1, 4, 2, 3]
        const %ones: float32[2] = [1.0, 1.0]
        const %zeros: float32[2] = [0.0, 0.0]
        \(body)
        return %y
      }
      """
    let rewritten = try RewriteCase(text, "fuse-normalizations")
    #expect(rewritten.operators == [name])
    try rewritten.expectSameBits()
  }

  @Test func leavesTheShapeOfGroupsWhereItIsNeeded() throws {
    let text = """
      model opset 18
      graph main(%x: float32[1, 4, 2, 3]) -> (%y) {
        const %groups: int64[3] = [0, 2, -1]
        const %ones: float32[2] = [1.0, 1.0]
        const %zeros: float32[2] = [0.0, 0.0]
        %g = Reshape(%x, %groups)
        %i = InstanceNormalization(%g, %ones, %zeros)
        %l = Shape(%x)
        %b = Reshape(%i, %l)
        %e = ConstantOfShape(%l)
        %y = Concat(%b, %e) {axis = 0}
        return %y
      }
      """
    let rewritten = try RewriteCase(text, "fuse-normalizations")
    #expect(
      rewritten.operators == ["Shape", "ferry::GroupNormalization", "ConstantOfShape", "Concat"])
    try rewritten.expectSameBits()
  }

  @Test func leavesAMeanThatIsUsedOutsideAlone() throws {
    let body = """
      %m = ReduceMean(%x, %last)
      %d = Sub(%x, %m)
      %s = Pow(%d, %two)
      %v = ReduceMean(%s, %last)
      %e = Add(%v, %epsilon)
      %r = Sqrt(%e)
      %n = Div(%d, %r)
      %y = Add(%n, %m)
      """
    // What is normalized by its root mean square there is what was centred before.
    let rewritten = try RewriteCase(Self.graph(body), "fuse-normalizations")
    #expect(rewritten.operators == ["ReduceMean", "Sub", "ferry::RMSNormalization", "Add"])
    try rewritten.expectSameBits()
  }
}

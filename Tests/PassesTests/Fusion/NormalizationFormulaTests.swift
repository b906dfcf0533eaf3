import Testing

@Suite struct NormalizationFormulaTests {
  private static let layer = """
    const %axis: int64[1] = [-1] const %e: float32[] = 0.00001
    const %g: float32[3] = [1.0, 2.0, 3.0] const %b: float32[3] = [0.5, 0.5, 0.5]
    %m = ReduceMean(%x, %axis) %d = Sub(%x, %m) %q = Mul(%d, %d) %v = ReduceMean(%q, %axis)
    %p = Add(%v, %e) %r = Sqrt(%p) %n = Div(%d, %r)
    """

  /// With the factor of the numbers apart from their shift, as Keras computes it.
  private static let folded = """
    const %axis: int64[1] = [-1] const %e: float32[] = 0.00001
    const %g: float32[3] = [1.0, 2.0, 3.0] const %b: float32[3] = [0.5, 0.5, 0.5]
    %m = ReduceMean(%x, %axis) %d = Sub(%x, %m) %q = Mul(%d, %d) %v = ReduceMean(%q, %axis)
    %p = Add(%v, %e) %r = Sqrt(%p) %k = Neg(%m)
    """

  private static let shift = "%a = Mul(%x, %f) %o = Mul(%k, %f)"

  /// By the mean of the squares less the square of the mean, as JAX computes it.
  private static let onePass = """
    const %axis: int64[1] = [-1] const %e: float32[] = 0.00001 const %zero: float32[] = 0.0
    const %g: float32[3] = [1.0, 2.0, 3.0] const %b: float32[3] = [0.5, 0.5, 0.5]
    %m = ReduceMean(%x, %axis) %d = Sub(%x, %m) %q = Mul(%x, %x) %s = ReduceMean(%q, %axis)
    %k = Mul(%m, %m) %w = Sub(%s, %k) %v = Max(%w, %zero)
    %p = Add(%v, %e) %r = Sqrt(%p) %n = Div(%d, %r)
    """

  /// The inverse root mean square of what was given 32 bits.
  private static let halves = """
    const %axis: int64[1] = [-1] const %e: float32[] = 0.00001
    %w = Cast(%x) {to = 1}
    %q = Mul(%w, %w) %v = ReduceMean(%q, %axis) %p = Add(%v, %e) %r = Sqrt(%p) %i = Reciprocal(%r)
    """

  private static let softmax = """
    const %axis: int64[1] = [-1]
    %m = ReduceMax(%x, %axis) %d = Sub(%x, %m) %e = Exp(%d) %s = ReduceSum(%e, %axis)
    """

  static let rewrites: [Rewrite] = [
    Rewrite(
      "a layer's", layer + "%c = Mul(%n, %g) %y = Add(%c, %b)",
      "ferry::LayerNormalization(x, [1.0, 2.0, 3.0], [0.5, 0.5, 0.5])"),
    Rewrite(
      "a layer's without a shift", layer + "%y = Mul(%n, %g)",
      "ferry::LayerNormalization(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "a layer's alone", layer + "%y = Identity(%n)",
      "Identity(ferry::LayerNormalization(x))"),
    Rewrite(
      "a layer's without a scale", layer + "%y = Add(%n, %b)",
      "ferry::LayerNormalization(x, [0.5, 0.5, 0.5])"),
    Rewrite(
      "a layer's by a factor",
      folded + "%f = Div(%g, %r)" + shift + "%s = Add(%o, %b) %y = Add(%a, %s)",
      "ferry::LayerNormalization(x, [1.0, 2.0, 3.0], [0.5, 0.5, 0.5])"),
    Rewrite(
      "a layer's by a factor without a shift",
      folded + "%i = Reciprocal(%r) %f = Mul(%i, %g)" + shift + "%y = Add(%a, %o)",
      "ferry::LayerNormalization(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "a layer's by a factor alone",
      folded + "%f = Reciprocal(%r)" + shift + "%y = Add(%a, %o)",
      "ferry::LayerNormalization(x)"),
    Rewrite(
      "a layer's whose means drop their axis",
      """
      const %axis: int64[1] = [-1] const %to: int64[2] = [2, 1] const %e: float32[] = 0.00001
      %m0 = ReduceMean(%x, %axis) {keepdims = 0} %m = Unsqueeze(%m0, %axis)
      %d = Sub(%x, %m) %q = Mul(%d, %d)
      %v0 = ReduceMean(%q, %axis) {keepdims = 0} %v = Reshape(%v0, %to)
      %p = Add(%v, %e) %r = Sqrt(%p) %y = Div(%d, %r)
      """, "ferry::LayerNormalization(x)"),
    Rewrite(
      "two layers' of one value", layer + "%c = Mul(%n, %g) %z = Mul(%n, %b) %y = Sub(%c, %z)",
      "Sub(ferry::LayerNormalization(x, [1.0, 2.0, 3.0]), "
        + "ferry::LayerNormalization(x, [0.5, 0.5, 0.5]))"),
    Rewrite(
      "two layers' by factors of one deviation",
      folded + """
        %f = Div(%g, %r) %a = Mul(%x, %f) %o = Mul(%k, %f) %s = Add(%a, %o)
        %f2 = Div(%b, %r) %a2 = Mul(%x, %f2) %o2 = Mul(%k, %f2) %p2 = Add(%o2, %g) %s2 = Add(%a2, %p2)
        %y = Sub(%s, %s2)
        """,
      "Sub(ferry::LayerNormalization_2(x, [1.0, 2.0, 3.0]), "
        + "ferry::LayerNormalization(x, [0.5, 0.5, 0.5], [1.0, 2.0, 3.0]))"),
    Rewrite(
      "one layer's alone where its inner value is needed",
      layer + "%c = Mul(%n, %g) %z = Exp(%n) %y = Sub(%c, %z)",
      "Sub(Mul(ferry::LayerNormalization(x), [1.0, 2.0, 3.0]), "
        + "Exp(ferry::LayerNormalization(x)))"),
    Rewrite(
      "a layer's in one pass", onePass + "%c = Mul(%n, %g) %y = Add(%c, %b)",
      "ferry::LayerNormalization(x, [1.0, 2.0, 3.0], [0.5, 0.5, 0.5])"),
    Rewrite(
      "a layer's in one pass alone", onePass + "%y = Identity(%n)",
      "Identity(ferry::LayerNormalization(x))"),
    Rewrite(
      "no layer's by the squares of other numbers",
      inputs: "%x: float32[2, 3], %z: float32[2, 3]",
      """
      const %axis: int64[1] = [-1]
      %m = ReduceMean(%x, %axis) %d = Sub(%x, %m) %q = Mul(%z, %z) %s = ReduceMean(%q, %axis)
      %k = Mul(%m, %m) %w = Sub(%s, %k) %r = Sqrt(%w) %y = Div(%d, %r)
      """,
      "Div(Sub(x, ReduceMean(x, [-1])), Sqrt(Sub(ReduceMean(Mul(z, z), [-1]), "
        + "Mul(ReduceMean(x, [-1]), ReduceMean(x, [-1])))))"),
    Rewrite(
      "that by the root mean square",
      """
      const %axis: int64[1] = [-1] const %e: float32[] = 0.00001 const %two: float32[] = 2.0
      %q = Pow(%x, %two) %v = ReduceMean(%q, %axis) %p = Add(%v, %e) %r = Sqrt(%p)
      %y = Div(%x, %r)
      """, "ferry::RMSNormalization(x)"),
    Rewrite(
      "that with its scale first",
      """
      const %axis: int64[1] = [-1] const %e: float32[] = 0.00001
      const %g: float32[3] = [1.0, 2.0, 3.0]
      %q = Mul(%x, %x) %v = ReduceMean(%q, %axis) %p = Add(%v, %e) %r = Sqrt(%p)
      %i = Reciprocal(%r) %f = Mul(%i, %g) %y = Mul(%x, %f)
      """, "ferry::RMSNormalization(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "that with its scale divided by the root",
      """
      const %axis: int64[1] = [-1] const %e: float32[] = 0.00001
      const %g: float32[3] = [1.0, 2.0, 3.0]
      %q = Mul(%x, %x) %v = ReduceMean(%q, %axis) %p = Add(%v, %e) %r = Sqrt(%p)
      %f = Div(%g, %r) %y = Mul(%x, %f)
      """, "ferry::RMSNormalization(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "that with an average pool for the mean", inputs: "%x: float32[2, 4, 3]",
      """
      const %e: float32[] = 0.00001 const %g: float32[3] = [1.0, 2.0, 3.0]
      %q = Mul(%x, %x) %v = GlobalAveragePool(%q) %p = Add(%v, %e) %r = Sqrt(%p)
      %i = Reciprocal(%r) %n = Mul(%x, %i) %y = Mul(%n, %g)
      """, "ferry::RMSNormalization(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "that of halves in 32 bits", inputs: "%x: float16[2, 3]",
      halves + """
        const %g: float16[3] = [1.0, 2.0, 3.0]
        %n = Mul(%w, %i) %h = Cast(%n) {to = 10} %y = Mul(%h, %g)
        """, "ferry::RMSNormalization(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "that of halves with a scale of 32 bits", inputs: "%x: float16[2, 3]",
      halves + """
        const %g: float32[3] = [1.0, 2.0, 3.0]
        %n = Mul(%w, %i) %h = Mul(%n, %g) %y = Cast(%h) {to = 10}
        """, "ferry::RMSNormalization(x, [1.0, 2.0, 3.0])"),
    Rewrite(
      "that of integers behind what makes them numbers", inputs: "%x: int32[2, 3]",
      halves + "%n = Mul(%w, %i) %y = Cast(%n) {to = 10}",
      "Cast{to = 10}(ferry::RMSNormalization(Cast{to = 1}(x)))"),
    Rewrite(
      "no root mean square of other numbers", inputs: "%x: float32[2, 3], %z: float32[2, 3]",
      """
      const %axis: int64[1] = [-1]
      %q = Mul(%x, %x) %v = ReduceMean(%q, %axis) %r = Sqrt(%v) %y = Div(%z, %r)
      """, "Div(z, Sqrt(ReduceMean(Mul(x, x), [-1])))"),
    Rewrite("softmax", softmax + "%y = Div(%e, %s)", "ferry::Softmax(x)"),
    Rewrite(
      "no softmax whose sum is needed", softmax + "%z = Div(%e, %s) %y = Add(%z, %s)",
      "Add(Div(Exp(Sub(x, ReduceMax(x, [-1]))), ReduceSum(Exp(Sub(x, ReduceMax(x, [-1]))), [-1])), "
        + "ReduceSum(Exp(Sub(x, ReduceMax(x, [-1]))), [-1]))"),
  ]

  @Test(arguments: rewrites)
  func fuses(rewrite: Rewrite) throws { try rewrite.expect(by: "fuse-normalizations") }
}

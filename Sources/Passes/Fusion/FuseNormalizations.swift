import IR

extension RewritePass {
  /// Makes one operator of a normalization that was exported as its formula.
  ///
  ///     m = ReduceMean(x, -1)
  ///     d = Sub(x, m)
  ///     v = ReduceMean(Mul(d, d), -1)
  ///     n = Div(d, Sqrt(Add(v, 1e-5)))
  ///     y = Add(Mul(n, scale), bias)            →     y = ferry::LayerNormalization(x, scale, bias)
  static let fuseNormalizations = RewritePass(
    "fuse-normalizations", "Make one operator of the formula of a normalization", .exact,
    rules: [
      .fusing(
        "LayerNormalization", .op("Add", .op("Mul", Layer.normalized, .constant), .constant),
        Layer.folded, .op("Mul", Layer.normalized, .constant), Layer.normalized),
      .fusing(
        "RMSNormalization", .op("Mul", RootMeanSquare.normalized, .constant),
        RootMeanSquare.normalized),
      .fusing(
        "Softmax",
        .op("Div", softmaxPowers, .op("ReduceSum", softmaxPowers))),
      .fusing(
        "LpNormalization",
        .op("Div", x, .op(["Clip", "Max", "Expand"], .op("ReduceL2", x))),
        .op("Div", x, .op("Expand", .op(["Clip", "Max"], .op("ReduceL2", x))))),
    ], startingAtEnd: true)

  private static let x = Pattern.value("x")

  private static let softmaxPowers = Pattern.shared(
    "powers", .op("Exp", .op("Sub", x, .op("ReduceMax", x))))

  /// Ba, Kiros & Hinton 2016.
  private enum Layer {
    static let centred = Pattern.shared("centred", .op("Sub", x, .op("ReduceMean", x)))
    static let variance = Pattern.op("ReduceMean", .square(centred))
    static let deviation = Pattern.op("Sqrt", .op("Add", variance, .number(nil)))
    static let normalized = Pattern.any([
      .op("Div", centred, deviation), .op("Mul", centred, .op("Reciprocal", deviation)),
    ])

    /// Keras multiplies the inverse deviation by the scale first.
    static let means = ["ReduceMean", "GlobalAveragePool"]
    static let mean = Pattern.shared("mean", .op(means, x))
    static let spread = Pattern.op(
      "Sqrt", .op("Add", .op(means, .square(.op("Sub", x, mean))), .number(nil)))
    static let factor = Pattern.shared(
      "factor",
      .any([
        .op("Mul", .op("Reciprocal", spread), .constant), .op("Reciprocal", spread),
      ]))
    static let shift = Pattern.any([
      .op("Sub", .constant, .op("Mul", mean, factor)),
      .op("Add", .op("Mul", .op("Neg", mean), factor), .constant),
    ])
    static let folded = Pattern.op("Add", .op("Mul", x, factor), shift)
  }

  /// Zhang & Sennrich 2019.
  private enum RootMeanSquare {
    static let root = Pattern.op(
      "Sqrt", .op("Add", .op("ReduceMean", .square(x)), .number(nil)))
    static let normalized = Pattern.any([
      .op("Mul", x, .op("Reciprocal", root)), .op("Div", x, root),
      .op("Mul", x, .op("Div", .number(1), root)),
    ])
  }
}

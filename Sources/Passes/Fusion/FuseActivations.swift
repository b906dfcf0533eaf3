import IR

extension RewritePass {
  /// Makes one operator of an activation function that was exported as its formula.
  ///
  ///     a = Div(x, 1.4142)
  ///     b = Erf(a)
  ///     c = Add(b, 1)
  ///     d = Mul(x, c)
  ///     y = Mul(d, 0.5)               →     y = ferry::Gelu(x)
  static let fuseActivations = RewritePass(
    "fuse-activations", "Make one operator of the formula of an activation function", .exact,
    rules: [
      .fusing("Gelu", Gelu.halfLast, Gelu.halfFirst, Gelu.halfInside),
      .fusing("GeluTanh", GeluTanh.halfLast, GeluTanh.halfFirst, GeluTanh.halfInside),
      .fusing("Swish", .op("Mul", x, .op("Sigmoid", .any([x, .op("Mul", x, .number(nil))])))),
      .fusing("HardSwish", .op("Mul", x, .op("HardSigmoid", x))),
      .fusing("Mish", .op("Mul", x, .op("Tanh", .op("Softplus", x)))),
      .fusing(
        "HardSwish",
        .op("Div", .op("Mul", x, hardClip), .number(6)),
        .op("Mul", .op("Mul", x, hardClip), .number(1.0 / 6)),
        .op("Mul", x, .op("Div", hardClip, .number(6))),
        .op("Mul", x, .op("Mul", hardClip, .number(1.0 / 6)))),
      .fusing(
        "HardSigmoid", .op("Div", hardClip, .number(6)), .op("Mul", hardClip, .number(1.0 / 6))),
    ], startingAtEnd: true)

  private static let x = Pattern.value("x")

  private static let hardClip = Pattern.op("Clip", .op("Add", x, .number(3)))

  /// The Gaussian error linear unit by the error function (Hendrycks & Gimpel 2016).
  private enum Gelu {
    static let scaled = Pattern.any([
      .op("Div", x, .number(1.41421356)), .op("Mul", x, .number(0.70710678)),
    ])
    static let sum = Pattern.op("Add", .op("Erf", scaled), .number(1))
    static let halfLast = Pattern.op("Mul", .op("Mul", x, sum), .number(0.5))
    static let halfFirst = Pattern.op("Mul", .op("Mul", x, .number(0.5)), sum)
    static let halfInside = Pattern.op("Mul", x, .op("Mul", sum, .number(0.5)))
  }

  /// The same by the hyperbolic tangent.
  private enum GeluTanh {
    static let cube = Pattern.any([
      .op("Pow", x, .number(3)), .op("Mul", x, .op("Mul", x, x)),
    ])
    static let bracket = Pattern.any([
      .op("Add", .op("Mul", .op("Mul", x, x), .number(0.044715)), .number(1)),
      .op("Add", .op("Mul", .op("Mul", x, .number(0.044715)), x), .number(1)),
    ])
    static let inner = Pattern.any([
      .op("Add", x, .op("Mul", cube, .number(0.044715))),
      .op("Add", x, .op("Mul", .op("Mul", .op("Mul", x, .number(0.044715)), x), x)),
      .op("Mul", x, bracket),
    ])
    static let scaled = Pattern.any([
      .op("Mul", inner, .number(0.79788456)),
      .op("Mul", .op("Mul", x, .number(0.79788456)), bracket),
    ])
    static let sum = Pattern.op("Add", .op("Tanh", scaled), .number(1))
    static let halfLast = Pattern.op("Mul", .op("Mul", x, sum), .number(0.5))
    static let halfFirst = Pattern.op("Mul", .op("Mul", x, .number(0.5)), sum)
    static let halfInside = Pattern.op("Mul", x, .op("Mul", sum, .number(0.5)))
  }
}

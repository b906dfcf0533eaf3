import IR
import Tensors

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
    rules: beforeActivations("InstanceNormalization", channels)
      + beforeActivations("GroupNormalization", scaled(.op("Reshape", groups, .op("Shape", x))))
      + beforeActivations("GroupNormalization", scaled(.op("Reshape", groups))) + [
        // Ba, Kiros & Hinton 2016.
        .fusing("LayerNormalization", scaled(Centred.any.normalized), Folded.any.normalized),
        .fusing("RMSNormalization", .op("Mul", halves, .constant), halves),
        .fusing("RMSNormalization", RootMeanSquare.any.scaled, RootMeanSquare.any.normalized),
        .fusing(
          "Softmax",
          .op("Div", softmaxPowers, .op("ReduceSum", softmaxPowers))),
        .fusing(
          "LpNormalization",
          .op("Div", x, .op(["Clip", "Max", "Expand"], .op("ReduceL2", x))),
          .op("Div", x, .op("Expand", .op(["Clip", "Max"], .op("ReduceL2", x))))),
      ], startingAtEnd: true)

  private static let x = Pattern.value("x")

  /// What computes a mean: an average pool does that of the last axis of three.
  private static let means = ["ReduceMean", "GlobalAveragePool"]

  private static let softmaxPowers = Pattern.shared(
    "powers", .op("Exp", .op("Sub", x, .op("ReduceMax", x))))

  private static let channels = Pattern.op(
    "Add", .op("Mul", Centred.spatial.normalized, .constant), .constant,
    where: { $1.hasOperandByChannel($0) })

  /// Groups of channels before they get their shape back, by PyTorch for operator sets that lack
  /// them, by JAX and by Keras (Wu & He 2018).
  private static let groups = Pattern.any([
    .op("InstanceNormalization", .op("Reshape", x)), Centred.grouped.normalized,
    Folded.grouped.normalized,
  ])

  /// Numbers of 16 bits that are normalized in 32.
  private static let halves = Pattern.op(
    "Cast", .any([RootMeanSquare.wide.scaled, RootMeanSquare.wide.normalized]),
    where: { $1.castsNumbers($0) })

  private static let isOverSeveralAxes: Pattern.Condition = { node, graph in
    (graph.integers(1, of: node)?.count ?? 0) > 1
  }

  /// The rules for a normalization of images: the activation that follows is part of the operator.
  private static func beforeActivations(_ name: String, _ pattern: Pattern) -> [RewriteRule] {
    let normalized = Pattern.shared("normalized", pattern)
    return [
      .fusing(name + "Relu", .op("Relu", normalized)),
      .fusing(name + "Swish", .op("Mul", normalized, .op("Sigmoid", normalized))),
      .fusing(name, normalized),
    ]
  }

  /// What is normalized, with a scale and a shift where it has them.
  private static func scaled(_ normalized: Pattern) -> Pattern {
    let scaled = Pattern.op("Mul", normalized, .constant)
    return .any([
      .op("Add", scaled, .constant), .op("Add", normalized, .constant), scaled, normalized,
    ])
  }

  /// Numbers less their mean, in proportion to their deviation from it, over some axes.
  private struct Centred {
    static let any = Centred(x) { _, _ in true }

    /// Over the axes behind that of the channels (Ulyanov, Vedaldi & Lempitsky 2016).
    static let spatial = Centred(x) { node, graph in
      guard let rank = graph.shape(of: graph.input(0, of: node))?.rank, rank > 2,
        let axes = graph.integers(1, of: node)
      else { return false }
      return Set(axes.map { $0 < 0 ? $0 + rank : $0 }) == Set(2..<rank)
    }

    /// Over several axes behind the change of shape that forms groups.
    static let grouped = Centred(.shared("grouped", .op("Reshape", x)), over: isOverSeveralAxes)

    let normalized: Pattern

    /// Describes the normalization of a value by means over the axes that are meant.
    init(_ value: Pattern, over isWanted: @escaping Pattern.Condition) {
      func average(_ value: Pattern) -> Pattern {
        let reduced = Pattern.op("ReduceMean", value, where: isWanted)
        // A view may give the axes back that the mean has dropped.
        return .any([reduced, .op(["Reshape", "Unsqueeze"], reduced)])
      }
      let mean = Pattern.shared("mean", average(value))
      let difference = Pattern.op("Sub", value, mean)
      let centred = Pattern.shared(
        "centred",
        .any([difference, .op("Where", Self.isFlat(value, mean), .number(0), difference)]))
      // The mean of the squares less the square of the mean may be less than zero by rounding.
      let spread = Pattern.any([
        average(.square(centred)), .op("Sub", average(.square(value)), .square(mean)),
      ])
      let variance = Pattern.any([spread, .op("Max", spread, .number(0))])
      let deviation = Pattern.op("Sqrt", .op("Add", variance, .number(nil)))
      normalized = .any([
        .op("Div", centred, deviation), .op("Mul", centred, .op("Reciprocal", deviation)),
      ])
    }

    /// Whether all numbers are the same, and finite: JAX has them deviate from nothing then.
    private static func isFlat(_ value: Pattern, _ mean: Pattern) -> Pattern {
      .op(
        "And", .op("Equal", .op("ReduceMin", value), .op("ReduceMax", value)),
        .op("Equal", .op("Sub", mean, mean), .number(0)))
    }
  }

  /// Numbers times a factor, with a shift behind, both by the mean and the deviation: Keras has the
  /// scale be part of the factor.
  private struct Folded {
    static let any = Folded(x) { _, _ in true }
    static let grouped = Folded(.shared("grouped", .op("Reshape", x)), over: isOverSeveralAxes)

    let normalized: Pattern

    /// Describes the normalization of a value by means over the axes that are meant.
    init(_ value: Pattern, over isWanted: @escaping Pattern.Condition) {
      let mean = Pattern.shared("mean", .op(means, value, where: isWanted))
      let variance = Pattern.op(means, .square(.op("Sub", value, mean)), where: isWanted)
      let deviation = Pattern.op("Sqrt", .op("Add", variance, .number(nil)))
      let inverse = Pattern.op("Reciprocal", deviation)
      let factor = Pattern.shared(
        "factor",
        .any([.op("Mul", inverse, .constant), .op("Div", .constant, deviation), inverse]))
      let offset = Pattern.op("Mul", .op("Neg", mean), factor)
      let shift = Pattern.any([
        .op("Sub", .constant, .op("Mul", mean, factor)), .op("Add", offset, .constant), offset,
      ])
      normalized = .op("Add", .op("Mul", value, factor), shift)
    }
  }

  /// Zhang & Sennrich 2019.
  private struct RootMeanSquare {
    static let any = RootMeanSquare(x)
    static let wide = RootMeanSquare(
      .shared("wide", .op("Cast", x, where: { $1.castsNumbers($0) })))

    let normalized: Pattern
    /// The same with a scale, by which Keras multiplies the inverse root first.
    let scaled: Pattern

    init(_ value: Pattern) {
      let root = Pattern.op("Sqrt", .op("Add", .op(means, .square(value)), .number(nil)))
      let inverse = Pattern.any([.op("Reciprocal", root), .op("Div", .number(1), root)])
      normalized = .any([.op("Mul", value, inverse), .op("Div", value, root)])
      scaled = .any([
        .op("Mul", normalized, .constant), .op("Mul", value, .op("Mul", inverse, .constant)),
        .op("Mul", value, .op("Div", .constant, root)),
      ])
    }
  }
}

extension Graph {
  /// Whether an operand of a node is a constant with numbers for channels: [C, 1, 1].
  fileprivate func hasOperandByChannel(_ node: NodeID) -> Bool {
    (0..<inputCount(of: node)).contains { index in
      constant(index, of: node).map { $0.count > 1 && $0.rank > 1 && $0.shape.last == 1 } ?? false
    }
  }

  /// Whether a node gives floating-point numbers another precision.
  fileprivate func castsNumbers(_ node: NodeID) -> Bool {
    [input(0, of: node), output(0, of: node)].allSatisfy {
      elementType(of: $0)?.isFloatingPoint ?? false
    }
  }
}

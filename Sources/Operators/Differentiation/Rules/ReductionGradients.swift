import IR
import Tensors

extension DifferentiationRules {
  /// Operators that gather the elements along some axes, and those that normalize by such a sum.
  static let reductions = DifferentiationRules([
    "ReduceL1": .reduction { x, _, spread, new in new("Mul", new("Sign", x), spread) },
    "ReduceL2": .reduction { x, y, spread, new in
      // A norm of zero has no slope; it counts as zero.
      let isZero = new("Equal", y, new.scalar(0, like: y))
      let norm = new("Where", isZero, new.scalar(1, like: y), y)
      return new("Mul", new("Div", x, norm), spread)
    },
    "ReduceLogSum": .reduction { _, y, spread, new in new("Div", spread, new("Exp", y)) },
    "ReduceLogSumExp": .reduction { x, y, spread, new in
      new("Mul", new("Exp", new("Sub", x, y)), spread)
    },
    "ReduceMax": .gradient(extreme),
    "ReduceMean": .reduction { x, y, spread, new in
      let one = new.constant(Tensor(scalar: 1 as Int64))
      let count = new("Div", new("Size", x), new("Max", new("Size", y), one))
      return new("Div", spread, new("CastLike", count, x))
    },
    "ReduceMin": .gradient(extreme),
    "ReduceSum": .reduction { _, _, spread, _ in spread },
    "ReduceSumSquare": .reduction { x, _, spread, new in
      new("Mul", new("Mul", new.scalar(2, like: x), x), spread)
    },
    "LogSoftmax": .gradient { node, new throws(OperatorError) in
      let (y, g) = (try node.output(), try node.gradient())
      let sum = new("ReduceSum", g, new.integers([try node.value(of: softmaxAxis)]))
      return [new("Sub", g, new("Mul", new("Exp", y), sum))]
    },
    "Softmax": .gradient { node, new throws(OperatorError) in
      let (y, g) = (try node.output(), try node.gradient())
      let axes = new.integers([try node.value(of: softmaxAxis)])
      let mean = new("ReduceSum", new("Mul", g, y), axes)
      return [new("Mul", y, new("Sub", g, mean))]
    },
  ])

  private static let softmaxAxis = AttributeKey<Int>("axis", default: -1)

  /// Elements that are equally extreme share the gradient.
  private static let extreme: DifferentiationRule.Rewrite = { node, new throws(OperatorError) in
    let x = try node.input(0)
    let y = try new.reduced(node)
    let share = new("CastLike", new("Equal", x, y), x)
    let count = new(
      "ReduceSum", share, node.optionalInput(1), attributes: new.keepingAxes(node.node.attributes))
    let part = new("Div", new.reshape(try node.gradient(), like: y), count)
    return [new("Mul", share, part)]
  }
}

extension DifferentiationRule {
  /// Returns the rule of a reduction; `spread` is the gradient, repeated to the shape of `x`, and
  /// `y` is the result with all axes kept.
  fileprivate static func reduction(
    _ gradient:
      @escaping @Sendable (
        _ x: ValueID, _ y: ValueID, _ spread: ValueID, GradientBuilder
      ) -> ValueID
  ) -> DifferentiationRule {
    .gradient { node, new throws(OperatorError) in
      let x = try node.input(0)
      let y = try new.reduced(node)
      let spread = new("Expand", new.reshape(try node.gradient(), like: y), new("Shape", x))
      return [gradient(x, y, spread, new)]
    }
  }
}

extension GradientBuilder {
  /// Returns the result of a reduction with all axes kept.
  fileprivate func reduced(_ node: DifferentiatedNode) throws(OperatorError) -> ValueID {
    let y = try node.output()
    guard try !node.value(of: AttributeKey<Bool>("keepdims", default: true)) else { return y }
    return self(
      node.node.operatorID.name, try node.input(0), node.optionalInput(1),
      attributes: keepingAxes(node.node.attributes))
  }

  fileprivate func keepingAxes(_ attributes: Attributes) -> Attributes {
    var attributes = attributes
    attributes["keepdims"] = .int(1)
    return attributes
  }
}

import IR
import Tensors

extension DifferentiationRules {
  /// Arithmetic under broadcasting, and what chooses between numbers.
  static let arithmetic = DifferentiationRules([
    "Add": .binary { _, _, _, g, _ in (g, g) },
    "Sub": .binary { _, _, _, g, new in (g, new("Neg", g)) },
    "Mul": .binary { a, b, _, g, new in (new("Mul", g, b), new("Mul", g, a)) },
    "Div": .binary { _, b, y, g, new in
      let quotient = new("Div", g, b)
      return (quotient, new("Neg", new("Mul", quotient, y)))
    },
    "PRelu": .binary { x, slope, _, g, new in
      let zero = new.scalar(0, like: x)
      let isBelow = new("Less", x, zero)
      return (
        new("Where", isBelow, new("Mul", g, slope), g),
        new("Where", isBelow, new("Mul", g, x), zero)
      )
    },
    "Pow": .gradient(power),
    "Sum": .gradient { node, new throws(OperatorError) in
      let g = try node.gradient()
      return node.inputs.map { $0.map { new.sum(g, to: $0) } }
    },
    "Max": .gradient(extreme),
    "Min": .gradient(extreme),
    "Clip": .gradient { node, new throws(OperatorError) in
      let (x, g) = (try node.input(0), try node.gradient())
      var gradient = g
      for (bound, outside) in [(node.optionalInput(1), "Less"), (node.optionalInput(2), "Greater")]
      {
        guard let bound else { continue }
        gradient = new("Where", new(outside, x, bound), new.scalar(0, like: x), gradient)
      }
      return [gradient]
    },
    "Where": .gradient { node, new throws(OperatorError) in
      let (condition, g) = (try node.input(0), try node.gradient())
      let (a, b) = (try node.input(1), try node.input(2))
      let zero = new.scalar(0, like: g)
      return [
        nil, new.sum(new("Where", condition, g, zero), to: a),
        new.sum(new("Where", condition, zero, g), to: b),
      ]
    },
    "Cast": .gradient { node, new throws(OperatorError) in
      [new("CastLike", try node.gradient(), try node.input(0))]
    },
    "CastLike": .gradient { node, new throws(OperatorError) in
      let model = try node.input(1)
      return [
        new("CastLike", try node.gradient(), try node.input(0)), new.filled(0, like: model),
      ]
    },
    "CumSum": .gradient { node, new throws(OperatorError) in
      var attributes = node.node.attributes
      let isReverse = try node.value(of: AttributeKey<Bool>("reverse", default: false))
      attributes["reverse"] = .int(isReverse ? 0 : 1)
      return [new("CumSum", try node.gradient(), try node.input(1), attributes: attributes)]
    },
  ])

  /// The base has the slope b·a^(b-1), none where the exponent is zero; the exponent y·log a, none
  /// where the base is not positive.
  private static let power: DifferentiationRule.Rewrite = { node, new throws(OperatorError) in
    let (a, b) = (try node.input(0), try node.input(1))
    let (y, g) = (try node.output(), try node.gradient())
    let zero = new.scalar(0, like: a)
    let exponent = new("CastLike", b, a)
    let lower = new("Pow", a, new("Sub", exponent, new.scalar(1, like: a)))
    let slope = new(
      "Where", new("Equal", exponent, zero), zero, new("Mul", exponent, lower))
    let isPositive = new("Greater", a, zero)
    let logarithm = new("Log", new("Where", isPositive, a, new.scalar(1, like: a)))
    let growth = new("Mul", g, new("Mul", y, logarithm))
    return [
      new.sum(new("Mul", g, slope), to: a), new("CastLike", new.sum(growth, to: b), b),
    ]
  }

  /// Numbers that are equally extreme share the gradient.
  private static let extreme: DifferentiationRule.Rewrite = { node, new throws(OperatorError) in
    let (y, g) = (try node.output(), try node.gradient())
    var shares: [ValueID] = []
    for index in node.inputs.indices {
      shares.append(new("CastLike", new("Equal", try node.input(index), y), y))
    }
    let count = new.add("Sum", shares, outputCount: 1)[0]
    let part = new("Div", g, count)
    return zip(node.inputs, shares).map { input, share in
      input.map { new.sum(new("Mul", share, part), to: $0) }
    }
  }
}

extension DifferentiationRule {
  /// Returns the rule of an operator with two operands; the gradients are of the result's shape.
  fileprivate static func binary(
    _ gradients:
      @escaping @Sendable (
        _ a: ValueID, _ b: ValueID, _ y: ValueID, _ g: ValueID, GradientBuilder
      ) -> (ValueID, ValueID)
  ) -> DifferentiationRule {
    .gradient { node, new throws(OperatorError) in
      let (a, b) = (try node.input(0), try node.input(1))
      let (left, right) = gradients(a, b, try node.output(), try node.gradient(), new)
      return [new.sum(left, to: a), new.sum(right, to: b)]
    }
  }
}

import IR
import Tensors

extension DifferentiationRules {
  /// Functions of one real number.
  static let elementwise = DifferentiationRules([
    "Abs": .derivative { x, _, new in new("Sign", x) },
    "Acos": .derivative { x, _, new in
      new("Neg", new("Reciprocal", new("Sqrt", new.oneMinusSquare(of: x))))
    },
    "Acosh": .derivative { x, _, new in
      let root = new("Sqrt", new("Neg", new.oneMinusSquare(of: x)))
      return new("Reciprocal", root)
    },
    "Asin": .derivative { x, _, new in
      new("Reciprocal", new("Sqrt", new.oneMinusSquare(of: x)))
    },
    "Asinh": .derivative { x, _, new in
      new("Reciprocal", new("Sqrt", new.onePlusSquare(of: x)))
    },
    "Atan": .derivative { x, _, new in new("Reciprocal", new.onePlusSquare(of: x)) },
    "Atanh": .derivative { x, _, new in new("Reciprocal", new.oneMinusSquare(of: x)) },
    "Cos": .derivative { x, _, new in new("Neg", new("Sin", x)) },
    "Cosh": .derivative { x, _, new in new("Sinh", x) },
    "Erf": .derivative { x, _, new in
      let bell = new("Exp", new("Neg", new("Mul", x, x)))
      return new("Mul", new.scalar(1.1283791670955126, like: x), bell)
    },
    "Exp": .derivative { _, y, _ in y },
    "Log": .derivative { x, _, new in new("Reciprocal", x) },
    "Neg": .derivative { x, _, new in new.scalar(-1, like: x) },
    "Reciprocal": .derivative { _, y, new in new("Neg", new("Mul", y, y)) },
    "Sigmoid": .derivative { _, y, new in
      new("Mul", y, new("Sub", new.scalar(1, like: y), y))
    },
    "Sin": .derivative { x, _, new in new("Cos", x) },
    "Sinh": .derivative { x, _, new in new("Cosh", x) },
    "Softplus": .derivative { x, _, new in new("Sigmoid", x) },
    "Softsign": .derivative { x, _, new in
      let root = new("Reciprocal", new("Add", new.scalar(1, like: x), new("Abs", x)))
      return new("Mul", root, root)
    },
    "Sqrt": .derivative { x, y, new in new("Div", new.scalar(0.5, like: x), y) },
    "Tan": .derivative { _, y, new in new.onePlusSquare(of: y) },
    "Tanh": .derivative { _, y, new in new.oneMinusSquare(of: y) },

    "Celu": .derivative(alpha: 1) { _, y, alpha, new in
      let slope = new("Div", new("Add", y, alpha), alpha)
      return new("Min", new.scalar(1, like: y), slope)
    },
    "Elu": .pieces(alpha: 1) { x, y, alpha, new in
      (new("Less", x, new.scalar(0, like: x)), new("Add", y, alpha), new.scalar(1, like: x))
    },
    "HardSigmoid": .pieces(alpha: 0.2) { x, y, alpha, new in
      let isInside = new(
        "And", new("Greater", y, new.scalar(0, like: y)), new("Less", y, new.scalar(1, like: y)))
      return (isInside, alpha, new.scalar(0, like: x))
    },
    "HardSwish": .derivative { x, _, new in
      let slope = new("Add", new("Div", x, new.scalar(3, like: x)), new.scalar(0.5, like: x))
      let isBelow = new("Less", x, new.scalar(-3, like: x))
      let isAbove = new("Greater", x, new.scalar(3, like: x))
      let upper = new("Where", isAbove, new.scalar(1, like: x), slope)
      return new("Where", isBelow, new.scalar(0, like: x), upper)
    },
    "LeakyRelu": .pieces(alpha: 0.01) { x, _, alpha, new in
      (new("Less", x, new.scalar(0, like: x)), alpha, new.scalar(1, like: x))
    },
    "Relu": .pieces(alpha: 0) { x, _, _, new in
      let zero = new.scalar(0, like: x)
      return (new("Greater", x, zero), new.scalar(1, like: x), zero)
    },
    "Selu": .gradient { node, new throws(OperatorError) in
      let (x, y, g) = (try node.input(0), try node.output(), try node.gradient())
      let alpha = Double(
        try node.value(of: AttributeKey<Float>("alpha", default: 1.67326319217681884765625)))
      let gamma = Double(
        try node.value(of: AttributeKey<Float>("gamma", default: 1.05070102214813232421875)))
      let lower = new("Add", y, new.scalar(alpha * gamma, like: x))
      let isAbove = new("Greater", x, new.scalar(0, like: x))
      return [new("Mul", g, new("Where", isAbove, new.scalar(gamma, like: x), lower))]
    },
    "Shrink": .gradient { node, new throws(OperatorError) in
      let (x, g) = (try node.input(0), try node.gradient())
      let bound = Double(try node.value(of: AttributeKey<Float>("lambd", default: 0.5)))
      let isOutside = new("Greater", new("Abs", x), new.scalar(bound, like: x))
      return [new("Where", isOutside, g, new.scalar(0, like: x))]
    },
    "ThresholdedRelu": .pieces(alpha: 1) { x, _, alpha, new in
      (new("Greater", x, alpha), new.scalar(1, like: x), new.scalar(0, like: x))
    },
  ])
}

extension DifferentiationRule {
  /// Returns the rule of a function whose derivative follows from `x`, or from `y = f(x)`.
  fileprivate static func derivative(
    _ derivative: @escaping @Sendable (ValueID, ValueID, GradientBuilder) -> ValueID
  ) -> DifferentiationRule {
    .gradient { node, new throws(OperatorError) in
      [new("Mul", try node.gradient(), derivative(try node.input(0), try node.output(), new))]
    }
  }

  /// Returns the rule of a function with the parameter `alpha`.
  fileprivate static func derivative(
    alpha defaultValue: Float,
    _ derivative:
      @escaping @Sendable (ValueID, ValueID, _ alpha: ValueID, GradientBuilder) -> ValueID
  ) -> DifferentiationRule {
    .gradient { node, new throws(OperatorError) in
      let (x, y) = (try node.input(0), try node.output())
      let alpha = try node.value(of: AttributeKey<Float>("alpha", default: defaultValue))
      let slope = derivative(x, y, new.scalar(Double(alpha), like: x), new)
      return [new("Mul", try node.gradient(), slope)]
    }
  }

  /// Returns the rule of a function in two pieces: where the first holds, and the two derivatives.
  fileprivate static func pieces(
    alpha defaultValue: Float,
    _ pieces:
      @escaping @Sendable (ValueID, ValueID, _ alpha: ValueID, GradientBuilder) ->
      (ValueID, ValueID, ValueID)
  ) -> DifferentiationRule {
    derivative(alpha: defaultValue) { x, y, alpha, new in
      let (condition, first, second) = pieces(x, y, alpha, new)
      return new("Where", condition, first, second)
    }
  }
}

extension GradientBuilder {
  fileprivate func oneMinusSquare(of value: ValueID) -> ValueID {
    self("Sub", scalar(1, like: value), self("Mul", value, value))
  }

  fileprivate func onePlusSquare(of value: ValueID) -> ValueID {
    self("Add", scalar(1, like: value), self("Mul", value, value))
  }
}

import IR
import Tensors

extension DowngradeRules {
  /// Functions of single numbers that are made of others.
  static let functions = DowngradeRules([
    "Celu": [
      .function(from: 12) { node, new throws(OperatorError) in
        // α (exp(x / α) − 1) below zero: an Elu of another scale.
        let x = try node.input(0)
        let alpha = try node.value(of: AttributeKey<Float>("alpha", default: 1))
        let scale = new.scalar(Double(alpha), like: x)
        let negative = new("Mul", scale, new("Elu", new("Div", x, scale)))
        return [new("Where", new("Less", x, new.scalar(0, like: x)), negative, x)]
      }
    ],
    "Gelu": [.decomposition(of: "Gelu", from: 20)],
    "HardSwish": [
      .function(from: 14) { node, new throws(OperatorError) in
        let x = try node.input(0)
        let gate = new("HardSigmoid", x, attributes: ["alpha": .float(1 / 6), "beta": .float(0.5)])
        return [new("Mul", x, gate)]
      }
    ],
    "Mish": [.decomposition(of: "Mish", from: 18)],
    "SwiGLU": [
      .function(from: 28) { node, new throws(OperatorError) in
        let alpha = try node.value(of: AttributeKey<Float>("alpha", default: 1))
        let gate = new("Swish", try node.input(0), attributes: ["alpha": .float(alpha)])
        return [new("Mul", gate, try node.input(1))]
      }
    ],
    "Swish": [.decomposition(of: "Swish", from: 24)],
  ])

  /// Operators that normalize along axes.
  static let normalizations = DowngradeRules([
    "GroupNormalization": [.decomposition(of: "GroupNormalization", from: 21)],
    "LayerNormalization": [.decomposition(of: "LayerNormalization", from: 17)],
    "MeanVarianceNormalization": [
      .function(from: 9) { node, new throws(OperatorError) in
        let x = try node.input(0)
        let axes = AttributeKey<[Int]>("axes", default: [0, 2, 3])
        let list = new.integers(try node.value(of: axes))
        let centered = new("Sub", x, new("ReduceMean", x, list))
        let variance = new("ReduceMean", new("Mul", centered, centered), list)
        let deviation = new("Add", new("Sqrt", variance), new.scalar(1e-9, like: x))
        return [new("Div", centered, deviation)]
      }
    ],
    "RMSNormalization": [.decomposition(of: "RMSNormalization", from: 23)],
  ])
}

extension OperatorDowngrade {
  /// An operator is replaced by those that it is a function of.
  ///
  /// As kernels do, the new nodes compute in at least 32 bits and round the results once, unless the
  /// operator is one that rounds at every step.
  static func function(
    from version: Int, roundsEachStep: Bool = false,
    _ function: @escaping DifferentiationRule.Rewrite
  ) -> Self {
    OperatorDowngrade(from: version, isExact: false) { node throws(OperatorError) in
      let new = node.new
      let inputs = roundsEachStep ? node.inputs : node.inputs.map { $0.map(new.widened) }
      let values = try function(DifferentiatedNode(node: node.node, inputs: inputs), new)
      try node.replace(
        with: zip(node.outputs, values).map { output, value in
          guard let output, let value else { return nil }
          let (declared, type) = (new.elementType(of: output), new.elementType(of: value))
          guard let declared, declared != type else { return value }
          return new("Cast", value, attributes: ["to": .int(Int64(declared.rawValue))])
        })
    }
  }

  /// An operator is replaced by those that its derivative follows from.
  static func decomposition(of name: String, from version: Int) -> Self {
    function(from: version) { node, new throws(OperatorError) in
      guard case .decomposition(let rewrite)? = DifferentiationRules.decompositions.rules[name]
      else { throw OperatorError(.unsupported, "there is no decomposition of \(name)") }
      return try rewrite(node, new)
    }
  }
}

extension GradientBuilder {
  /// Returns a floating-point value with at least 32 bits.
  fileprivate func widened(_ value: ValueID) -> ValueID {
    guard let type = elementType(of: value), type.isFloatingPoint, type.bitWidth < 32 else {
      return value
    }
    let wide = Int64(ElementType.float32.rawValue)
    return self("Cast", value, attributes: ["to": .int(wide)])
  }
}

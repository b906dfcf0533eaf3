import IR
import Tensors

extension DifferentiationRules {
  /// Operators that are functions of simpler ones.
  static let decompositions = DifferentiationRules([
    "BatchNormalization": .decomposition(batchNormalization),
    "Dropout": .decomposition { node, new throws(OperatorError) in
      // A mode that is no constant may be that of training.
      if let mode = node.optionalInput(2) {
        let constant = new.graph.isConstant(mode) ? new.graph.constant(of: mode) : nil
        guard constant?.reshaped(to: []) == Tensor(scalar: false) else {
          throw OperatorError(.unsupported, "Dropout has no derivative in training")
        }
      }
      let x = try node.input(0)
      return [new("Identity", x), new("Equal", x, x)]
    },
    "Gelu": .decomposition(gelu),
    "GlobalAveragePool": .decomposition { node, new throws(OperatorError) in
      [new("ReduceMean", try node.input(0), try new.spatialAxes(of: try node.input(0)))]
    },
    "GlobalMaxPool": .decomposition { node, new throws(OperatorError) in
      [new("ReduceMax", try node.input(0), try new.spatialAxes(of: try node.input(0)))]
    },
    "GroupNormalization": .decomposition { node, new throws(OperatorError) in
      let x = try node.input(0)
      let count = try node.value(of: AttributeKey<Int>("num_groups"))
      let batch = new.extents(of: x, from: 0, to: 1)
      let groups = new("Reshape", x, new.join([batch, new.integers([count, -1])]))
      let standard = new.standardized(
        groups, axes: new.integers([2]), epsilon: try node.value(of: epsilon))
      let scale = try new.perChannel(try node.input(1), of: x)
      let shift = try new.perChannel(try node.input(2), of: x)
      let scaled = new("Mul", new.reshape(standard.value, like: x), scale)
      return [new("Add", scaled, shift)]
    },
    "InstanceNormalization": .decomposition { node, new throws(OperatorError) in
      let x = try node.input(0)
      let standard = new.standardized(
        x, axes: try new.spatialAxes(of: x), epsilon: try node.value(of: epsilon))
      let scale = try new.perChannel(try node.input(1), of: x)
      let shift = try new.perChannel(try node.input(2), of: x)
      return [new("Add", new("Mul", standard.value, scale), shift)]
    },
    "LayerNormalization": .decomposition { node, new throws(OperatorError) in
      let (x, scale) = (try node.input(0), try node.input(1))
      let axes = try new.lastAxes(of: x, from: try node.value(of: axis))
      let standard = new.standardized(x, axes: axes, epsilon: try node.value(of: epsilon))
      let scaled = new("Mul", standard.value, scale)
      let y = node.optionalInput(2).map { new("Add", scaled, $0) } ?? scaled
      return [y, standard.mean, standard.inverseDeviation]
    },
    "Mean": .decomposition { node, new throws(OperatorError) in
      let sum = new.add("Sum", node.inputs, outputCount: 1)[0]
      return [new("Div", sum, new.scalar(Double(node.inputs.count), like: sum))]
    },
    "Mish": .decomposition { node, new throws(OperatorError) in
      let x = try node.input(0)
      return [new("Mul", x, new("Tanh", new("Softplus", x)))]
    },
    "RMSNormalization": .decomposition { node, new throws(OperatorError) in
      let (x, scale) = (try node.input(0), try node.input(1))
      let axes = try new.lastAxes(of: x, from: try node.value(of: axis))
      let square = new("ReduceMean", new("Mul", x, x), axes)
      let root = new.inverseRoot(square, epsilon: try node.value(of: epsilon))
      return [new("Mul", new("Mul", x, root), scale)]
    },
    "Swish": .decomposition { node, new throws(OperatorError) in
      let x = try node.input(0)
      let alpha = try node.value(of: AttributeKey<Float>("alpha", default: 1))
      let scaled = new("Mul", new.scalar(Double(alpha), like: x), x)
      return [new("Mul", x, new("Sigmoid", scaled))]
    },
  ])

  private static let axis = AttributeKey<Int>("axis", default: -1)
  private static let epsilon = AttributeKey<Float>("epsilon", default: 1e-5)

  private static let batchNormalization: DifferentiationRule.Rewrite = {
    node, new throws(OperatorError) in
    guard try !node.value(of: AttributeKey<Bool>("training_mode", default: false)) else {
      throw OperatorError(.unsupported, "BatchNormalization has no derivative in training")
    }
    let x = try node.input(0)
    var parameters: [ValueID] = []
    for index in 1...4 { parameters.append(try new.perChannel(try node.input(index), of: x)) }
    let root = new.inverseRoot(parameters[3], epsilon: try node.value(of: epsilon))
    let standard = new("Mul", new("Sub", x, parameters[2]), root)
    return [new("Add", new("Mul", standard, parameters[0]), parameters[1])]
  }

  private static let gelu: DifferentiationRule.Rewrite = { node, new throws(OperatorError) in
    let x = try node.input(0)
    let half = new("Mul", new.scalar(0.5, like: x), x)
    let one = new.scalar(1, like: x)
    guard try node.value(of: AttributeKey<String>("approximate", default: "none")) == "tanh" else {
      let argument = new("Mul", new.scalar(0.5.squareRoot(), like: x), x)
      return [new("Mul", half, new("Add", one, new("Erf", argument)))]
    }
    let cube = new("Mul", new("Mul", x, x), new("Mul", new.scalar(0.044715, like: x), x))
    let argument = new(
      "Mul", new.scalar((2 / Double.pi).squareRoot(), like: x), new("Add", x, cube))
    return [new("Mul", half, new("Add", one, new("Tanh", argument)))]
  }
}

extension GradientBuilder {
  /// Returns 1 / √(value + epsilon).
  fileprivate func inverseRoot(_ value: ValueID, epsilon: Float) -> ValueID {
    self("Reciprocal", self("Sqrt", self("Add", value, scalar(Double(epsilon), like: value))))
  }

  /// Returns a value with mean 0 and variance 1 along some axes, and what made it so.
  fileprivate func standardized(
    _ value: ValueID, axes: ValueID, epsilon: Float
  ) -> (value: ValueID, mean: ValueID, inverseDeviation: ValueID) {
    let mean = self("ReduceMean", value, axes)
    let centered = self("Sub", value, mean)
    let variance = self("ReduceMean", self("Mul", centered, centered), axes)
    let root = inverseRoot(variance, epsilon: epsilon)
    return (self("Mul", centered, root), mean, root)
  }

  /// Returns the axes behind the batch and the channels as a list.
  fileprivate func spatialAxes(of value: ValueID) throws(OperatorError) -> ValueID {
    integers(Array(2..<max(2, try rank(of: value))))
  }

  /// Returns the axes from one on as a list.
  fileprivate func lastAxes(of value: ValueID, from axis: Int) throws(OperatorError) -> ValueID {
    let rank = try rank(of: value)
    return integers(Array((try normalizedAxis(axis, rank: rank))..<rank))
  }

  /// Gives a list with a number for each channel the axes behind that of the channels.
  fileprivate func perChannel(
    _ list: ValueID, of value: ValueID
  ) throws(OperatorError) -> ValueID {
    self("Unsqueeze", list, integers(Array(1..<max(1, try rank(of: value) - 1))))
  }
}

import IR
import Tensors

extension DifferentiationRules {
  /// Operators that move elements and do not look at them.
  static let movement = DifferentiationRules([
    "Identity": .gradient { node, _ throws(OperatorError) in [try node.gradient()] },
    "Flatten": .reshaping, "Reshape": .reshaping, "Squeeze": .reshaping, "Unsqueeze": .reshaping,
    "Expand": .gradient { node, new throws(OperatorError) in
      [new.sum(try node.gradient(), to: try node.input(0))]
    },
    "Transpose": .gradient(transposition),
    "Concat": .gradient { node, new throws(OperatorError) in
      let axis = try node.value(of: AttributeKey<Int>("axis"))
      let inputs = node.inputs.compactMap { $0 }
      let sizes = inputs.map { new("Gather", new("Shape", $0), new.integers([axis])) }
      return new.add(
        "Split", [try node.gradient(), new.join(sizes)], attributes: ["axis": .int(Int64(axis))],
        outputCount: inputs.count)
    },
    "Split": .gradient { node, new throws(OperatorError) in
      let axis = try node.value(of: AttributeKey<Int>("axis", default: 0))
      let parts = zip(node.outputs, node.gradients).map { output, gradient in
        gradient ?? output.map { new.filled(0, like: $0) }
      }
      return new.add("Concat", parts, attributes: ["axis": .int(Int64(axis))], outputCount: 1)
    },
    "CenterCropPad": .moving, "Compress": .moving, "DepthToSpace": .moving, "Gather": .moving,
    "GatherElements": .moving, "GatherND": .moving, "ReverseSequence": .moving, "Slice": .moving,
    "SpaceToDepth": .moving, "Tile": .moving, "Trilu": .moving,
    "Pad": .gradient { node, new throws(OperatorError) in
      // What is filled in comes from no position.
      let others = [node.optionalInput(1), nil, node.optionalInput(3)]
      return [try moved(node, others, new)]
    },
    "ScatterElements": .scattering(gatheredBy: "GatherElements"),
    "ScatterND": .scattering(gatheredBy: "GatherND"),
  ])

  private static let transposition: DifferentiationRule.Rewrite = {
    node, new throws(OperatorError) in
    let g = try node.gradient()
    guard let axes = try node.node.attributes.value(of: OptionalAttributeKey<[Int]>("perm")) else {
      return [new("Transpose", g)]
    }
    var inverse = [Int64](repeating: 0, count: axes.count)
    for (index, axis) in axes.enumerated() {
      inverse[try normalizedAxis(axis, rank: axes.count)] = Int64(index)
    }
    return [new("Transpose", g, attributes: ["perm": .ints(inverse)])]
  }

  /// Returns the gradient of the first input of a node, whose other inputs say what moves where.
  fileprivate static func moved(
    _ node: DifferentiatedNode, _ others: [ValueID?], _ new: GradientBuilder
  ) throws(OperatorError) -> ValueID {
    new.gradient(try node.gradient(), of: try node.input(0)) { positions in
      new.add(
        node.node.operatorID.name, [positions] + others, attributes: node.node.attributes,
        outputCount: 1)[0]
    }
  }
}

extension DifferentiationRule {
  /// The elements stay in their order.
  fileprivate static let reshaping = gradient { node, new throws(OperatorError) in
    [new.reshape(try node.gradient(), like: try node.input(0))]
  }

  /// Positions follow the elements of the first input.
  fileprivate static let moving = gradient { node, new throws(OperatorError) in
    [try DifferentiationRules.moved(node, Array(node.inputs.dropFirst()), new)]
  }

  /// Updates come from where they were written; what they replaced has no gradient.
  fileprivate static func scattering(gatheredBy gather: String) -> DifferentiationRule {
    gradient { node, new throws(OperatorError) in
      let (indices, updates, g) = (try node.input(1), try node.input(2), try node.gradient())
      let name = node.node.operatorID.name
      let reduction = try node.value(of: AttributeKey<String>("reduction", default: "none"))
      guard reduction == "none" || reduction == "add" else {
        throw OperatorError(.unsupported, "\(name) has no derivative with reduction \(reduction)")
      }
      var axis = node.node.attributes
      axis["reduction"] = nil
      let kept =
        reduction == "add"
        ? g : new(name, g, indices, new.filled(0, like: updates), attributes: axis)
      return [kept, nil, new(gather, g, indices, attributes: axis)]
    }
  }
}

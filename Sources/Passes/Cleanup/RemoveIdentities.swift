import IR
import Tensors

extension RewritePass {
  /// Removes nodes whose output is their first input.
  ///
  ///     y = Identity(x)                     z = Relu(x)
  ///     z = Relu(y)                   →
  ///
  /// Dropout counts where it is not in training, a Cast to the type there is, a Reshape, Expand,
  /// Slice, Pad, Tile, Transpose or Resize that keeps the shape, a Concat or Sum of one input,
  /// arithmetic with its neutral element, and the Shape of one number that was spread to a shape.
  static let removeIdentities = RewritePass(
    "remove-identities", "Remove nodes whose output is their input", .exact,
    rules: Identities.always + Identities.byShape + Identities.arithmetic + [Identities.shape])
}

private enum Identities {
  /// A rule that puts the first input in the place of the output.
  static func rule(
    _ operators: String..., when isIdentity: @escaping @Sendable (NodeID, Graph) -> Bool
  ) -> RewriteRule {
    RewriteRule(of: operators) { node, model in
      let graph = model.graph
      guard let input = graph.input(0, of: node), !graph.hasFurtherOutputs(node),
        isIdentity(node, graph)
      else { return nil }
      return { $0.graph.replace(node, with: input) }
    }
  }

  static let always = [
    rule("Identity") { _, _ in true },
    rule("Concat", "Sum", "Max", "Min", "Mean") { node, graph in graph.inputCount(of: node) == 1 },
    rule("Dropout") { node, graph in
      guard graph.input(2, of: node) != nil else { return true }
      return graph.constant(2, of: node)?.isFalse ?? false
    },
    rule("Cast", "CastLike") { node, graph in
      guard let type = graph.elementType(of: graph.output(0, of: node)) else { return false }
      return type == graph.elementType(of: graph.input(0, of: node))
    },
  ]

  /// Operators that keep the elements in their order, or all of them, when they keep the shape.
  static let byShape = [
    rule("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand", "Split") { node, graph in
      graph.haveEqualTypes(graph.input(0, of: node), graph.output(0, of: node))
    },
    rule("Slice") { node, graph in
      guard graph.haveEqualTypes(graph.input(0, of: node), graph.output(0, of: node)) else {
        return false
      }
      return graph.input(4, of: node) == nil
        || graph.integers(4, of: node)?.allSatisfy { $0 > 0 } ?? false
    },
    rule("Pad") { node, graph in graph.integers(1, of: node)?.allSatisfy { $0 == 0 } ?? false },
    rule("Tile") { node, graph in graph.integers(1, of: node)?.allSatisfy { $0 == 1 } ?? false },
    rule("Transpose") { node, graph in
      guard let permutation = graph.permutation(of: node) else { return false }
      return permutation == Array(permutation.indices)
    },
    rule("Resize") { node, graph in
      graph.constant(2, of: node)?.isFilled(with: 1) ?? false
        && graph[node].attributes["coordinate_transformation_mode"] != .string("tf_crop_and_resize")
        && graph.haveEqualTypes(graph.input(0, of: node), graph.output(0, of: node))
    },
  ]

  /// The shape of what is made with a shape.
  static let shape = RewriteRule(of: "Shape") { node, model in
    let graph = model.graph
    guard graph[node].attributes.isEmpty, let value = graph.input(0, of: node),
      let shape = graph.shapeOperand(of: value)
    else { return nil }
    return { $0.graph.replace(node, with: shape) }
  }

  /// Arithmetic with its neutral element: x + 0 is left alone, it makes +0 of -0.
  static let arithmetic = [
    rule("Mul", "Div", "Pow") { node, graph in graph.hasOperand(1, filledWith: 1, of: node) },
    rule("Sub", "BitShift") { node, graph in graph.hasOperand(1, filledWith: 0, of: node) },
    rule("Add") { node, graph in
      let isInteger = graph.elementType(of: graph.input(0, of: node))?.isInteger ?? false
      return graph.hasOperand(1, filledWith: isInteger ? 0 : -0.0, of: node)
    },
  ]
}

extension RewritePass {
  /// Puts the constant operand of a sum or a product second, where rules look for it, and makes an
  /// Add of a Sum of two.
  ///
  ///     y = Mul(2, x)                 →     y = Mul(x, 2)
  static let orderOperands = RewritePass(
    "order-operands", "Put constants second in sums and products", .exact,
    rules: [
      RewriteRule(of: "Sum") { node, model in
        guard model.graph.inputCount(of: node) == 2 else { return nil }
        return { $0.graph.update(node) { $0.operatorID = .newest("Add") } }
      },
      RewriteRule(of: "Add", "Mul") { node, model in
        let graph = model.graph
        guard let first = graph.input(0, of: node), let second = graph.input(1, of: node),
          graph.isConstant(first), !graph.isConstant(second),
          // Of two that are no numbers the first decides on the bits of the result.
          let tensor = graph.fixedTensor(of: first),
          !tensor.elementType.isFloatingPoint || tensor.isFinite
        else { return nil }
        return { $0.graph.setInputs([second, first], of: node) }
      },
    ])
}

extension Graph {
  /// The shape that a value of equal elements was made with.
  fileprivate func shapeOperand(of value: ValueID) -> ValueID? {
    if let node = producer(of: value, named: "ConstantOfShape") { return input(0, of: node) }
    guard let node = producer(of: value, named: "Expand"), constant(0, of: node)?.rank == 0 else {
      return nil
    }
    return input(1, of: node)
  }

  /// Whether an operand is a constant of one number that takes no part in the shape of the output.
  fileprivate func hasOperand(_ index: Int, filledWith number: Double, of node: NodeID) -> Bool {
    guard let tensor = constant(index, of: node), tensor.isFilled(with: number) else {
      return false
    }
    let (input, output) = (input(0, of: node), output(0, of: node))
    guard elementType(of: input) == elementType(of: output), elementType(of: input) != nil else {
      return false
    }
    if tensor.count == 1, let rank = shape(of: input)?.rank, tensor.rank <= rank { return true }
    return haveEqualTypes(input, output)
  }
}

extension Tensor {
  /// Whether the tensor is one `false`.
  fileprivate var isFalse: Bool {
    elementType == .bool && count == 1 && withScalars(of: Bool.self) { $0[0] == false }
  }
}

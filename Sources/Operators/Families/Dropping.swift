import IR
import Tensors

extension OperatorFamily {
  /// Operators that drop elements at random while a model is trained.
  static let dropping = OperatorFamily("dropping", [.dropout])
}

private enum Dropout: RealKernel {
  static let seed = OptionalAttributeKey<Int>("seed")
  static let types: ElementTypes = [.floats, .float8]

  /// Returns the seed of a node, or else one that belongs to its name.
  static func seed(of node: Node) throws(OperatorError) -> UInt32 {
    if let seed = try node.attributes.value(of: seed) { return UInt32(truncatingIfNeeded: seed) }
    // FNV-1a.
    return node.name.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  /// Whether elements are dropped at all.
  static func isTraining(_ context: borrowing KernelContext) throws(OperatorError) -> Bool {
    guard let mode = try context.optionalTensor(2) else { return false }
    guard mode.count == 1 else {
      throw OperatorError(
        .incompatibleShapes, "training_mode holds \(mode.count) flags, not one")
    }
    return mode.scalars(of: Bool.self)[0]
  }

  /// Returns the share of elements that are dropped.
  static func ratio<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> Scalar {
    guard let tensor = try context.optionalTensor(1) else { return 0.5 }
    guard tensor.count == 1 else {
      throw OperatorError(.incompatibleShapes, "ratio holds \(tensor.count) numbers, not one")
    }
    let ratio = tensor.scalars(of: Scalar.self)[0]
    guard ratio >= 0, ratio < 1 else {
      throw OperatorError(
        .invalidValue, "ratio is \(ratio)", remedy: "use a number from 0 to below 1")
    }
    return ratio
  }

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let data = try context.tensor(0)
    let ratio = try isTraining(context) ? ratio(context, in: Scalar.self) : 0
    guard ratio > 0 else {
      let kept = Tensor(of: Bool.self, shape: data.shape) { $0.initialize(repeating: true) }
      return [data, kept]
    }
    var numbers = MersenneTwister(seed: try seed(of: context.node))
    let mask = Tensor(of: Bool.self, shape: data.shape) { flags in
      for index in flags.indices { flags[index] = numbers.nextUnit() >= ratio.double }
    }
    let scale = 1 / (1 - ratio)
    let output = mask.withScalars(of: Bool.self) { flags in
      data.withScalars(of: Scalar.self) { input in
        Tensor(of: Scalar.self, shape: data.shape) { result in
          for index in input.indices {
            result[index] = (flags[index] ? 1 : 0) * input[index] * scale
          }
        }
      }
    }
    return [output, mask]
  }
}

extension OperatorDefinition {
  /// Returns the input; in training mode a part of the elements is zero and the others are scaled.
  fileprivate static let dropout = OperatorDefinition(
    OperatorSchema(
      "Dropout", versions: [1, 6, 7, 10, 12, 13, 22],
      inputs: [
        .required("data", "T"), .optional("ratio", "T1"), .optional("training_mode", "T2"),
      ],
      outputs: [.required("output", "T"), .optional("mask", "T2")],
      attributes: [Dropout.seed.declaration],
      constraints: [
        "T": .tensors(Dropout.types), "T1": .tensors(Dropout.types), "T2": .tensors(.bool),
      ]),
    upgrades: [
      OperatorUpgrade(to: 7) { graph, node throws(OperatorError) in
        let isTest = AttributeKey<Bool>("is_test", default: false)
        let isTraining = try !graph[node].attributes.value(of: isTest)
        graph.update(node) { node in
          for name in ["is_test", "consumed_inputs"] { node.attributes[name] = nil }
        }
        if isTraining { graph.setInput(2, of: node, toConstant: Tensor(scalar: true)) }
      },
      OperatorUpgrade(to: 10) { graph, node in castMask(of: node, in: &graph) },
      .floatAttributeToInput("ratio", input: 1, at: 12),
    ],
    inferTypes: { context in
      [InferredValue(context.type(0)), .tensor(.bool, context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in
      // What is only handed on keeps its bits and takes no time.
      if try !Dropout.isTraining(context), !context.wantsOutput(1) {
        return [.tensor(try context.tensor(0))]
      }
      return try real(Dropout.self)(context)
    })

  /// Before version 10 the mask had the type of the data.
  private static func castMask(of node: NodeID, in graph: inout Graph) {
    guard let mask = graph.output(1, of: node), graph.hasUses(mask),
      let data = graph.input(0, of: node)
    else { return }
    let cast = graph.add(
      Node(OperatorID("CastLike"), lineage: graph[node].lineage), inputs: [mask, data],
      results: [""], at: .after(node))
    guard let numbers = graph.output(0, of: cast) else { return }
    graph.replaceUses(of: mask, with: numbers)
    graph.setInput(0, of: cast, to: mask)
  }
}

import IR
import Tensors

/// The addition of nodes to a graph, in the newest forms of their operators, before one node.
///
/// What is known of the types of results is derived at once, so that rules can look at ranks.
final class GradientBuilder {
  private(set) var graph: Graph
  private let registry: OperatorRegistry
  private var elements: [ValueID: SymbolicTensor] = [:]
  private var count = 0
  private var added: [NodeID] = []
  private let isWritten: Bool

  /// The node that the nodes stand for.
  private(set) var place: NodeID

  /// Derivatives of derivatives grow exponentially.
  private static let maximumCount = 1 << 20

  /// For a graph that `isWritten` to a file nodes have names of their own, and numbers the types that
  /// the graph declares, also where an execution in 64 bits could do with all digits.
  init(
    _ graph: Graph, _ registry: OperatorRegistry, place: NodeID, isWritten: Bool = false
  ) {
    self.graph = graph
    self.isWritten = isWritten
    self.registry = registry
    self.place = place
  }

  /// Adds a node with one result.
  func callAsFunction(
    _ name: String, _ inputs: ValueID?..., attributes: Attributes = [:]
  ) -> ValueID {
    add(name, inputs, attributes: attributes, outputCount: 1)[0]
  }

  /// Adds a node that is named after the one that it stands for.
  func add(
    _ name: String, _ inputs: [ValueID?], attributes: Attributes = [:], outputCount: Int
  ) -> [ValueID] {
    let origin = graph[place]
    let own = origin.name.isEmpty || !isWritten ? origin.name : "\(origin.name)/\(name)_\(count)"
    let node = Node(
      OperatorID(name), attributes: attributes, name: own, lineage: origin.lineage)
    return add(node, inputs, outputCount: outputCount)
  }

  /// Adds a node whose outputs are all there.
  func add(_ node: Node, _ inputs: [ValueID?], outputCount: Int) -> [ValueID] {
    count += 1
    let results = [Graph.Result?](repeating: "", count: outputCount)
    let id = graph.add(node, inputs: inputs, results: results, at: .before(place))
    added.append(id)
    let outputs = graph.outputs(of: id).compactMap { $0 }
    for (value, known) in zip(outputs, inferred(node, inputs, outputCount)) {
      graph.setType(known.type, of: value)
      elements[value] = known.elements
    }
    return outputs
  }

  /// Adds a tensor.
  func constant(_ tensor: Tensor) -> ValueID {
    graph.addConstant(tensor, in: block)
  }

  /// The block that the nodes go to.
  var block: BlockID { graph.block(of: place) }

  /// Goes on before another node.
  func move(before node: NodeID) {
    place = node
    added = []
  }

  /// Removes the nodes added here that `results` do not depend on: gradients that nobody asks for.
  func removeUnused(keeping results: Set<ValueID>) {
    for node in added.reversed() {
      let outputs = graph.outputs(of: node).compactMap { $0 }
      if !outputs.contains(where: { graph.hasUses($0) || results.contains($0) }) {
        graph.remove(node)
      }
    }
    added = []
  }

  /// Changes the graph directly.
  func edit(_ change: (inout Graph) -> Void) { change(&graph) }

  /// Counts nodes that are looked at besides those that are added.
  ///
  /// - Throws: `limitExceeded` when there are too many by now.
  func checkCount(adding nodes: Int = 0) throws(OperatorError) {
    count += nodes
    guard count <= Self.maximumCount else {
      throw OperatorError(
        .limitExceeded, "derivatives take more than \(Self.maximumCount) nodes",
        remedy: "differentiate less often")
    }
  }

  // Errors come again, with the node's name, when the graph is executed.
  private func inferred(
    _ node: Node, _ inputs: [ValueID?], _ outputCount: Int
  ) -> [InferredValue] {
    let types = inputs.map { value in value.map { ArgumentType(graph.type(of: $0)) } }
    guard let definition = registry[node.operatorID],
      (try? definition.schema.check(node, inputs: types, outputCount: outputCount)) != nil
    else { return [] }
    let constants = inputs.map { value in
      value.flatMap { graph.isConstant($0) ? graph.constant(of: $0) : nil }
    }
    let known = zip(inputs, constants).map { value, constant in
      value.map { value in
        InferredValue(
          graph.type(of: value), elements: elements[value] ?? constant.flatMap(SymbolicTensor.init))
      }
    }
    let context = InferenceContext(
      node: node, inputs: known, constants: constants, outputCount: outputCount)
    return (try? definition.inferTypes(context)) ?? []
  }
}

// MARK: - Types

extension GradientBuilder {
  /// The element type of a value, where it is known.
  func elementType(of value: ValueID) -> ElementType? { graph.type(of: value)?.elementType }

  /// The shape of a value, where its rank is known.
  func shape(of value: ValueID) -> Shape? { graph.type(of: value)?.shape }

  /// Returns the number of axes of a value.
  ///
  /// - Throws: `unsupported` when it is not known.
  func rank(of value: ValueID) throws(OperatorError) -> Int {
    guard let rank = shape(of: value)?.rank else {
      throw OperatorError(
        .unsupported, "the derivative depends on a rank that is not known",
        remedy: "declare the shapes of the model's inputs")
    }
    return rank
  }

  /// Whether a value may hold floating-point numbers, which derivatives are taken of.
  func mayBeFloating(_ value: ValueID) -> Bool {
    switch graph.type(of: value) {
    case nil: true
    case .tensor(let element, _)?: element?.isFloatingPoint ?? true
    default: false
    }
  }

  /// Whether two values are known to have the same shape.
  func haveSameShape(_ left: ValueID, _ right: ValueID) -> Bool {
    guard let shape = shape(of: left), shape == self.shape(of: right) else { return false }
    return !shape.dimensions.contains(.unknown)
  }
}

// MARK: - Numbers

extension GradientBuilder {
  /// Adds a list of integers.
  func integers(_ values: [Int]) -> ValueID {
    constant(Tensor(shape: [values.count], scalars: values.map(Int64.init)))
  }

  /// Adds a number of the type of another value.
  func scalar(_ number: Double, like value: ValueID) -> ValueID {
    // A number that 32 bits hold is the same in every type, or rounded once.
    if isWritten || Double(Float(number)) == number, let type = elementType(of: value),
      type.isFloatingPoint
    {
      return constant(Tensor(scalar: number).converted(to: type))
    }
    return self("CastLike", constant(Tensor(scalar: number)), value)
  }

  /// Adds a tensor of one number with the type and the shape of another value.
  func filled(_ number: Float, like value: ValueID) -> ValueID {
    let shape = self("Shape", value)
    guard let type = elementType(of: value), type.isFloatingPoint else {
      let one = Tensor(shape: [1], scalars: [number])
      return self(
        "CastLike", self("ConstantOfShape", shape, attributes: ["value": .tensor(one)]), value)
    }
    let one = Tensor(shape: [1], scalars: [number]).converted(to: type)
    return self("ConstantOfShape", shape, attributes: ["value": .tensor(one)])
  }
}

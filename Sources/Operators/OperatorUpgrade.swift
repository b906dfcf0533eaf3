public import IR
import Tensors

/// Rewrites a node of an older form of an operator into the form of one version.
///
/// Applied to nodes below `version`, oldest rule first, in the order of execution: the types of
/// the inputs are known as far as they can be.
public struct OperatorUpgrade: Sendable {
  public typealias Rewrite = @Sendable (inout Graph, NodeID) throws(OperatorError) -> Void

  /// The version of the operator set whose form the rule makes.
  public let version: Int

  /// The oldest version of the operator set that has that form as well.
  public let formVersion: Int
  public let rewrite: Rewrite

  /// Creates a rule; without `formVersion` older versions cannot express what it makes.
  public init(to version: Int, formVersion: Int? = nil, _ rewrite: @escaping Rewrite) {
    self.version = version
    self.formVersion = formVersion ?? version
    self.rewrite = rewrite
  }
}

extension OperatorUpgrade {
  /// An attribute with a list of integers becomes an int64 input; when it is left out, so is that.
  static func attributeToInput(_ name: String, input index: Int, at version: Int)
    -> OperatorUpgrade
  {
    OperatorUpgrade(to: version) { graph, node throws(OperatorError) in
      if let reference = graph.takeReference(name, of: node) {
        let list = graph.insert("Constant", [], attributes: ["value_ints": reference], before: node)
        return graph.setOptionalInput(index, of: node, to: list)
      }
      let key = OptionalAttributeKey<[Int]>(name)
      guard let values = try graph[node].attributes.value(of: key) else { return }
      let tensor = Tensor(shape: [values.count], scalars: values.map(Int64.init))
      graph.update(node) { $0.attributes[name] = nil }
      graph.setInput(index, of: node, toConstant: tensor)
    }
  }

  /// An attribute with one number becomes a scalar input of the type of input 0.
  static func floatAttributeToInput(
    _ name: String, input index: Int, at version: Int, default defaultValue: Float? = nil
  ) -> OperatorUpgrade {
    OperatorUpgrade(to: version) { graph, node throws(OperatorError) in
      if let reference = graph.takeReference(name, of: node) {
        let number = graph.insert(
          "Constant", [], attributes: ["value_float": reference], before: node)
        let cast = graph.insert("CastLike", [number, graph.input(0, of: node)], before: node)
        return graph.setOptionalInput(index, of: node, to: cast)
      }
      let key = OptionalAttributeKey<Float>(name)
      guard let value = try graph[node].attributes.value(of: key) ?? defaultValue else { return }
      let type = graph.input(0, of: node).flatMap { graph.type(of: $0)?.elementType }
      let isReal = type?.isFloatingPoint ?? false
      let tensor = Tensor(scalar: value).converted(to: isReal ? type ?? .float32 : .float32)
      graph.update(node) { $0.attributes[name] = nil }
      graph.setInput(index, of: node, toConstant: tensor)
    }
  }

  /// Attributes that the newer form no longer has, or that never had an effect, are dropped.
  static func dropping(_ names: [String], at version: Int) -> OperatorUpgrade {
    OperatorUpgrade(to: version) { graph, node in
      graph.update(node) { for name in names { $0.attributes[name] = nil } }
    }
  }
}

extension Graph {
  /// Makes a new constant input `index` of a node, leaving out the inputs between.
  mutating func setInput(_ index: Int, of node: NodeID, toConstant tensor: Tensor) {
    setOptionalInput(index, of: node, to: addConstant(tensor, in: block(of: node)))
  }

  /// Sets input `index` of a node, leaving out the inputs between.
  fileprivate mutating func setOptionalInput(_ index: Int, of node: NodeID, to value: ValueID) {
    var inputs = inputs(of: node)
    while inputs.count <= index { inputs.append(nil) }
    inputs[index] = value
    setInputs(inputs, of: node)
  }

  /// Removes an attribute of a node in a function whose value each call decides, and returns it.
  fileprivate mutating func takeReference(_ name: String, of node: NodeID) -> Attribute? {
    guard let attribute = self[node].attributes[name], attribute.isReference else { return nil }
    update(node) { $0.attributes[name] = nil }
    return attribute
  }
}

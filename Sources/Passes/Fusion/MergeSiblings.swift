public import IR
import Tensors

/// Lets convolutions of the same data be one whose channels are split afterwards.
///
///     a = Conv(x, u)
///     b = Conv(x, v)
///     c = Conv(x, w)                →     a, b, c = Split(Conv(x, [u, v, w]))
///
/// Each channel is computed as before. Only for three or more, so that there are fewer nodes, of
/// equal attributes in one block, whose weights are finite constants that nothing else uses: engines
/// differ in whether infinity is multiplied with padding. What was fused with the convolutions may
/// follow them when it is the same for every channel.
public struct MergeSiblings: Pass {
  public let name = "merge-siblings"
  public let summary = "Let three or more convolutions of the same data be one"
  public let contract = NumericalContract.exact

  public init() {}

  public func run(on model: inout Model) -> Int {
    let functions = Set(model.functions.filter(\.isConvolutionByChannel).map(\.id.name))
    var siblings: [SharedPart: [NodeID]] = [:]
    var parts: [SharedPart] = []
    let convolutions = model.graph.nodesInExecutionOrder { id in
      id.isStandard("Conv") || id.domain == FusedOperator.domain && functions.contains(id.name)
    }
    for node in convolutions {
      guard let part = SharedPart(of: node, in: model.graph) else { continue }
      if siblings[part] == nil { parts.append(part) }
      siblings[part, default: []].append(node)
    }
    var changes = 0
    for part in parts {
      guard let nodes = siblings[part], nodes.count > 2,
        nodes.allSatisfy({ model.graph.constant(1, of: $0)?.isFinite ?? false })
      else { continue }
      model.graph.merge(nodes)
      changes += 1
    }
    return changes
  }
}

/// What convolutions that can be one have in common.
private struct SharedPart: Hashable {
  private let block: Int
  private let data: Int
  private let operatorID: OperatorID
  private let attributes: Attributes
  private let elementType: ElementType
  /// The extents of the weights of one channel.
  private let extents: [Int]
  private let hasBias: Bool
  /// The operands of what follows the convolution.
  private let operands: [Int]

  /// Describes a convolution; nil when its channels cannot be moved.
  init?(of node: NodeID, in graph: Graph) {
    guard graph[node].attributes["group"] ?? .int(1) == .int(1), !graph.hasFurtherOutputs(node),
      let data = graph.input(0, of: node), let weights = graph.ownConstant(1, of: node),
      weights.rank > 2
    else { return nil }
    hasBias = graph.input(2, of: node) != nil
    if hasBias {
      guard let bias = graph.ownConstant(2, of: node), bias.shape == [weights.shape[0]],
        bias.elementType == weights.elementType
      else { return nil }
    }
    let operands = graph.inputs(of: node).dropFirst(3)
    guard operands.allSatisfy({ $0.flatMap(graph.fixedTensor)?.count ?? 1 == 1 }) else {
      return nil
    }
    block = graph.block(of: node).index
    self.data = data.index
    operatorID = graph[node].operatorID
    attributes = graph[node].attributes
    elementType = weights.elementType
    extents = Array(weights.shape.dropFirst())
    self.operands = operands.map { $0?.index ?? -1 }
  }

  /// Hashes what tells nearly all nodes apart.
  func hash(into hasher: inout Hasher) {
    hasher.combine(data)
    hasher.combine(operatorID.name)
    hasher.combine(extents)
  }
}

extension Function {
  /// Whether the function is a convolution of its first inputs, and of its result element by element.
  fileprivate var isConvolutionByChannel: Bool {
    guard id.domain == FusedOperator.domain, let first = graph.firstNode(in: graph.body),
      graph.isStandard(first, "Conv"),
      graph.inputs(of: first) == graph.inputs.prefix(3).map(Optional.some)
    else { return false }
    return graph.nodes.dropFirst().allSatisfy { node in
      let id = graph[node].operatorID
      return FusedOperator.isActivation(id)
        || id.domain.isEmpty && ElementwiseOperators.all.contains(id.name)
    }
  }
}

extension Graph {
  /// The tensor of input `index` of a node, when it is a dense constant that nothing else uses.
  fileprivate func ownConstant(_ index: Int, of node: NodeID) -> Tensor? {
    guard let input = input(index, of: node), let tensor = fixedTensor(of: input),
      tensor.encoding == .dense, !tensor.elementType.isPacked,
      singleUse(of: input) != nil
    else { return nil }
    return tensor
  }

  /// Puts one convolution and a Split in the place of convolutions of the same data.
  fileprivate mutating func merge(_ nodes: [NodeID]) {
    let first = nodes[0]
    let block = block(of: first)
    let operands = nodes.flatMap { self.inputs(of: $0)[1...].prefix(2).compactMap { $0 } }
    let counts = nodes.compactMap { constant(1, of: $0)?.shape[0] }
    var inputs = inputs(of: first)
    for index in inputs.indices.dropFirst().prefix(2) where inputs[index] != nil {
      inputs[index] = addConstant(.joining(nodes.compactMap { constant(index, of: $0) }), in: block)
    }
    var node = self[first]
    for sibling in nodes { node.lineage.formUnion(self[sibling].lineage) }
    let outputs = nodes.compactMap { output(0, of: $0) }
    let results = outputs.map { Result(name(of: $0), type: self.type(of: $0)) }
    for output in outputs { setName("", of: output) }
    let type = self.type(of: outputs[0])?.withChannels(counts.reduce(0, +))
    let merged = add(node, inputs: inputs, results: [Result("", type: type)], at: .before(first))
    let sizes = Tensor(shape: [counts.count], scalars: counts.map(Int64.init))
    let split = add(
      Node(.newest("Split"), attributes: ["axis": .int(1)], lineage: node.lineage),
      inputs: [output(0, of: merged), addConstant(sizes, in: block)], results: results,
      at: .before(first))
    for case let (old, new?) in zip(outputs, self.outputs(of: split)) {
      replaceUses(of: old, with: new)
    }
    for node in nodes { remove(node, leavingLineageTo: merged) }
    for operand in operands { removeConstant(operand) }
  }
}

extension ValueType {
  /// Returns the type with another extent of axis 1.
  fileprivate func withChannels(_ count: Int) -> ValueType {
    guard case .tensor(let element, var shape?) = self, shape.rank > 1 else { return self }
    shape[1] = .fixed(count)
    return .tensor(element, shape)
  }
}

extension Tensor {
  /// Returns dense tensors of one type, of elements of whole bytes, joined along axis 0.
  fileprivate static func joining(_ parts: [Tensor]) -> Tensor {
    let rows = parts.reduce(0) { $0 + $1.shape[0] }
    return Tensor(parts[0].elementType, shape: [rows] + parts[0].shape.dropFirst()) { target in
      var rest = target[...]
      for part in parts {
        rest.copyBytes(from: part.bytes)
        rest = rest.dropFirst(part.bytes.count)
      }
    }
  }
}

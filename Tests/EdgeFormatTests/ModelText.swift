import IR
import Tensors

/// A model as text in which nothing depends on the ids that its parts happen to have.
func text(of model: Model) -> String {
  var lines = [
    "sets \(model.operatorSets.sorted { $0.key < $1.key })",
    "producer \(model.producer) domain \(model.domain) version \(model.modelVersion)",
    "annotations \(model.annotations)",
  ]
  lines += GraphText(model.graph).lines
  for function in model.functions {
    lines.append("function \(function.id) \(function.attributes) \(function.annotations)")
    lines.append("sets \(function.operatorSets.sorted { $0.key < $1.key })")
    lines += GraphText(function.graph).text(of: function.defaults)
    lines += GraphText(function.graph).lines
  }
  return lines.joined(separator: "\n")
}

private struct GraphText {
  private let graph: Graph
  private var numbers: [ValueID: Int] = [:]
  private var blockNumbers: [BlockID: Int] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    for (number, block) in graph.blocks.enumerated() {
      blockNumbers[block] = number
      for value in graph.inputs(of: block) + constants(of: block) { add(value) }
    }
    for block in graph.blocks {
      for node in graph.nodes(in: block) {
        for case let value? in graph.outputs(of: node) { add(value) }
      }
    }
  }

  private mutating func add(_ value: ValueID) { numbers[value] = numbers.count }

  private func constants(of block: BlockID) -> [ValueID] {
    graph.values.filter { graph.isConstant($0) && graph.block(of: $0) == block }
  }

  var lines: [String] {
    var lines = ["graph \(graph.name) removed \(graph.removedSources.sources)"]
    lines += graph.sources.map { "source \($0)" }
    for block in graph.blocks {
      lines.append("block \(graph.name(of: block)) \(graph.annotations(of: block))")
      for value in graph.inputs(of: block) + constants(of: block) { lines.append(text(of: value)) }
      for node in graph.nodes(in: block) { lines += text(of: node) }
      lines.append(
        "outputs \(graph.outputs(of: block).map(reference)) \(graph.outputNames(of: block))")
    }
    return lines
  }

  private func reference(_ value: ValueID?) -> String {
    value.map { "%\(numbers[$0] ?? -1)" } ?? "-"
  }

  private func text(of value: ValueID) -> String {
    let type = graph.type(of: value).map { "\($0)" } ?? "untyped"
    let constant = graph.constant(of: value).map(text(of:)) ?? ""
    let annotations = graph.annotations(of: value)
    return "\(reference(value)) \(graph.name(of: value)): \(type) \(constant) \(annotations)"
  }

  private func text(of tensor: Tensor) -> String {
    var text = "\(tensor.elementType)\(tensor.shape) \(Array(tensor.bytes))"
    if case .coordinates(let indices) = tensor.encoding {
      text += " at \(indices.shape) \(indices.scalars(of: Int64.self))"
    }
    return text
  }

  private func text(of id: NodeID) -> [String] {
    let node = graph[id]
    let head =
      "\(node.operatorID) \(node.name) \(graph.inputs(of: id).map(reference)) "
      + "from \(node.lineage.sources) \(graph.annotations(of: id))"
    let results = graph.outputs(of: id).map { $0.map { text(of: $0) } ?? "omitted" }
    return [head] + text(of: node.attributes) + results
  }

  func text(of attributes: Attributes) -> [String] {
    attributes.map { name, value in
      switch value {
      case .block(let block): "  \(name) block \(blockNumbers[block] ?? -1)"
      case .tensor(let tensor): "  \(name) \(text(of: tensor))"
      case .tensors(let tensors): "  \(name) \(tensors.map(text(of:)))"
      case .float(let value): "  \(name) float \(value.bitPattern)"
      case .floats(let values): "  \(name) floats \(values.map(\.bitPattern))"
      default: "  \(name) \(value)"
      }
    }
  }
}

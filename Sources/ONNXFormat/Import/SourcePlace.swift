import CONNX

// How messages name places: the fields from the root, and beside them the names that people know.

extension Onnx__NodeProto {
  /// The node as a step of a path, such as `node[3] "conv1" (Conv)`.
  func step(_ index: Int) -> String {
    let label = String(field: name)
    let name = label.isEmpty ? "" : " \(label.quotedBriefly)"
    return "node[\(index)]\(name) (\(String(field: op_type).shortened))"
  }

  var attributes: UnsafeBufferPointer<UnsafePointer<Onnx__AttributeProto>> {
    UnsafeBufferPointer(messages: attribute, count: n_attribute)
  }
}

extension Onnx__AttributeProto {
  /// The attribute as a step of a path, such as `attribute[0] "then_branch"`.
  func step(_ index: Int) -> String { "attribute[\(index)] \(String(field: name).quotedBriefly)" }

  /// The subgraphs with the step that leads to each.
  var subgraphs: [(step: String, graph: UnsafePointer<Onnx__GraphProto>)] {
    let several = UnsafeBufferPointer<UnsafePointer<Onnx__GraphProto>>(
      messages: graphs, count: n_graphs)
    let one = g.map { [("g", UnsafePointer($0))] } ?? []
    return one + several.enumerated().map { ("graphs[\($0.offset)]", $0.element) }
  }
}

/// The way to a node that is known by its number in the order of the file, outer before inner.
struct SourcePlace {
  private var remaining: Int

  /// Returns the path to node number `source`, or nil when there are fewer; takes linear time.
  static func path(
    ofSource source: Int, in nodes: UnsafeBufferPointer<UnsafePointer<Onnx__NodeProto>>
  ) -> [String]? {
    var place = SourcePlace(remaining: source)
    return place.path(in: nodes)
  }

  private mutating func path(
    in nodes: UnsafeBufferPointer<UnsafePointer<Onnx__NodeProto>>
  ) -> [String]? {
    for (index, node) in nodes.enumerated() {
      if remaining == 0 { return [node.pointee.step(index)] }
      remaining -= 1
      if let rest = path(inside: node.pointee) { return [node.pointee.step(index)] + rest }
    }
    return nil
  }

  private mutating func path(inside node: Onnx__NodeProto) -> [String]? {
    for (index, attribute) in node.attributes.enumerated() {
      for (step, graph) in attribute.pointee.subgraphs {
        if let rest = path(in: graph.pointee.nodes) {
          return [attribute.pointee.step(index), step] + rest
        }
      }
    }
    return nil
  }
}

extension Onnx__GraphProto {
  var nodes: UnsafeBufferPointer<UnsafePointer<Onnx__NodeProto>> {
    UnsafeBufferPointer(messages: node, count: n_node)
  }
}

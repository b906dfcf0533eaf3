extension Function {
  /// Returns the body as one call executes it: references to attributes are replaced by the
  /// values that `call` gives, or by the function's defaults, or taken out where it gives none.
  public func body(for call: Node) -> Graph {
    var body = graph
    for block in body.blocks {
      for node in body.nodes(in: block) {
        let references = body[node].attributes.filter { $0.value.isReference }
        guard !references.isEmpty else { continue }
        body.update(node) { node in
          for (name, value) in references {
            guard case .reference(let source, _) = value else { continue }
            node.attributes[name] = call.attributes[source] ?? defaults[source]
          }
        }
      }
    }
    return body
  }
}

extension Attribute {
  /// Whether the value is taken from an attribute of the function around it.
  public var isReference: Bool {
    if case .reference = self { return true }
    return false
  }
}

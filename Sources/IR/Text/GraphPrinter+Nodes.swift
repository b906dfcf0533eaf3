import Tensors

extension GraphPrinter {
  /// Writes a node on a line, or on several when it has subgraphs.
  mutating func printNode(_ id: NodeID, isInBody: Bool) {
    let node = graph[id]
    startLine()
    printResults(of: id, isInBody: isInBody)
    text += operatorText(node.operatorID, defaults: operatorSets)
    let inputs = graph.inputs(of: id).map { value in value.map { labels[$0] } ?? "_" }
    text += "(\(inputs.joined(separator: ", ")))"
    if !node.name.isEmpty { text += " \(node.name.quoted)" }
    printAttributes(node.attributes)
    if options.showsLineage, !node.lineage.isEmpty { text += " from \(node.lineage.text)" }
    let annotations = graph.annotations(of: id)
    if options.showsAnnotations, !annotations.isEmpty { text += " note \(annotations.text)" }
    text += "\n"
  }

  private mutating func printResults(of id: NodeID, isInBody: Bool) {
    let outputs = graph.outputs(of: id)
    guard !outputs.isEmpty else {
      text += "() = "
      return
    }
    let results = outputs.map { value in
      guard let value else { return "_" }
      // The types of the graph's outputs stand beside their names.
      let showsType = options.showsTypes && !(isInBody && isOutput(value))
      return labels[value] + (showsType ? typeText(of: value) : "")
    }
    text += "\(results.joined(separator: ", ")) = "
  }

  private func isOutput(_ value: ValueID) -> Bool {
    var isOutput = false
    graph.forEachUse(of: value) { use in
      if case .output(graph.body, _) = use { isOutput = true }
    }
    return isOutput
  }

  /// Returns an operator with its version, unless that is the one of `defaults`.
  func operatorText(_ id: OperatorID, defaults: [String: Int]) -> String {
    var result = id.domain.isEmpty ? "" : "\(id.domain.quotedUnlessWord)::"
    // What follows the last point of a word is taken for a version.
    let isPlain = id.name.isWord && !id.name.contains(".")
    result += isPlain ? id.name : id.name.quoted
    if id.version != defaults[id.domain] ?? 0 { result += ".\(id.version)" }
    return id.overload.isEmpty ? result : "\(result):\(id.overload.quotedUnlessWord)"
  }
}

// MARK: - Attributes

extension GraphPrinter {
  private mutating func printAttributes(_ attributes: Attributes) {
    guard !attributes.isEmpty else { return }
    text += " {"
    if attributes.contains(where: { !$0.value.blocks.isEmpty }) {
      indented { printer in
        for (index, entry) in attributes.enumerated() {
          printer.text += index == 0 ? "\n" : ",\n"
          printer.startLine()
          printer.printEntry(entry.name, entry.value)
        }
      }
      text += "\n"
      startLine()
    } else {
      printEntries(of: attributes)
    }
    text += "}"
  }

  /// Writes attributes with commas between them.
  mutating func printEntries(of attributes: Attributes) {
    for (index, entry) in attributes.enumerated() {
      if index > 0 { text += ", " }
      printEntry(entry.name, entry.value)
    }
  }

  private mutating func printEntry(_ name: String, _ value: Attribute) {
    text += "\(name.quotedUnlessWord) = "
    switch value {
    case .int(let value): text += "\(value)"
    case .float(let value): text += value.attributeText
    case .string(let value): text += value.quoted
    case .tensor(let tensor): text += literalText(tensor, declared: nil)
    case .block(let block): printBlock(block)
    case .type(let type): text += "type \(type.text)"
    case .ints(let values): printList(values, of: "ints") { $0.text += "\($1)" }
    case .floats(let values): printList(values, of: "floats") { $0.text += $1.attributeText }
    case .strings(let values): printList(values, of: "strings") { $0.text += $1.quoted }
    case .tensors(let values):
      printList(values, of: "tensors") { $0.text += $0.literalText($1, declared: nil) }
    case .blocks(let blocks): printList(blocks, of: "graphs") { $0.printBlock($1) }
    case .types(let types): printList(types, of: "types") { $0.text += "type \($1.text)" }
    case .reference(let name, let kind): text += "@\(name.quotedUnlessWord): \(kind.text)"
    }
  }

  private mutating func printList<Element>(
    _ elements: [Element], of kind: String, _ printElement: (inout GraphPrinter, Element) -> Void
  ) {
    text += elements.isEmpty ? "\(kind) [" : "["
    for (index, element) in elements.enumerated() {
      if index > 0 { text += ", " }
      printElement(&self, element)
    }
    text += "]"
  }
}

extension Float {
  /// The number with a fraction or an exponent, or its bits where it is a NaN with a payload.
  fileprivate var attributeText: String {
    let text = description
    return Float(text)?.bitPattern == bitPattern && text.isNumber
      ? text : "float(0x\(String(bitPattern, radix: 16)))"
  }
}

extension Attribute.Kind {
  /// The kind as the text form writes it after a reference.
  var text: String {
    switch self {
    case .float: "float"
    case .int: "int"
    case .string: "string"
    case .tensor: "tensor"
    case .graph: "graph"
    case .floats: "floats"
    case .ints: "ints"
    case .strings: "strings"
    case .tensors: "tensors"
    case .graphs: "graphs"
    case .sparseTensor: "sparse_tensor"
    case .sparseTensors: "sparse_tensors"
    case .type: "type"
    case .types: "types"
    }
  }
}

// MARK: - Tensors

extension GraphPrinter {
  /// Returns the data of a tensor, with its type in front where that is not the declared one.
  func literalText(_ tensor: Tensor, declared: ValueType?) -> String {
    let prefix = declared == tensor.valueType ? "" : "\(tensor.valueType.text) "
    switch tensor.encoding {
    case .dense: return prefix + dataText(tensor)
    case .coordinates(let indices):
      let stored = indices.shape.first ?? 0
      let values = Tensor(
        tensor.elementType, shape: [stored], storage: tensor.storage, range: tensor.range)
      return prefix + "coordinates \(indices.valueType.text) \(dataText(indices)) values "
        + (values.map(dataText) ?? "[]")
    }
  }

  private func dataText(_ tensor: Tensor) -> String {
    let isShort = tensor.count <= TextOptions.listLimit
    if options.elidesConstants, !isShort { return "<\(sizeText(tensor.bytes.count))>" }
    guard isShort || tensor.elementType == .string, tensor.encoding == .dense,
      let elements = tensor.elementTexts()
    else { return tensor.hexadecimalText }
    return tensor.rank == 0 ? elements.joined() : "[\(elements.joined(separator: ", "))]"
  }

  private func sizeText(_ bytes: Int) -> String {
    guard bytes >= 1024 else { return "\(bytes) bytes" }
    let units = ["KB", "MB", "GB", "TB"]
    var size = Double(bytes) / 1024
    var unit = 0
    while size >= 1024, unit < units.count - 1 {
      size /= 1024
      unit += 1
    }
    return "\((size * 10).rounded() / 10) \(units[unit])"
  }
}

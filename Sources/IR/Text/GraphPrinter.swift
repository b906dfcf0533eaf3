import Tensors

/// Writes the blocks of a graph in the text form.
struct GraphPrinter {
  /// How deep blocks may lie in each other, in the printer and in the parser.
  static let depthLimit = 256

  let graph: Graph
  let options: TextOptions
  let operatorSets: [String: Int]

  var text = ""
  var labels: ValueLabels
  private var depth = 0
  private var nesting = 0
  private var hasPrinted: Set<BlockID> = []

  /// Prepares to write a graph whose nodes have the versions of `operatorSets` unless they say so.
  init(_ graph: Graph, options: TextOptions, operatorSets: [String: Int]) {
    self.graph = graph
    self.options = options
    self.operatorSets = operatorSets
    labels = ValueLabels(graph)
  }

  /// Writes the whole graph.
  mutating func printGraph() {
    text += "graph"
    if !graph.name.isEmpty { text += " \(graph.name.quotedUnlessWord)" }
    printInterface(of: graph.body)
    printContents(of: graph.body)
    text += "\n"
  }

  /// Writes a subgraph, unless it was written before or lies too deep.
  mutating func printBlock(_ block: BlockID) {
    guard nesting < Self.depthLimit else {
      text += "block <nested too deep>"
      return
    }
    guard !hasPrinted.contains(block), block != graph.body else {
      text += "block <written before>"
      return
    }
    nesting += 1
    defer { nesting -= 1 }
    hasPrinted.insert(block)
    let name = graph.name(of: block)
    text += name.isEmpty ? "block" : "block \(name.quotedUnlessWord)"
    printInterface(of: block)
    printContents(of: block)
  }

  /// Writes inputs and outputs of a block, and makes its values visible.
  ///
  /// ``printContents(of:)`` follows.
  mutating func printInterface(of block: BlockID) {
    constants.append(labels.enter(block))
    let inputs = graph.inputs(of: block)
    if !inputs.isEmpty || block == graph.body {
      text += "("
      for (index, input) in inputs.enumerated() {
        if index > 0 { text += ", " }
        text += labels[input] + typeText(of: input)
        if let tensor = graph.constant(of: input) {
          text += " = \(literalText(tensor, declared: graph.type(of: input)))"
        }
      }
      text += ")"
    }
    printOutputs(of: block)
  }

  /// Writes statements in braces.
  mutating func printContents(of block: BlockID) {
    depth += 1
    text += " {\n"
    printNote(of: block)
    printSources(of: block)
    printConstants(constants.popLast() ?? [])
    for node in graph.nodes(in: block) { printNode(node, isInBody: block == graph.body) }
    printValueNotes()
    let outputs = graph.outputs(of: block)
    if !outputs.isEmpty {
      startLine()
      text += "return \(outputs.map { labels[$0] }.joined(separator: ", "))\n"
    }
    depth -= 1
    startLine()
    text += "}"
    labels.leave()
  }

  /// The constants of the blocks whose interface is written and whose contents are not.
  private var constants: [[ValueID]] = []

  /// Begins a line at the current depth.
  mutating func startLine() { text += String(repeating: "  ", count: depth) }

  /// Returns the type after a value's name.
  func typeText(of value: ValueID) -> String {
    graph.type(of: value).map { ": \($0.text)" } ?? ""
  }

  /// Writes nested lines one step further right.
  mutating func indented(_ body: (inout GraphPrinter) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }
}

// MARK: - Parts of blocks

extension GraphPrinter {
  private mutating func printOutputs(of block: BlockID) {
    let outputs = graph.outputs(of: block)
    let names = graph.outputNames(of: block)
    guard !outputs.isEmpty else { return }
    guard block == graph.body || names != outputs.map({ graph.name(of: $0) }) else { return }
    let entries = zip(outputs, names).map { value, name in
      ValueLabels.text(name) + (block == graph.body ? typeText(of: value) : "")
    }
    text += " -> (\(entries.joined(separator: ", ")))"
  }

  private mutating func printSources(of block: BlockID) {
    guard block == graph.body, options.showsLineage else { return }
    for source in graph.sources {
      startLine()
      text += "source \(operatorText(source.operatorID, defaults: operatorSets))"
      text += source.name.isEmpty ? "\n" : " \(source.name.quoted)\n"
    }
    guard !graph.removedSources.isEmpty else { return }
    startLine()
    text += "removed \(graph.removedSources.text)\n"
  }

  private mutating func printConstants(_ constants: [ValueID]) {
    for value in constants {
      guard let tensor = graph.constant(of: value) else { continue }
      let type = graph.type(of: value) ?? tensor.valueType
      startLine()
      text += "const \(labels[value]): \(type.text) = \(literalText(tensor, declared: type))\n"
    }
  }

  /// Writes what the model says about a block: at its start, for behind a node it would be the
  /// node's.
  private mutating func printNote(of block: BlockID) {
    let annotations = graph.annotations(of: block)
    guard options.showsAnnotations, !annotations.isEmpty else { return }
    startLine()
    text += "note \(annotations.text)\n"
  }

  private mutating func printValueNotes() {
    guard options.showsAnnotations, !graph.valueAnnotations.isEmpty else { return }
    for value in labels.innermost {
      let annotations = graph.annotations(of: value)
      guard !annotations.isEmpty else { continue }
      startLine()
      text += "note \(labels[value]) \(annotations.text)\n"
    }
  }
}

extension Lineage {
  /// The sources as the text form lists them.
  var text: String { sources.map(String.init).joined(separator: ", ") }
}

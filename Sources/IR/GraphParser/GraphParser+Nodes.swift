import Tensors

extension GraphParser {
  /// Reads `results = operator(inputs)` and what may follow.
  mutating func parseNode(in block: BlockID) throws(TextError) {
    var results: [(label: ValueLabel, type: ValueType?, position: Int)?] = []
    if accept("(") {
      try expect(")", "for a node without results")
    } else {
      repeat {
        guard !acceptPlaceholder() else {
          results.append(nil)
          continue
        }
        let (label, position) = try parseLabel()
        results.append((label, try parseOptionalType(), position))
      } while accept(",")
    }
    try expect("=", "after the results of a node")
    var node = Node(try parseOperator())
    let inputs = try parseInputs()
    let annotations = try parseClauses(of: &node)
    let id = graph.add(
      node, inputs: Array(repeating: nil, count: inputs.count),
      results: results.map { $0.map { Graph.Result($0.label.name, type: $0.type) } },
      at: .end(of: block))
    for (index, input) in inputs.enumerated() {
      guard let input else { continue }
      let site = LabelScopes.Site.node(id, input: index)
      guard let value = use(input.label, at: site, position: input.position) else { continue }
      graph.setInput(index, of: id, to: value)
    }
    for (index, result) in results.enumerated() {
      guard let result, let value = graph.output(index, of: id) else { continue }
      try define(result.label, as: value, at: result.position)
    }
    if !annotations.isEmpty { graph.setAnnotations(annotations, of: id) }
  }

  /// Reads `domain::name.version:overload`; only the name is necessary.
  mutating func parseOperator() throws(TextError) -> OperatorID {
    scanner.skipSpace(comments: true)
    var isQuoted = isNext("\"")
    var name = try parseName("an operator")
    var domain = ""
    if scanner.take("::") {
      domain = name
      isQuoted = scanner.next == UInt8(ascii: "\"")
      name = try parseName("the name of an operator")
    }
    var id = OperatorID(name, domain: domain)
    id.version = operatorSets[id.domain] ?? 0
    if isQuoted {
      if scanner.take(".") { id.version = try parseInteger("the version of an operator") }
    } else if let point = name.lastIndex(of: "."),
      let version = Int(name[name.index(after: point)...])
    {
      id.name = String(name[..<point])
      id.version = version
    }
    if scanner.take(":") { id.overload = try parseName("the name of an overload") }
    return id
  }

  /// Reads the indices of sources with commas between them.
  mutating func parseLineage() throws(TextError) -> Lineage {
    var sources: [UInt32] = []
    repeat {
      sources.append(try parseInteger("the index of a source"))
    } while accept(",")
    // Ascending, for each goes to its place in an array.
    return Lineage(sources.sorted().map(Int.init))
  }

  private mutating func acceptPlaceholder() -> Bool {
    scanner.skipSpace(comments: true)
    guard scanner.next == UInt8(ascii: "_"), !(scanner.peek(1)?.isWordPart ?? false) else {
      return false
    }
    scanner.position += 1
    return true
  }

  private mutating func parseInputs() throws(TextError) -> [(label: ValueLabel, position: Int)?] {
    var inputs: [(label: ValueLabel, position: Int)?] = []
    try expect("(", "before the inputs of a node")
    try parseItems(until: ")", "after the inputs of a node") { parser throws(TextError) in
      inputs.append(parser.acceptPlaceholder() ? nil : try parser.parseLabel())
    }
    return inputs
  }

  private mutating func parseClauses(of node: inout Node) throws(TextError) -> Annotations {
    if isNext("\"") { node.name = try parseString() }
    if accept("{") {
      try parseItems(until: "}", "after the attributes") { parser throws(TextError) in
        let name = try parser.parseName("the name of an attribute")
        try parser.parseEntry(named: name, of: &node.attributes)
      }
    }
    if isNext("\""), node.name.isEmpty { node.name = try parseString() }
    if acceptWord("from") { node.lineage = try parseLineage() }
    let start = scanner.position
    guard acceptWord("note") else { return Annotations() }
    // The note of a value is a statement of its own.
    guard isNext("{") else {
      scanner.position = start
      return Annotations()
    }
    return try parseAnnotations()
  }
}

import Tensors

extension GraphParser {
  /// The outputs of a block as far as they have been read.
  struct Outputs {
    var block: BlockID
    /// Nil where the value is defined further down.
    var values: [ValueID?] = []
    /// The names and types that the interface gives, if it gives any.
    var interface: [(name: String, type: ValueType?, position: Int)]?
  }

  /// Reads inputs, outputs, `clauses` and contents of a graph.
  mutating func parseGraph(
    named name: String, clauses: (inout GraphParser) throws(TextError) -> Void
  ) throws(TextError) -> Graph {
    graph = Graph()
    graph.name = name
    scopes = LabelScopes()
    outputs = []
    scopes.enter()
    let interface = try parseInterface(of: graph.body)
    try clauses(&self)
    try parseContents(of: graph.body, interface: interface)
    if let (label, position) = scopes.firstPending { throw undefined(label, at: position) }
    for outputs in outputs { try finish(outputs) }
    return graph
  }

  /// Reads a subgraph, after the word `block`.
  mutating func parseBlock() throws(TextError) -> BlockID {
    try nested { parser throws(TextError) in
      if parser.isNext("<") { throw parser.elided("a block") }
      let block = parser.graph.addBlock(
        named: parser.isInterfaceNext() ? "" : try parser.parseName("the name of a block"))
      parser.scopes.enter()
      let interface = try parser.parseInterface(of: block)
      try parser.parseContents(of: block, interface: interface)
      parser.scopes.leave()
      return block
    }
  }

  /// Whether the name of a graph or block is left out.
  mutating func isInterfaceNext() -> Bool { isNext("(") || isNext("-") || isNext("{") }

  /// Returns the error about something that the printer left out.
  mutating func elided(_ what: StaticString) -> TextError {
    error(
      "\(what) was left out when the text was written",
      remedy: "write the text again without eliding anything")
  }

  private mutating func parseInterface(
    of block: BlockID
  ) throws(TextError) -> [(name: String, type: ValueType?, position: Int)]? {
    if accept("(") {
      try parseItems(until: ")", "after the inputs") { parser throws(TextError) in
        try parser.parseInput(of: block)
      }
    }
    guard accept("->") else { return nil }
    var outputs: [(name: String, type: ValueType?, position: Int)] = []
    try expect("(", "before the outputs")
    try parseItems(until: ")", "after the outputs") { parser throws(TextError) in
      let (label, position) = try parser.parseLabel()
      outputs.append((label.name, try parser.parseOptionalType(), position))
    }
    return outputs
  }

  private mutating func parseInput(of block: BlockID) throws(TextError) {
    let (label, position) = try parseLabel()
    let type = try parseOptionalType()
    let tensor = accept("=") ? try parseLiteral(declared: type) : nil
    let value = graph.addInput(named: label.name, type: type, default: tensor, to: block)
    try define(label, as: value, at: position)
  }

  /// Reads a colon and a type where there is one.
  mutating func parseOptionalType() throws(TextError) -> ValueType? {
    accept(":") ? try parseType() : nil
  }
}

// MARK: - Statements

extension GraphParser {
  private mutating func parseContents(
    of block: BlockID, interface: [(name: String, type: ValueType?, position: Int)]?
  ) throws(TextError) {
    try expect("{", "before the contents of a block")
    let number = outputs.count
    outputs.append(Outputs(block: block, interface: interface))
    while !accept("}") {
      if acceptWord("return") {
        try parseReturn(of: number)
        try expect("}", "after the values that a block returns")
        break
      }
      try parseStatement(in: block)
    }
    let expected = outputs[number].interface?.count ?? outputs[number].values.count
    guard outputs[number].values.count == expected else {
      throw error(
        "a block has \(expected) outputs but returns \(outputs[number].values.count) values",
        at: scanner.position - 1)
    }
  }

  private mutating func parseReturn(of number: Int) throws(TextError) {
    repeat {
      let (label, position) = try parseLabel()
      let index = outputs[number].values.count
      outputs[number].values.append(
        use(label, at: .output(block: number, index: index), position: position))
    } while accept(",")
  }

  private mutating func parseStatement(in block: BlockID) throws(TextError) {
    if isNext("%") || isNext("_") || isNext("(") {
      try parseNode(in: block)
    } else if acceptWord("const") {
      try parseConstant(in: block)
    } else if acceptWord("note") {
      try parseNote(in: block)
    } else if acceptWord("source") {
      let id = try parseOperator()
      let name = isNext("\"") ? try parseString() : ""
      graph.sources.append(SourceNode(name: name, operatorID: id))
    } else if acceptWord("removed") {
      graph.removedSources = try parseLineage()
    } else {
      throw error(
        "expected a statement or '}', found \(found)",
        remedy: "begin with '%' and the name of a result, or with 'const', 'return' or 'note'")
    }
  }

  private mutating func parseConstant(in block: BlockID) throws(TextError) {
    let (label, position) = try parseLabel()
    let type = try parseOptionalType()
    try expect("=", "before the elements of a constant")
    let tensor = try parseLiteral(declared: type)
    let value = graph.addConstant(tensor, named: label.name, in: block)
    if let type { graph.setType(type, of: value) }
    try define(label, as: value, at: position)
  }

  private mutating func parseNote(in block: BlockID) throws(TextError) {
    guard isNext("%") else {
      graph.setAnnotations(try parseAnnotations(), of: block)
      return
    }
    let (label, position) = try parseLabel()
    guard let value = scopes[label] else { throw undefined(label, at: position) }
    graph.setAnnotations(try parseAnnotations(), of: value)
  }

  /// Sets the outputs of a block when all values are known.
  private mutating func finish(_ outputs: Outputs) throws(TextError) {
    let values = outputs.values.compactMap { $0 }
    graph.setOutputs(values, named: outputs.interface?.map(\.name), of: outputs.block)
    for (value, output) in zip(values, outputs.interface ?? []) {
      guard let type = output.type else { continue }
      let known = graph.type(of: value) ?? type
      guard known == type else {
        throw error(
          "output \(ValueLabels.text(output.name)) is declared as \(type.text), but its value as "
            + known.text, at: output.position)
      }
      graph.setType(type, of: value)
    }
  }
}

// MARK: - Values

extension GraphParser {
  /// Reads `%name`, `%"any name"`, `%name#2` or `%7`.
  mutating func parseLabel() throws(TextError) -> (label: ValueLabel, position: Int) {
    scanner.skipSpace(comments: true)
    let position = scanner.position
    guard scanner.take("%") else { throw error("expected a value such as %x, found \(found)") }
    if scanner.next == UInt8(ascii: "\"") {
      return (ValueLabel(name: try parseString(), number: try parseNumber()), position)
    }
    var name = ""
    while let byte = scanner.next, byte.isLabelPart {
      // Two slashes begin a comment.
      if byte == UInt8(ascii: "/"), scanner.peek(1) == UInt8(ascii: "/") { break }
      scanner.position += 1
      name.unicodeScalars.append(Unicode.Scalar(byte))
    }
    if name.utf8.first?.isDigit ?? false {
      guard let number = Int(name) else {
        throw error(
          "%\(name) starts with a digit", at: position, remedy: "write %\"\(name)\"")
      }
      return (ValueLabel(name: "", number: number), position)
    }
    guard !name.isEmpty else { throw error("expected a name after '%', found \(found)") }
    return (ValueLabel(name: name, number: try parseNumber()), position)
  }

  private mutating func parseNumber() throws(TextError) -> Int {
    guard scanner.take("#") else { return 1 }
    return try parseInteger("the number of a value")
  }

  /// Makes a value visible, to the uses that wait for it too.
  mutating func define(
    _ label: ValueLabel, as value: ValueID, at position: Int
  ) throws(TextError) {
    guard scopes[label] == nil else {
      let next = ValueLabel(name: label.name, number: label.number + 1)
      throw error(
        "\(label.text) is defined twice", at: position,
        remedy: "write \(next.text) for another value of the same name")
    }
    for use in scopes.define(label, as: value) {
      switch use.site {
      case .node(let node, let input): graph.setInput(input, of: node, to: value)
      case .output(let block, let index): outputs[block].values[index] = value
      }
    }
  }

  /// Returns the value with a label, or notes that the use waits for it.
  mutating func use(
    _ label: ValueLabel, at site: LabelScopes.Site, position: Int
  ) -> ValueID? {
    if let value = scopes[label] { return value }
    scopes.await(label, at: site, position: position)
    return nil
  }

  private mutating func undefined(_ label: ValueLabel, at position: Int) -> TextError {
    label.number == 0
      ? error("\(label.text) stands for a value that is not visible here", at: position)
      : error(
        "\(label.text) is not defined", at: position,
        remedy: "define it as an input, a constant or the result of a node")
  }
}

import Tensors

extension GraphParser {
  /// Reads the whole text: a model, or a graph without a header.
  mutating func parseModel() throws(TextError) -> Model {
    var model = Model()
    if acceptWord("model") { try parseHeader(of: &model) }
    operatorSets = model.operatorSets
    guard acceptWord("graph") else {
      throw error(
        "expected 'graph', found \(found)", remedy: "begin with 'graph', or with 'model'")
    }
    let name = isInterfaceNext() ? "" : try parseName("the name of the graph")
    model.graph = try parseGraph(named: name) { _ throws(TextError) in }
    while acceptWord("function") { model.functions.append(try parseFunction()) }
    guard peek() == nil else { throw error("expected 'function' or the end, found \(found)") }
    return model
  }

  private mutating func parseHeader(of model: inout Model) throws(TextError) {
    model.operatorSets = try parseOperatorSets()
    while true {
      if acceptWord("producer") {
        model.producer.name = try parseString()
        model.producer.version = try parseString()
      } else if acceptWord("domain") {
        model.domain = try parseString()
      } else if acceptWord("version") {
        model.modelVersion = try parseInteger("the version of the model")
      } else if acceptWord("note") {
        model.annotations = try parseAnnotations()
      } else {
        return
      }
    }
  }

  private mutating func parseOperatorSets() throws(TextError) -> [String: Int] {
    guard acceptWord("opset") else { return [:] }
    var sets: [String: Int] = [:]
    repeat {
      let start = scanner.position
      let isDefault = peek()?.isDigit ?? false
      let domain = isDefault ? "" : try parseName("a domain or a version")
      let version: Int = try parseInteger("the version of an operator set")
      guard sets.updateValue(version, forKey: domain) == nil else {
        throw error("operator set '\(domain)' has two versions", at: start)
      }
    } while accept(",")
    return sets
  }

  private mutating func parseFunction() throws(TextError) -> Function {
    operatorSets = [:]
    let id = try parseOperator()
    let name = isNext("\"") ? try parseString() : ""
    var function = Function(id, graph: Graph())
    function.graph = try parseGraph(named: name) { parser throws(TextError) in
      try parser.parseClauses(of: &function)
    }
    return function
  }

  private mutating func parseClauses(of function: inout Function) throws(TextError) {
    function.operatorSets = try parseOperatorSets()
    operatorSets = function.operatorSets
    if acceptWord("attributes") {
      try expect("{", "after 'attributes'")
      try parseItems(until: "}", "after the attributes") { parser throws(TextError) in
        let name = try parser.parseName("the name of an attribute")
        if parser.isNext("=") {
          try parser.parseEntry(named: name, of: &function.defaults)
        } else {
          function.attributes.append(name)
        }
      }
    }
    if acceptWord("note") { function.annotations = try parseAnnotations() }
  }

  /// Reads documentation and metadata in braces.
  mutating func parseAnnotations() throws(TextError) -> Annotations {
    var annotations = Annotations()
    try expect("{", "after 'note'")
    try parseItems(until: "}", "after the note") { parser throws(TextError) in
      if parser.acceptWord("doc") {
        annotations.documentation = try parser.parseString()
      } else if parser.acceptWord("quant") {
        annotations.quantization.append(try parser.parseMetadataEntry())
      } else {
        annotations.metadata.append(try parser.parseMetadataEntry())
      }
    }
    return annotations
  }

  private mutating func parseMetadataEntry() throws(TextError) -> MetadataEntry {
    let key = try parseString()
    try expect("=", "after the key of an entry")
    return MetadataEntry(key: key, value: try parseString())
  }
}

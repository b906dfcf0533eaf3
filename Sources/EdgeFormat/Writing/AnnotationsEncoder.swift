import FlatBuffers
import IR

/// Makes the section of what a model says for people (root `Annotations`).
struct AnnotationsEncoder {
  private var texts = [""]
  private var textNumbers = ["": UInt32(0)]
  private var scopes: [UInt8] = []
  private var graphs: [UInt32] = []
  private var elements: [UInt32] = []
  private var fields: [UInt8] = []
  private var keys: [UInt32] = []
  private var values: [UInt32] = []
  private var producer = Model.Producer()
  private var domain = ""

  /// Adds what a model says, its graphs apart.
  mutating func append(_ model: Model) {
    producer = model.producer
    domain = model.domain
    append(model.annotations, .model, graph: 0, element: 0)
    for (index, function) in model.functions.enumerated() {
      append(function.annotations, .function, graph: index + 1, element: 0)
    }
  }

  /// Adds what one graph says of its parts.
  mutating func append(_ graph: Graph, _ numbering: GraphNumbering, number: Int) {
    for (index, block) in numbering.blocks.enumerated() {
      append(graph.annotations(of: block), .block, graph: number, element: index)
    }
    for (index, node) in numbering.nodes.enumerated() {
      append(graph.annotations(of: node), .node, graph: number, element: index)
    }
    for (index, value) in numbering.values.enumerated() {
      append(graph.annotations(of: value), .value, graph: number, element: index)
    }
  }

  private mutating func append(
    _ annotations: Annotations, _ scope: AnnotationScope, graph: Int, element: Int
  ) {
    guard !annotations.isEmpty else { return }
    func entries() -> [(AnnotationField, MetadataEntry)] {
      let documentation = MetadataEntry(key: "", value: annotations.documentation)
      return (annotations.documentation.isEmpty ? [] : [(.documentation, documentation)])
        + annotations.metadata.map { (.metadata, $0) }
        + annotations.quantization.map { (.quantization, $0) }
    }
    for (field, entry) in entries() {
      scopes.append(scope.rawValue)
      graphs.append(UInt32(graph))
      elements.append(UInt32(element))
      fields.append(field.rawValue)
      keys.append(number(of: entry.key))
      values.append(number(of: entry.value))
    }
  }

  private mutating func number(of text: String) -> UInt32 {
    if let number = textNumbers[text] { return number }
    let number = UInt32(texts.count)
    texts.append(text)
    textNumbers[text] = number
    return number
  }

  /// Returns the section; nil when nothing is said.
  func finish() -> [UInt8]? {
    guard !scopes.isEmpty || producer != Model.Producer() || !domain.isEmpty else { return nil }
    var builder = FlatBufferBuilder()
    let values = builder.addDerivedColumn(values)
    let keys = builder.addDerivedColumn(keys)
    let fields = builder.addDerivedBytes(fields)
    let elements = builder.addDerivedColumn(elements)
    let graphs = builder.addDerivedColumn(graphs)
    let scopes = builder.addVector(scopes)
    let texts = builder.addTexts(texts)
    let domain = builder.addText(domain)
    let version = builder.addText(producer.version)
    let name = builder.addText(producer.name)
    let root = builder.addTable {
      $0.set(AnnotationsTable.producerName, to: name)
      $0.set(AnnotationsTable.producerVersion, to: version)
      $0.set(AnnotationsTable.domain, to: domain)
      $0.set(AnnotationsTable.texts, to: texts)
      $0.set(AnnotationsTable.scopes, to: scopes)
      $0.set(AnnotationsTable.graphs, to: graphs)
      $0.set(AnnotationsTable.elements, to: elements)
      $0.set(AnnotationsTable.fields, to: fields)
      $0.set(AnnotationsTable.keys, to: keys)
      $0.set(AnnotationsTable.values, to: values)
    }
    return builder.finish(root: root, identifier: EdgeHeader.identifier)
  }
}

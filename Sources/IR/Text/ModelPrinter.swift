import Tensors

/// Writes a model in the text form.
struct ModelPrinter {
  let model: Model
  let options: TextOptions

  /// Returns the header, the graph and the functions.
  func text() -> String {
    var text = header
    var printer = GraphPrinter(model.graph, options: options, operatorSets: model.operatorSets)
    printer.printGraph()
    text += printer.text
    for function in model.functions {
      var printer = GraphPrinter(
        function.graph, options: options, operatorSets: function.operatorSets)
      printer.printFunction(function)
      text += "\n" + printer.text
    }
    return text
  }

  private var header: String {
    var text = "model\(GraphPrinter.operatorSetText(model.operatorSets))\n"
    if model.producer != Model.Producer() {
      text += "producer \(model.producer.name.quoted) \(model.producer.version.quoted)\n"
    }
    if !model.domain.isEmpty { text += "domain \(model.domain.quoted)\n" }
    if model.modelVersion != 0 { text += "version \(model.modelVersion)\n" }
    if options.showsAnnotations, !model.annotations.isEmpty {
      text += "note \(model.annotations.text)\n"
    }
    return text + "\n"
  }
}

extension GraphPrinter {
  /// Returns ` opset 22, com.microsoft 1`, or nothing without operator sets.
  static func operatorSetText(_ sets: [String: Int]) -> String {
    let entries = sets.sorted { $0.key < $1.key }.map { domain, version in
      domain.isEmpty ? "\(version)" : "\(domain.quotedUnlessWord) \(version)"
    }
    return entries.isEmpty ? "" : " opset \(entries.joined(separator: ", "))"
  }

  /// Writes a function with its body.
  mutating func printFunction(_ function: Function) {
    text += "function \(operatorText(function.id, defaults: [:]))"
    if !function.graph.name.isEmpty { text += " \(function.graph.name.quoted)" }
    let required = function.attributes.map(\.quotedUnlessWord)
    printInterface(of: graph.body)
    text += Self.operatorSetText(function.operatorSets)
    if !required.isEmpty || !function.defaults.isEmpty {
      text += " attributes {\(required.joined(separator: ", "))"
      if !required.isEmpty, !function.defaults.isEmpty { text += ", " }
      printEntries(of: function.defaults)
      text += "}"
    }
    if options.showsAnnotations, !function.annotations.isEmpty {
      text += " note \(function.annotations.text)"
    }
    printContents(of: graph.body)
    text += "\n"
  }
}

extension Annotations {
  /// The annotations as the text form writes them, in braces.
  var text: String {
    var entries: [String] = documentation.isEmpty ? [] : ["doc \(documentation.quoted)"]
    entries += metadata.map { "\($0.key.quoted) = \($0.value.quoted)" }
    entries += quantization.map { "quant \($0.key.quoted) = \($0.value.quoted)" }
    return "{\(entries.joined(separator: ", "))}"
  }
}

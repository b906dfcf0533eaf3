extension Graph {
  /// Returns the graph in the text form, which `Docs/TextForm.md` describes.
  ///
  /// Graphs that the validator objects to have a text too; uses of values that cannot be seen are
  /// written as `%name#0`, which the parser refuses.
  public func text(_ options: TextOptions = TextOptions()) -> String {
    var printer = GraphPrinter(self, options: options, operatorSets: [:])
    printer.printGraph()
    return printer.text
  }

  /// Reads a graph in the text form; the header of a model before it says which versions of
  /// operators are meant.
  public init(text: String) throws(TextError) {
    let model = try Model(text: text)
    guard model.functions.isEmpty else {
      throw TextError(
        "the text has functions, which a graph does not", remedy: "read it as a model")
    }
    self = model.graph
  }

  /// Whether both graphs have the same complete text: the same names, types, nodes in the same
  /// order, constants, annotations and lineage, whatever their ids.
  public func isEquivalent(to other: Graph) -> Bool {
    text(.complete) == other.text(.complete)
  }
}

extension Graph: CustomStringConvertible {
  /// The graph in the text form for people, see ``TextOptions/brief``.
  public var description: String { text(.brief) }
}

extension Model {
  /// Returns the model in the text form, which `Docs/TextForm.md` describes.
  public func text(_ options: TextOptions = TextOptions()) -> String {
    ModelPrinter(model: self, options: options).text()
  }

  /// Reads a model, or a graph without a header, in the text form.
  public init(text: String) throws(TextError) {
    var parser = GraphParser(text)
    self = try parser.parseModel()
  }

  /// Whether both models have the same complete text, see ``Graph/isEquivalent(to:)``.
  public func isEquivalent(to other: Model) -> Bool {
    text(.complete) == other.text(.complete)
  }
}

extension Model: CustomStringConvertible {
  /// The model in the text form for people, see ``TextOptions/brief``.
  public var description: String { text(.brief) }
}

import IR
import Tensors

/// A node on its way to an older form, with what is known of it and what can be done to it.
struct DowngradedNode {
  /// Adds nodes before this one.
  let new: GradientBuilder

  var id: NodeID { new.place }

  var node: Node { new.graph[id] }

  var inputs: [ValueID?] { new.graph.inputs(of: id) }

  var outputs: [ValueID?] { new.graph.outputs(of: id) }

  // MARK: - What is known

  /// Returns the value of an attribute, or its default.
  func value<Value>(of key: AttributeKey<Value>) throws(OperatorError) -> Value {
    try node.attributes.value(of: key)
  }

  /// Returns the value of an attribute, or nil when it is left out.
  func value<Value>(of key: OptionalAttributeKey<Value>) throws(OperatorError) -> Value? {
    try node.attributes.value(of: key)
  }

  /// Returns an input that the node must have.
  func input(_ index: Int) throws(OperatorError) -> ValueID {
    guard let value = optionalInput(index) else {
      throw OperatorError(.missingInput, "input \(index) is missing")
    }
    return value
  }

  /// Returns an input, or nil when it is left out.
  func optionalInput(_ index: Int) -> ValueID? { new.graph.input(index, of: id) }

  /// Whether anything uses an output.
  func isUsed(output index: Int) -> Bool {
    new.graph.output(index, of: id).map { new.graph.hasUses($0) } ?? false
  }

  /// Returns the shape of an input, where its rank is known.
  func shape(ofInput index: Int) -> Shape? { optionalInput(index).flatMap(new.shape) }

  /// Returns the number of axes of an input.
  func rank(ofInput index: Int) throws(OperatorError) -> Int {
    try new.rank(of: try input(index))
  }

  /// Returns the dense tensor of an input, or nil when it is left out.
  ///
  /// - Throws: `unsupported` when execution decides on it.
  func constant(_ index: Int, _ name: String) throws(OperatorError) -> Tensor? {
    guard let value = optionalInput(index) else { return nil }
    guard new.graph.isConstant(value), let tensor = new.graph.constant(of: value),
      tensor.encoding == .dense
    else {
      throw OperatorError(.unsupported, "\(name) is an input that is no constant")
    }
    return tensor
  }

  /// Returns the integers of an input, or nil when it is left out.
  ///
  /// - Throws: `unsupported` when execution decides on them.
  func integers(_ index: Int, _ name: String) throws(OperatorError) -> [Int]? {
    try constant(index, name)?.integers
  }

  // MARK: - Changes

  /// Gives an attribute a value, or removes it.
  func set(_ name: String, to attribute: Attribute?) {
    new.edit { graph in graph.update(id) { $0.attributes[name] = attribute } }
  }

  /// Gives an attribute a list of integers.
  func set(_ name: String, to integers: [Int]) {
    set(name, to: .ints(integers.map(Int64.init)))
  }

  /// Calls the node by the name of another operator, whose newest form it has.
  func rename(to name: String) {
    new.edit { graph in graph.update(id) { $0.operatorID.name = name } }
  }

  /// Replaces all inputs, and removes constants that nothing uses any longer.
  func setInputs(_ values: [ValueID?]) {
    new.edit { graph in
      let before = graph.inputs(of: id)
      graph.setInputs(values, of: id)
      for case let value? in Set(before) where graph.isConstant(value) && !graph.hasUses(value) {
        graph.removeConstant(value)
      }
    }
  }

  /// Leaves out an input.
  func drop(input index: Int) {
    var values = inputs
    values[index] = nil
    while let last = values.last, last == nil { values.removeLast() }
    setInputs(values)
  }

  /// Leaves out the inputs from one on.
  func dropInputs(from index: Int) { setInputs(Array(inputs.prefix(index))) }

  /// Puts values in the place of the outputs, under their names, and removes the node.
  ///
  /// - Throws: `unsupported` when an output that is used has no value in its place.
  func replace(with values: [ValueID?]) throws(OperatorError) {
    let origin = inputs
    for index in outputs.indices where isUsed(output: index) {
      guard index < values.count, values[index] != nil else {
        throw OperatorError(.unsupported, "output \(index) is used")
      }
    }
    for case (let output?, let value?) in zip(outputs, values) {
      // A value that is there already keeps its name.
      let isNew = new.graph.producer(of: value) != nil && !origin.contains(value)
      let result = isNew ? value : new("Identity", value)
      new.edit { graph in
        graph.setType(graph.type(of: output), of: result)
        graph.setName(graph.name(of: output), of: result)
        graph.setAnnotations(graph.annotations(of: output), of: result)
        graph.setName("", of: output)
        graph.replaceUses(of: output, with: result)
      }
    }
    setInputs([])
    new.edit { $0.remove(id) }
  }
}

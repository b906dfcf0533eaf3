public import IR
import Tensors

extension Model {
  /// Makes a model of the part that computes some values from others.
  ///
  /// The values at `starts` become inputs beside those of the model that are still needed; those at
  /// `ends` are the outputs, or the model's own where there are none. What no output needs is
  /// removed.
  ///
  /// - Throws: `unknownValue` that names every value that the graph does not have.
  public mutating func cut(from starts: [String], to ends: [String]) throws(PassError) {
    var values: [String: ValueID] = [:]
    for value in graph.values where graph.block(of: value) == graph.body {
      let name = graph.name(of: value)
      if !name.isEmpty { values[name] = value }
    }
    for (name, output) in zip(graph.outputNames(of: graph.body), graph.outputs) {
      values[name] = output
    }
    let missing = (starts + ends).filter { values[$0] == nil }
    guard missing.isEmpty else {
      throw PassError(
        .unknownValue,
        "the graph has no value \(missing.map { "\"\($0)\"" }.joined(separator: ", "))",
        remedy: "`ferry inspect --text` shows the names")
    }
    let outputs = ends.compactMap { values[$0] }
    if !ends.isEmpty { graph.setOutputs(outputs, named: ends) }
    for name in starts {
      guard let value = values[name], graph.producer(of: value) != nil else { continue }
      graph.setName("", of: value)
      let input = graph.addInput(named: name, type: graph.type(of: value))
      graph.replaceUses(of: value, with: input)
    }
    _ = RemoveDead().run(on: &self)
    for index in graph.inputs.indices.reversed() where !graph.hasUses(graph.inputs[index]) {
      graph.removeInput(at: index, of: graph.body)
    }
  }
}

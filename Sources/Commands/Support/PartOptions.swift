import ArgumentParser
import IR
import Operators
import Passes
import Tensors

/// The options that say which part of a model is wanted.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A value that the model is cut at: it becomes an input.", valueName: "value"))
  var from: [String] = []

  @Option(
    help: ArgumentHelp(
      "A value that becomes an output, instead of the model's own.", valueName: "value"))
  var to: [String] = []

  /// Returns the part of a model, with dimensions fixed to sizes.
  func apply(to model: PreparedModel, _ sizes: [String: Int]) throws -> PreparedModel {
    guard !(from.isEmpty && to.isEmpty && sizes.isEmpty) else { return model }
    var part = model.model
    do throws(PassError) {
      try part.cut(from: from, to: to)
      try part.fix(dimensions: part.fixQuotedDimensions(sizes))
    } catch {
      throw Failure(.usage, "\(model.path): \(error)")
    }
    let report = part.prepare(using: model.registry)
    guard report.errors.isEmpty else {
      let lines = report.errors.map { "  \($0)" }.joined(separator: "\n")
      throw Failure(.usage, "\(model.path): the part cannot be executed\n\(lines)")
    }
    return PreparedModel(
      file: model.file, model: part, report: report, registry: model.registry)
  }
}

extension Model {
  /// Gives dimensions of the inputs fixed sizes whose names the text form quotes, such as numbers, and
  /// returns the other sizes.
  fileprivate mutating func fixQuotedDimensions(_ sizes: [String: Int]) -> [String: Int] {
    let symbols = graph.inputs.reduce(into: Set<String>()) { symbols, input in
      for case .symbolic(let expression) in graph.type(of: input)?.shape?.dimensions ?? [] {
        symbols.formUnion(expression.symbols)
      }
    }
    let quoted = sizes.filter { name, _ in
      symbols.contains(name) && Dimension.symbol(name).description != name
    }
    guard !quoted.isEmpty else { return sizes }
    for value in graph.values {
      guard case .tensor(let type, let shape?) = graph.type(of: value) else { continue }
      graph.setType(.tensor(type, shape.substituting(quoted)), of: value)
    }
    return sizes.filter { quoted[$0.key] == nil }
  }
}

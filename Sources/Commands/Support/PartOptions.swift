import ArgumentParser
import IR
import Operators
import Passes

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
      try part.fix(dimensions: sizes)
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

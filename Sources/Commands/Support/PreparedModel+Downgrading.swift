import IR
import Operators
import Tensors

extension PreparedModel {
  /// Returns the model in the forms that an operator set has, and how far its results may be off.
  ///
  /// Functions of others that came later are written as those; the new nodes may round differently.
  ///
  /// - Throws: a ``Failure`` that names every node without such a form.
  func downgraded(to version: Int) throws -> (model: Model, tolerance: Tolerance) {
    var model = writable
    let report = model.downgrade(to: version, using: registry)
    guard report.errors.isEmpty else {
      let lines = report.errors.map { "  \($0)" }
      throw Failure(
        .unsupported,
        """
        \(path): \(counted(lines.count, "node")) without a form in operator set \(version)
        \(lines.joined(separator: "\n"))
          remedy: \(remedy(beyond: version))
        """)
    }
    return (model, report.reassociated.isEmpty ? .exact : rounding)
  }

  /// Some units in the last place of the narrowest type that the model computes in.
  private var rounding: Tolerance {
    let graph = model.graph
    let types = Set(graph.values.compactMap { graph.type(of: $0)?.elementType })
    let bound = types.contains(.bfloat16) ? 1.6e-2 : types.contains(.float16) ? 2e-3 : 1e-5
    return Tolerance(absolute: bound, relative: bound)
  }

  private func remedy(beyond version: Int) -> String {
    let newer = Model.writableOperatorSets(of: registry).first { candidate in
      guard candidate > version else { return false }
      var model = model
      return model.downgrade(to: candidate, using: registry).errors.isEmpty
    }
    guard let newer else { return "convert without --opset" }
    return "write it with --opset \(newer), the oldest that has all forms, or export it with others"
  }
}

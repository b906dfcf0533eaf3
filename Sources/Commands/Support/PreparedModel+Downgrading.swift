import IR
import Operators

extension PreparedModel {
  /// Returns the model in the forms that an operator set has, and whether it computes the same bits.
  ///
  /// - Throws: a ``Failure`` that names every node without such a form.
  func downgraded(to version: Int) throws -> (model: Model, isExact: Bool) {
    var model = model
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
    return (model, report.reassociated.isEmpty)
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

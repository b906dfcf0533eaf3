extension OperatorsReport {
  /// The page that `Docs/Operators.md` is: a table for each domain.
  ///
  /// An input or output that may be left out has a question mark, one that stands for several a
  /// trailing `…`.
  var markdown: String {
    var lines = [
      "# Operators", "",
      "What this version executes; `ferry operators --markdown > Docs/Operators.md` writes this page.",
      "Every version of an operator up to the newest one shown is understood: older nodes are brought",
      "to the newest form. Inputs and outputs with a question mark may be left out.",
    ]
    for (domain, operators) in byDomain {
      lines += ["", "## \(domain)", "", "| operator | versions | inputs | outputs |"]
      lines.append("|---|---|---|---|")
      for listed in operators {
        let versions = listed.versions.map(String.init).joined(separator: ", ")
        let inputs = listed.inputs.map(\.markdown).joined(separator: ", ")
        let outputs = listed.outputs.map(\.markdown).joined(separator: ", ")
        lines.append("| \(listed.name) | \(versions) | \(inputs) | \(outputs) |")
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension ParameterDocument {
  fileprivate var markdown: String {
    switch presence {
    case "optional": "\(name)?"
    case "variadic": "\(name)…"
    default: name
    }
  }
}

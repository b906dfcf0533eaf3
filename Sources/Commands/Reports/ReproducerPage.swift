import IR
import Tensors
import Verification

/// The page that says what two reduced models show; it tells nothing of the models they are from
/// but operators and figures.
struct ReproducerPage {
  let text: String

  init(_ reduction: Reduction, command: String) {
    let reproducer = reduction.reproducer
    text = """
      # Two models that should compute the same

      `verify.sh` runs this, which ends with 1 as long as the candidate computes something else than
      the reference:

          \(command)

      \(Self.table(reduction))

      ## Reference

          \(Self.indented(reproducer.reference))

      ## Candidate

          \(Self.indented(reproducer.candidate))

      """
  }

  private static func table(_ reduction: Reduction) -> String {
    let reproducer = reduction.reproducer
    var rows = [
      ("", "here", "where it was found"), ("---", "---", "---"),
      (
        "nodes of the reference and the candidate",
        "\(reproducer.reference.graph.totalNodeCount) and "
          + "\(reproducer.candidate.graph.totalNodeCount)",
        "\(reduction.nodeCounts.reference) and \(reduction.nodeCounts.candidate)"
      ),
      ("what differs", reproducer.difference.kind.rawValue, reduction.whole.kind.rawValue),
    ]
    let figures = (
      reproducer.difference.comparison.comparison, reduction.whole.comparison.comparison
    )
    if let here = figures.0, let there = figures.1 {
      rows += [
        ("elements that differ", here.share, there.share),
        (
          "largest absolute error", formattedError(here.maxAbsoluteError),
          formattedError(there.maxAbsoluteError)
        ),
        (
          "largest relative error", formattedError(here.maxRelativeError),
          formattedError(there.maxRelativeError)
        ),
      ]
    }
    let lines = rows.map { "| \($0.0) | \($0.1) | \($0.2) |" }
    return (lines + ["", numbers(reduction)]).joined(separator: "\n")
  }

  private static func numbers(_ reduction: Reduction) -> String {
    reduction.keptNumbers.map { kept in
      "Weights and inputs are made-up numbers, but for \(kept), which the difference depends on."
    } ?? "All weights and inputs are made-up numbers."
  }

  private static func indented(_ model: Model) -> String {
    model.text(.brief).split(separator: "\n").joined(separator: "\n    ")
  }
}

extension TensorComparison {
  /// The elements that are not equal, of all.
  fileprivate var share: String {
    isComparable ? "\(differingCount) of \(elementCount)" : "form"
  }
}

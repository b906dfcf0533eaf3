import IR
import Passes
import Tensors
import Verification

/// What `ferry optimize` did.
struct OptimizeReport: Encodable {
  struct Side: Encodable {
    let path: String
    let bytes: Int
    let nodes: Int
  }

  /// What one run of a pass did.
  struct PassEntry: Encodable {
    let pass: String
    let contract: String
    let changes: Int
    let nodesBefore: Int
    let nodesAfter: Int
    /// The largest change of an output by the pass; absent where it was not executed.
    let maxAbsoluteError: Double?
    /// Why the pass was taken back.
    let rollbackReason: String?
  }

  let source: Side
  let result: Side
  let passes: [PassEntry]
  /// The outputs of the result against those of the source; absent when it was not executed.
  let verification: [ComparisonDocument]?

  private let summary: String

  private enum CodingKeys: String, CodingKey { case source, result, passes, verification }

  init(_ source: PreparedModel, _ result: Optimizer.Result, _ output: PendingOutput) {
    self.source = Side(
      path: source.path, bytes: source.file.size, nodes: source.model.graph.totalNodeCount)
    self.result = Side(
      path: output.path, bytes: output.size, nodes: result.model.model.graph.totalNodeCount)
    passes = result.records.enumerated().map { index, record in
      let entry = index < result.ledger.count ? result.ledger[index] : nil
      return PassEntry(
        pass: record.pass, contract: record.contract.description, changes: record.changes,
        nodesBefore: record.nodesBefore, nodesAfter: record.nodesAfter,
        maxAbsoluteError: entry.map { entry in
          entry.comparisons.compactMap { $0.comparison?.maxAbsoluteError }.max() ?? 0
        },
        rollbackReason: record.rollbackReason)
    }
    verification = result.verification?.comparisons.map(ComparisonDocument.init)
    summary = Self.summary(result.verification)
  }

  private static func summary(_ report: VerificationReport?) -> String {
    guard let report else { return "no, as asked" }
    let outputs = counted(Set(report.comparisons.map(\.output)).count, "output")
    let samples = counted(report.samples.count, "sample")
    let change = report.comparisons.compactMap { $0.comparison?.maxAbsoluteError }.max() ?? 0
    let verdict =
      report.verdict == .identical
      ? "identical" : "within contract, largest change \(formattedError(change))"
    return "\(verdict): \(outputs) on \(samples)"
  }

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(self) }
    Console.print("\(source.path) → \(result.path)")
    var rows = [["pass", "contract", "changes", "nodes", "largest change"]]
    for entry in passes {
      rows.append([
        entry.pass, entry.contract, "\(entry.changes)",
        "\(entry.nodesBefore) → \(entry.nodesAfter)",
        entry.maxAbsoluteError.map(formattedError) ?? "",
      ])
    }
    if rows.count > 1 { Console.print(table(rows, numbersFrom: 2)) }
    Console.print(
      table([
        ["nodes", "\(source.nodes) → \(result.nodes)"],
        ["size", "\(formattedBytes(source.bytes)) → \(formattedBytes(result.bytes))"],
        ["verified", summary],
      ]))
    for entry in passes {
      guard let reason = entry.rollbackReason else { continue }
      Console.printError("warning: \(entry.pass) was taken back: \(reason)")
    }
  }
}

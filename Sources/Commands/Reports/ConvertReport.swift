import IR
import Operators
import Passes
import Tensors
import Verification

/// What `ferry convert` or `ferry optimize` did.
struct ConvertReport: Encodable {
  struct Side: Encodable {
    let path: String
    let format: ModelFile.Format
    let bytes: Int
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
  /// The nodes of the result, those of subgraphs included.
  let nodes: Int
  let passes: [PassEntry]
  let parameters: Int
  /// The bytes of all constants.
  let weightBytes: Int
  /// The bytes that the result saves by storing constants with many zeros sparse.
  let savedBytes: Int
  let notes: [String]
  /// Operators that passed through without a definition.
  let opaqueOperators: [String]
  /// The result against the source; absent when it was not executed.
  private(set) var verification: [ComparisonDocument]?
  private(set) var verdict: Verdict?

  private var samples = 0
  private let sourceNodes: Int

  private enum CodingKeys: String, CodingKey {
    case source, result, nodes, passes, parameters, weightBytes, savedBytes, notes
    case opaqueOperators
    case verification, verdict
  }

  init(
    _ source: PreparedModel, _ result: Optimizer.Result, _ output: PendingOutput,
    notes added: [String] = []
  ) {
    let statistics = ModelStatistics(result.model.model)
    self.source = Side(path: source.path, format: source.file.format, bytes: source.file.size)
    self.result = Side(path: output.path, format: output.format, bytes: output.size)
    nodes = statistics.nodes
    sourceNodes = source.model.graph.totalNodeCount
    parameters = statistics.parameters
    weightBytes = statistics.weightBytes
    savedBytes = output.savedBytes
    let graph = result.model.model.graph
    let unused = graph.inputs.filter { !graph.hasUses($0) }.map(graph.name(of:))
    notes =
      source.file.notes + unused.map { "no output depends on the input \"\($0)\"; it is kept" }
      + result.idlePasses.map { "\($0) found nothing to change" } + added
    opaqueOperators = source.report.opaqueOperators.map(\.operatorID.qualifiedName)
    let history = result.model.history
    passes = history.records.enumerated().map { index, record in
      PassEntry(record, index < history.ledger.count ? history.ledger[index] : nil)
    }
    if let verification = result.verification { add(verification) }
  }

  /// Adds what an execution of the result showed; the worse verdict holds.
  mutating func add(_ report: VerificationReport) {
    // What passes changed says more than that the file holds it.
    guard verdict.map({ $0 < report.verdict }) ?? true else { return }
    verification = report.comparisons.map(ComparisonDocument.init)
    verdict = report.verdict
    samples = report.samples.count
  }

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(self) }
    let overhead = result.bytes - (weightBytes - savedBytes)
    Console.print("\(source.path) → \(result.path)")
    showPasses()
    Console.print(
      table([
        ["size", "\(formattedBytes(source.bytes)) → \(formattedBytes(result.bytes))"],
        ["model", "\(nodesText), \(counted(parameters, "parameter"))"],
        ["weights", weightsText],
        ["beside weights", "\(formattedBytes(overhead)), \(bytesPerNode(overhead)) a node"],
        ["verified", verificationText],
      ]))
    for entry in passes {
      guard let reason = entry.rollbackReason else { continue }
      Console.printError("warning: \(entry.pass) was taken back: \(reason)")
    }
    for note in notes { Console.printError("note: \(note)") }
    for name in opaqueOperators {
      Console.printError("note: \(name) has no definition; its nodes are carried over as they are")
    }
  }

  /// The nodes before and after, for people.
  var nodesText: String {
    nodes == sourceNodes ? counted(nodes, "node") : "\(sourceNodes) → \(counted(nodes, "node"))"
  }

  private var weightsText: String {
    guard savedBytes > 0 else { return formattedBytes(weightBytes) }
    return "\(formattedBytes(weightBytes)), stored in \(formattedBytes(weightBytes - savedBytes))"
  }

  private func showPasses() {
    guard !passes.isEmpty else { return }
    var rows = [["pass", "contract", "changes", "nodes", "largest change"]]
    for entry in passes {
      rows.append([
        entry.pass, entry.contract, "\(entry.changes)",
        "\(entry.nodesBefore) → \(entry.nodesAfter)",
        entry.rollbackReason == nil
          ? entry.maxAbsoluteError.map(formattedError) ?? "" : "taken back",
      ])
    }
    Console.print(table(rows, numbersFrom: 2))
  }

  private func bytesPerNode(_ overhead: Int) -> String {
    formattedBytes(nodes == 0 ? overhead : overhead / nodes)
  }

  /// What was executed, for people.
  var verificationText: String {
    guard let verdict else { return "no, as asked" }
    let outputs = Set((verification ?? []).map(\.output)).count
    let place = "\(counted(outputs, "output")) on \(counted(samples, "sample"))"
    guard verdict == .identical else {
      let change = (verification ?? []).compactMap(\.maxAbsoluteError).max() ?? 0
      return "within contract, largest change \(formattedError(change)): \(place)"
    }
    return "\(verdict.rawValue): \(place)"
  }
}

extension ConvertReport.PassEntry {
  init(_ record: PassRecord, _ entry: ErrorLedger.Entry?) {
    pass = record.pass
    contract = record.contract.description
    changes = record.changes
    nodesBefore = record.nodesBefore
    nodesAfter = record.nodesAfter
    rollbackReason = record.rollbackReason
    maxAbsoluteError = entry.map { entry in
      entry.comparisons.compactMap { $0.comparison?.maxAbsoluteError }.max() ?? 0
    }
  }
}

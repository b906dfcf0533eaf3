import Operators
import Tensors
import Verification

/// What `ferry convert` did.
struct ConvertReport: Encodable {
  struct Side: Encodable {
    let path: String
    let format: ModelFile.Format
    let bytes: Int
  }

  let source: Side
  let result: Side
  let nodes: Int
  let parameters: Int
  /// The bytes of all constants: what no format can do without.
  let weightBytes: Int
  let notes: [String]
  /// Operators that passed through without a definition.
  let opaqueOperators: [String]
  /// Absent when the result was not executed.
  let verification: [ComparisonDocument]?
  let verdict: Verdict?

  private let samples: Int

  private enum CodingKeys: String, CodingKey {
    case source, result, nodes, parameters, weightBytes, notes, opaqueOperators, verification
    case verdict
  }

  init(_ model: PreparedModel, _ output: PendingOutput, _ report: VerificationReport?) {
    let statistics = ModelStatistics(model.model)
    source = Side(path: model.path, format: model.file.format, bytes: model.file.size)
    result = Side(path: output.path, format: output.format, bytes: output.size)
    nodes = statistics.nodes
    parameters = statistics.parameters
    weightBytes = statistics.weightBytes
    notes = model.file.notes
    opaqueOperators = model.report.opaqueOperators.map(\.operatorID.qualifiedName)
    verification = report?.comparisons.map(ComparisonDocument.init)
    verdict = report?.verdict
    samples = report?.samples.count ?? 0
  }

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(self) }
    let overhead = result.bytes - weightBytes
    Console.print("\(source.path) → \(result.path)")
    Console.print(
      table([
        ["size", "\(formattedBytes(source.bytes)) → \(formattedBytes(result.bytes))"],
        ["model", "\(counted(nodes, "node")), \(counted(parameters, "parameter"))"],
        ["beside weights", "\(formattedBytes(overhead)), \(bytesPerNode(overhead)) a node"],
        ["verified", verificationText],
      ]))
    for note in notes { Console.printError("note: \(note)") }
    for name in opaqueOperators {
      Console.printError("note: \(name) has no definition; its nodes are carried over as they are")
    }
  }

  private func bytesPerNode(_ overhead: Int) -> String {
    formattedBytes(nodes == 0 ? overhead : overhead / nodes)
  }

  private var verificationText: String {
    guard let verdict else { return "no, as asked" }
    let outputs = Set((verification ?? []).map(\.output)).count
    return "\(verdict.rawValue): \(counted(outputs, "output")) on \(counted(samples, "sample"))"
  }
}

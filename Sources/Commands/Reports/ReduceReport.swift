import IR
import Tensors
import Verification

/// What `ferry reduce` found.
struct ReduceReport: Encodable {
  /// A number before and after.
  struct Change: Encodable {
    let before: Int
    let after: Int
  }

  /// Where the models differ.
  struct Place: Encodable {
    let value: String
    /// The nodes that compute it: operator and name.
    let reference: String
    let candidate: String
  }

  /// One of the models before and after.
  struct Side: Encodable {
    let path: String
    let nodes: Change
    let bytes: Change
  }

  let folder: String
  let reference: Side
  let candidate: Side
  let place: Place
  /// The parts of the candidate that differ when they are executed on values of the reference.
  let differingParts: Int
  let kind: Difference.Kind
  /// The worst output of the given models, then that of the reduced ones.
  let whole: ComparisonDocument
  let reduced: ComparisonDocument
  /// The tolerance within which the reduced models do not agree.
  let tolerance: Double?
  let extents: [Change]
  /// The constants and inputs that hold numbers of the given models and data still.
  let ownConstants: Int
  let ownInputs: Int
  let executions: Int
  let wholeExecutions: Int

  private let comparison: OutputComparison
  private let keptNumbers: String?

  private enum CodingKeys: String, CodingKey {
    case folder, reference, candidate, place, differingParts, kind, whole, reduced, tolerance
    case extents, ownConstants, ownInputs, executions, wholeExecutions
  }

  init(
    _ first: PreparedModel, _ second: PreparedModel, _ reduction: Reduction,
    _ contents: ReproducerFolder.Contents, in folder: String
  ) {
    self.folder = folder
    let reproducer = reduction.reproducer
    reference = Side(
      path: first.path,
      nodes: Change(
        before: first.model.graph.totalNodeCount,
        after: reproducer.reference.graph.totalNodeCount),
      bytes: Change(before: first.file.size, after: contents.sizes["reference.onnx"] ?? 0))
    candidate = Side(
      path: second.path,
      nodes: Change(
        before: second.model.graph.totalNodeCount,
        after: reproducer.candidate.graph.totalNodeCount),
      bytes: Change(before: second.file.size, after: contents.sizes[contents.candidate] ?? 0))
    place = Place(
      value: reduction.place.value, reference: reduction.place.reference,
      candidate: reduction.place.candidate)
    differingParts = reduction.brokenPartCount
    kind = reproducer.difference.kind
    whole = ComparisonDocument(reduction.whole.comparison)
    comparison = reproducer.difference.comparison
    reduced = ComparisonDocument(comparison)
    tolerance = contents.tolerance
    extents = reduction.sizes.map { Change(before: $0.from, after: $0.to) }
    ownConstants = reduction.ownConstantCount
    ownInputs = reduction.ownInputCount
    keptNumbers = reduction.keptNumbers
    executions = reduction.executionCount
    wholeExecutions = reduction.wholeExecutionCount
  }

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(self) }
    Console.print("\(folder): the difference between \(reference.path) and \(candidate.path)")
    var rows = [
      ["place", "\(place.value) by \(place.candidate)"],
      ["reference", reference.text], ["candidate", candidate.text],
    ]
    if place.reference != place.candidate { rows[0][1] += ", in the reference \(place.reference)" }
    if !extents.isEmpty {
      rows.append(
        ["extents", extents.map { "\($0.before) → \($0.after)" }.joined(separator: ", ")])
    }
    rows.append(["numbers", keptNumbers.map { "made up, but for \($0)" } ?? "made up"])
    if differingParts > 1 {
      rows.append(["parts", "\(differingParts) differ by themselves; this is the worst one"])
    }
    rows.append(["executions", "\(executions), \(wholeExecutions) of them of whole models"])
    Console.print(table(rows))
    Console.print(VerificationTable([comparison]).text)
    Console.print("see it with: sh \(folder)/verify.sh")
  }
}

extension ReduceReport.Side {
  /// Nodes and bytes before and after.
  fileprivate var text: String {
    "\(counted(nodes.after, "node")) of \(nodes.before), \(formattedBytes(bytes.after)) of "
      + formattedBytes(bytes.before)
  }
}

extension Reduction {
  /// What still holds numbers of the given models or data, such as `1 constant`; nil when nothing
  /// does.
  var keptNumbers: String? {
    let kept = [(ownConstantCount, "constant"), (ownInputCount, "input")].filter { $0.0 > 0 }
    return kept.isEmpty ? nil : kept.map(counted).joined(separator: " and ")
  }
}

import IR
import Tensors
import Verification

/// What sets two models apart.
struct DiffReport: Encodable {
  /// An input, an output or a kind of operator that is not the same in both; nil where there is none.
  struct Change<Value: Encodable>: Encodable {
    let name: String
    let before: Value?
    let after: Value?
  }

  /// A weight with one name and different elements.
  struct ChangedWeight: Encodable {
    let name: String
    let before: String
    let after: String
    /// The largest difference of two elements; absent where shapes differ.
    let maxAbsoluteError: Double?
  }

  let bytes: Change<Int>
  let nodes: Change<Int>
  let inputs: [Change<String>]
  let outputs: [Change<String>]
  let operators: [Change<Int>]
  /// The weights that are in both models, under one name or another.
  let equalWeights: Int
  let changedWeights: [ChangedWeight]
  let weightsOnlyBefore: [String]
  let weightsOnlyAfter: [String]
  /// How outputs change; absent when the models were not executed.
  private(set) var outputChanges: [ComparisonDocument]?

  private let title: String
  private var execution: VerificationReport?

  private enum CodingKeys: String, CodingKey {
    case bytes, nodes, inputs, outputs, operators, equalWeights, changedWeights
    case weightsOnlyBefore, weightsOnlyAfter, outputChanges
  }

  init(_ first: ModelFile, _ second: ModelFile) {
    let (left, right) = (first.model.graph, second.model.graph)
    title = "\(first.path) → \(second.path)"
    bytes = Change(name: "bytes", before: first.size, after: second.size)
    let counts = (ModelStatistics(first.model), ModelStatistics(second.model))
    nodes = Change(name: "nodes", before: counts.0.nodes, after: counts.1.nodes)
    inputs = Self.changes(left.inputTypes, right.inputTypes)
    outputs = Self.changes(left.outputTypes, right.outputTypes)
    operators = Self.changes(counts.0.operatorCounts, counts.1.operatorCounts)
    let weights = WeightDifference(left, right)
    equalWeights = weights.equal
    changedWeights = weights.changed
    weightsOnlyBefore = weights.onlyBefore
    weightsOnlyAfter = weights.onlyAfter
  }

  /// Adds how the outputs of the second model differ from those of the first.
  mutating func add(_ report: VerificationReport) {
    execution = report
    outputChanges = report.comparisons.map(ComparisonDocument.init)
  }

  private static func changes<Value: Encodable & Equatable>(
    _ before: [String: Value], _ after: [String: Value]
  ) -> [Change<Value>] {
    Set(before.keys).union(after.keys).sorted().compactMap { name in
      guard before[name] != after[name] else { return nil }
      return Change(name: name, before: before[name], after: after[name])
    }
  }

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(self) }
    Console.print(title)
    Console.print(
      table([
        ["size", "\(formattedBytes(bytes.before ?? 0)) → \(formattedBytes(bytes.after ?? 0))"],
        ["nodes", "\(nodes.before ?? 0) → \(nodes.after ?? 0)"],
        [
          "weights",
          "\(equalWeights) equal, \(changedWeights.count) changed, "
            + "\(weightsOnlyBefore.count) gone, \(weightsOnlyAfter.count) new",
        ],
      ]))
    show("inputs", inputs)
    show("outputs", outputs)
    show("operators", operators)
    if !changedWeights.isEmpty {
      Console.print("changed weights")
      Console.print(
        table(
          changedWeights.map { weight in
            let error = weight.maxAbsoluteError.map { "by up to \(formattedError($0))" }
            return [weight.name, error ?? "\(weight.before) → \(weight.after)"]
          }))
    }
    if let execution { Console.print(VerificationTable(execution.comparisons).text) }
  }

  private func show<Value>(_ heading: String, _ changes: [Change<Value>]) {
    guard !changes.isEmpty else { return }
    Console.print(heading)
    Console.print(
      table(
        changes.map { change in
          let before = change.before.map { "\($0)" } ?? "–"
          return [change.name, "\(before) → \(change.after.map { "\($0)" } ?? "–")"]
        }))
  }
}

/// The constants of two graphs, matched by name and then by content.
private struct WeightDifference {
  private(set) var equal = 0
  private(set) var changed: [DiffReport.ChangedWeight] = []
  private(set) var onlyBefore: [String] = []
  private(set) var onlyAfter: [String] = []

  init(_ left: Graph, _ right: Graph) {
    let after = right.namedConstants
    let byName = Dictionary(after.map { ($0.name, $0.tensor) }) { first, _ in first }
    var matched: Set<String> = []
    var unmatched: [(name: String, tensor: Tensor)] = []
    for (name, tensor) in left.namedConstants {
      guard !name.isEmpty, let other = byName[name], matched.insert(name).inserted else {
        unmatched.append((name, tensor))
        continue
      }
      if other == tensor {
        equal += 1
      } else {
        let figures = TensorComparison(of: other, to: tensor)
        changed.append(
          .init(
            name: name, before: "\(tensor.elementType)\(tensor.shape)",
            after: "\(other.elementType)\(other.shape)",
            maxAbsoluteError: figures.isComparable ? figures.maxAbsoluteError : nil))
      }
    }
    var contents: [Tensor: Int] = [:]
    let others = after.filter { !matched.contains($0.name) }
    for entry in others { contents[entry.tensor, default: 0] += 1 }
    for (name, tensor) in unmatched {
      if let count = contents[tensor], count > 0 {
        contents[tensor] = count - 1
        equal += 1
      } else {
        onlyBefore.append(name)
      }
    }
    for (name, tensor) in others where contents[tensor] ?? 0 > 0 {
      contents[tensor, default: 0] -= 1
      onlyAfter.append(name)
    }
  }
}

extension Graph {
  fileprivate var namedConstants: [(name: String, tensor: Tensor)] {
    values.compactMap { value in
      guard isConstant(value), let tensor = constant(of: value) else { return nil }
      return (name(of: value), tensor)
    }
  }

  fileprivate var inputTypes: [String: String] {
    Dictionary(inputs.map { (name(of: $0), type(of: $0)?.description ?? "?") }) { first, _ in first
    }
  }

  fileprivate var outputTypes: [String: String] {
    let types = outputs.map { type(of: $0)?.description ?? "?" }
    return Dictionary(zip(outputNames(of: body), types)) { first, _ in first }
  }
}

extension ModelStatistics {
  fileprivate var operatorCounts: [String: Int] {
    Dictionary(operators.map { ($0.operatorID.qualifiedName, $0.count) }, uniquingKeysWith: +)
  }
}

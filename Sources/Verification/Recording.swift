import IR
import Interpreter
import Operators
import Tensors

/// What a model computed on one sample, kept so that a changed model computes only what changed.
struct Recording: Sendable {
  private(set) var outputs: ModelOutputs = [:]
  /// The node that computes the first value that is another one than in the model before, for people;
  /// nil where none is.
  private(set) var firstChange: String?
  /// The nodes that were executed: the others have the results of the model before.
  private(set) var executedCount = 0
  private var values: [ValueID: RuntimeValue] = [:]
  private var byteCount = 0

  /// What values may take at most, in bytes; the nodes of further ones are executed again.
  private static let limit = 1 << 30

  /// The change of a value, in proportion to its size, that rounding does not explain in one step.
  private static let visibleChange = 1e-5

  /// Executes a model that is not compared with one before.
  init(of subject: Subject, on sample: Sample) throws(OperatorError) {
    let execution = try Execution(of: try subject.interpreter(.declared), sample.values)
    while let step = try execution.advance() { keep(step) }
    outputs = subject.named(try execution.outputs())
  }

  /// Executes a model that was made of another one, of which this is given.
  ///
  /// A node that the model before has too, with inputs of the same bits, has its results. Changes
  /// that rounding may explain are not looked for unless `isExact`.
  init(
    of subject: Subject, on sample: Sample, after former: Recording, of before: Model,
    isExact: Bool
  ) throws(OperatorError) {
    let execution = try Execution(of: try subject.interpreter(.declared), sample.values)
    var reuse = Reuse(
      after: execution.graph, before: before.graph, functions: subject.model.functions)
    let visible = isExact ? 0 : Self.visibleChange
    while let node = execution.next {
      if reuse.isUnchanged(node), let results = former.results(of: node, in: execution.graph),
        let step = execution.advance(taking: results)
      {
        keep(step)
        reuse.add(step.results.map(\.value))
        continue
      }
      guard let step = try execution.advance() else { break }
      executedCount += 1
      keep(step)
      for (value, content) in step.results {
        guard let old = former.values[value] else { continue }
        if old == content {
          reuse.add([value])
        } else if firstChange == nil, old.isVisiblyOther(than: content, beyond: visible) {
          firstChange = execution.graph.title(of: step.node)
        }
      }
    }
    outputs = subject.named(try execution.outputs())
  }

  private mutating func keep(_ step: Execution.Step) {
    for (value, content) in step.results where byteCount < Self.limit {
      byteCount += content.tensor?.range.count ?? 0
      values[value] = content
    }
  }

  private func results(of node: NodeID, in graph: Graph) -> [RuntimeValue]? {
    let results = graph.outputs(of: node).map { $0.flatMap { values[$0] } }
    return results.contains(nil) ? nil : results.compactMap { $0 }
  }
}

/// Which nodes of a changed graph compute what they did before.
private struct Reuse {
  let after: Graph
  let before: Graph
  let functions: Set<OperatorID>
  /// The values that have the bits of before.
  private var same: Set<ValueID> = []

  init(after: Graph, before: Graph, functions: [Function]) {
    self.after = after
    self.before = before
    self.functions = Set(functions.map(\.id))
  }

  mutating func add(_ values: [ValueID]) { same.formUnion(values) }

  /// Whether a node is as it was, and its inputs have the same bits.
  func isUnchanged(_ node: NodeID) -> Bool {
    guard node.index < before.nodeCapacity, before.contains(node), after.blocks(of: node).isEmpty,
      before.blocks(of: node).isEmpty, !functions.contains(after[node].operatorID)
    else { return false }
    let (new, old) = (after[node], before[node])
    return new.operatorID == old.operatorID && new.attributes == old.attributes
      && new.name == old.name && after.outputs(of: node) == before.outputs(of: node)
      && after.inputs(of: node) == before.inputs(of: node)
      && after.inputs(of: node).allSatisfy { $0.map(isUnchanged) ?? true }
  }

  private func isUnchanged(_ value: ValueID) -> Bool {
    if same.contains(value) { return true }
    guard after.producer(of: value) == nil, before.contains(value),
      before.producer(of: value) == nil
    else { return false }
    return after.constant(of: value) == before.constant(of: value)
  }
}

extension RuntimeValue {
  fileprivate func isVisiblyOther(than other: RuntimeValue, beyond visible: Double) -> Bool {
    guard let tensor, let other = other.tensor else { return false }
    let figures = TensorComparison(of: other, to: tensor)
    return !figures.isComparable || figures.relativeError >= visible
  }
}

extension Graph {
  /// A node for people: its operator, and its name where it has one.
  func title(of node: NodeID) -> String {
    let name = self[node].name
    return "\(self[node].operatorID.name)\(name.isEmpty ? "" : " \"\(name)\"")"
  }
}

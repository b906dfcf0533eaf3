import IR
import Interpreter
import Operators
import Tensors

/// The execution of a reference and a candidate side by side, which holds no more values at a time
/// than the models themselves do.
///
/// The reference runs in its own types and, where that can be done, in 64 bits. Beside the candidate
/// runs a second execution of it, the *isolated* one, in which every value that stands for one of
/// the reference is replaced by that one: what a node computes there from what the reference gives
/// it is the node's own error, while the candidate's value has the errors of all nodes before it.
final class SideBySide {
  /// A value of the candidate beside the one of the reference that it stands for.
  struct Pair {
    let node: NodeID
    let value: ValueID
    let partner: ValueID
    let candidate: RuntimeValue
    /// What the node computes from the values of the reference; nil when it cannot.
    let isolated: RuntimeValue?
    let reference: RuntimeValue
    /// The value of the reference in 64 bits; nil when it cannot be executed so.
    let exact: RuntimeValue?
    /// Whether the candidate's node was given the same bits as in the isolated execution.
    let hasSameInputs: Bool
  }

  /// What the executions gave in the end.
  struct Outcome {
    var reference: [RuntimeValue] = []
    /// Nil when the reference cannot be executed in 64 bits.
    var exact: [RuntimeValue]?
    /// What the candidate computes, or the error that ended it.
    var candidate: Result<[RuntimeValue], OperatorError> = .success([])
  }

  /// The values of the reference that those of the candidate stand for.
  private let partners: [ValueID: ValueID]
  private let reference: Execution
  private var exact: Execution?
  private let candidate: Execution
  private var isolated: Execution?
  /// The values of the reference that values of the candidate still stand for.
  private var held: [ValueID: (reference: RuntimeValue, exact: RuntimeValue?)] = [:]
  private var remainingUses: [ValueID: Int]
  /// The values of the candidate that differ in some bit from those of its isolated execution.
  private var divergent: Set<ValueID> = []

  init(
    reference: Execution, exact: Execution?, candidate: Execution, isolated: Execution?,
    partners: [ValueID: ValueID]
  ) {
    self.partners = partners
    self.reference = reference
    self.exact = exact
    self.candidate = candidate
    self.isolated = isolated
    remainingUses = partners.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Executes the models and shows each pair of values that stand for each other, in the order of the
  /// candidate.
  ///
  /// - Throws: what keeps the reference from being executed.
  func run(_ visit: (Pair) -> Void) throws(OperatorError) -> Outcome {
    var outcome = Outcome()
    do throws(CandidateError) {
      while let pairs = try advanceCandidate() { for pair in pairs { visit(pair) } }
      outcome.candidate = Result { () throws(OperatorError) in try candidate.outputs() }
    } catch {
      switch error {
      case .candidate(let cause): outcome.candidate = .failure(cause)
      case .reference(let cause): throw cause
      }
    }
    while try advanceReference() {}
    outcome.reference = try reference.outputs()
    outcome.exact = try? exact?.outputs()
    return outcome
  }

  private enum CandidateError: Error {
    case candidate(OperatorError)
    case reference(OperatorError)
  }

  // MARK: - Candidate

  /// Executes the next node of the candidate; nil at the end.
  private func advanceCandidate() throws(CandidateError) -> [Pair]? {
    guard let node = candidate.next else { return nil }
    let step: Execution.Step
    do throws(OperatorError) {
      guard let next = try candidate.advance() else { return nil }
      step = next
    } catch { throw .candidate(error) }
    let isSame = hasSameInputs(node)
    let own = advanceIsolated(step, isSame: isSame)
    if !isSame {
      for (index, result) in step.results.enumerated()
      where own.map({ result.content != $0[index].content }) ?? true {
        divergent.insert(result.value)
      }
    }
    var pairs: [Pair] = []
    for (index, result) in step.results.enumerated() {
      guard let partner = partners[result.value] else { continue }
      do throws(OperatorError) {
        while held[partner] == nil, try advanceReference() {}
      } catch { throw .reference(error) }
      guard let values = held[partner] else { continue }
      release(partner)
      pairs.append(
        Pair(
          node: node, value: result.value, partner: partner, candidate: result.content,
          isolated: own?[index].content, reference: values.reference, exact: values.exact,
          hasSameInputs: isSame))
      replace(result.value, result.content, with: values.reference)
    }
    return pairs
  }

  private func hasSameInputs(_ node: NodeID) -> Bool {
    guard !divergent.isEmpty else { return true }
    let graph = candidate.graph
    guard graph.blocks(of: node).isEmpty else { return false }
    return graph.inputs(of: node).allSatisfy { $0.map { !divergent.contains($0) } ?? true }
  }

  /// Executes the next node with what the reference gives; nil when it cannot be.
  private func advanceIsolated(
    _ step: Execution.Step, isSame: Bool
  ) -> [(value: ValueID, content: RuntimeValue)]? {
    guard let isolated else { return nil }
    if isSame, step.results.count == candidate.graph.outputs(of: step.node).count {
      return isolated.advance(taking: step.results.map(\.content))?.results
    }
    do throws(OperatorError) {
      return try isolated.advance()?.results
    } catch {
      self.isolated = nil
      return nil
    }
  }

  /// Lets the isolated execution go on with a value of the reference.
  private func replace(
    _ value: ValueID, _ content: RuntimeValue, with reference: RuntimeValue
  ) {
    guard let isolated, content.isInterchangeable(with: reference) else { return }
    isolated.replace(value, with: reference)
    if content == reference {
      divergent.remove(value)
    } else {
      divergent.insert(value)
    }
  }

  // MARK: - Reference

  /// Executes the next node of the reference; false at the end.
  private func advanceReference() throws(OperatorError) -> Bool {
    guard let step = try reference.advance() else { return false }
    var wide: [(value: ValueID, content: RuntimeValue)]?
    do throws(OperatorError) {
      wide = try exact?.advance()?.results
    } catch {
      exact = nil
    }
    for (index, result) in step.results.enumerated() where remainingUses[result.value] != nil {
      held[result.value] = (result.content, wide?[index].content)
    }
    return true
  }

  private func release(_ partner: ValueID) {
    guard let count = remainingUses[partner] else { return }
    remainingUses[partner] = count > 1 ? count - 1 : nil
    if count == 1 { held[partner] = nil }
  }
}

extension RuntimeValue {
  /// Whether both are tensors of one type and shape.
  fileprivate func isInterchangeable(with other: RuntimeValue) -> Bool {
    guard let tensor, let other = other.tensor else { return false }
    return tensor.elementType == other.elementType && tensor.shape == other.shape
  }
}

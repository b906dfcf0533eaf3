import IR
import Tensors

/// Judges whether a smaller reproducer still shows the difference, as long as its budget lasts.
final class ReductionTrial {
  enum Outcome {
    /// It shows a difference of the same kind, which is the reproducer's now.
    case kept(Reproducer)
    /// Both models can be executed and do not differ in that way.
    case lost
    /// One of the models is none any more, or the budget is spent.
    case invalid
  }

  private let execute: Reducer.Execute
  /// How many nodes may be executed still.
  private var budget: Int

  init(budget: Int, execute: @escaping Reducer.Execute) {
    self.budget = budget
    self.execute = execute
  }

  /// Executes what became of a reproducer.
  func outcome(of changed: Reproducer) -> Outcome {
    var changed = changed
    guard budget > 0, changed.deriveTypes() else { return .invalid }
    budget -= changed.reference.graph.totalNodeCount + changed.candidate.graph.totalNodeCount
    do {
      let test = DifferenceTest(execute: execute)
      guard
        let difference = try test.differs(
          reference: changed.reference, candidate: changed.candidate, sample: changed.sample),
        difference.kind == changed.difference.kind
      else { return .lost }
      changed.difference = difference
      return .kept(changed)
    } catch {
      return .invalid
    }
  }

  /// Takes a change if it keeps the difference, and says whether it does.
  func take(_ changed: Reproducer?, for reproducer: inout Reproducer) -> Bool {
    guard let changed, case .kept(let kept) = outcome(of: changed) else { return false }
    reproducer = kept
    return true
  }
}

import IR
import Interpreter
public import Operators

/// How long the operators of a model take in one execution.
public struct OperatorTimes: Sendable {
  /// The seconds of all nodes of an operator, by its name; those of subgraphs and functions count for
  /// the node that has them.
  public private(set) var secondsByOperator: [String: Double] = [:]

  /// Executes a model node by node.
  ///
  /// - Throws: `OperatorError` when it cannot be executed.
  public init(of subject: Subject, on sample: Sample) throws(OperatorError) {
    let execution = try Execution(of: try subject.interpreter(.declared), sample.values)
    var start = ContinuousClock.now
    while let step = try execution.advance() {
      let end = ContinuousClock.now
      let name = execution.graph[step.node].operatorID.name
      secondsByOperator[name, default: 0] += (end - start).seconds
      start = end
    }
  }
}

extension Verifier {
  /// Returns how long reference and candidate take on a sample; nil when one cannot be executed.
  public func times(on sample: Sample) -> (before: OperatorTimes, after: OperatorTimes)? {
    guard let before = try? OperatorTimes(of: reference, on: sample),
      let after = try? OperatorTimes(of: candidate, on: sample)
    else { return nil }
    return (before, after)
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

public import IR
public import Passes

extension ErrorLedger {
  /// Runs a pipeline on the source, executes what it leaves, and only where that does not hold looks
  /// for the pass that broke its contract.
  ///
  /// Halving the passes that may have, it takes executions in proportion to the logarithm of their
  /// number. The pass is taken back and the pipeline run without it, until the result holds. Since
  /// all contracts are judged together, what an exact pass changes beside a reassociating one counts
  /// as rounding.
  public mutating func run(
    _ pipeline: PassPipeline, on source: Model
  ) throws -> (model: Model, records: [PassRecord]) {
    var rejected: [String: String] = [:]
    while true {
      let prefix = try Prefix(of: pipeline, on: source, without: rejected)
      let trial = examine(prefix.contract, fromSourceTo: prefix.model)
      // A source that differs from itself is not what passes answer for.
      guard trial.violation != nil, !prefix.kept.isEmpty else {
        keep(trial)
        return (prefix.model, prefix.records)
      }
      let broken = try firstBroken(pipeline, source, rejected, count: prefix.kept.count)
      rejected[broken.pass] = broken.reason
    }
  }

  /// The first pass after which the outputs do not hold, when `count` passes are kept.
  private mutating func firstBroken(
    _ pipeline: PassPipeline, _ source: Model, _ rejected: [String: String], count: Int
  ) throws -> (pass: String, reason: String) {
    var (holding, broken) = (0, count)
    while broken - holding > 1 {
      let middle = (holding + broken) / 2
      let prefix = try Prefix(of: pipeline, on: source, without: rejected, limit: middle)
      if examine(prefix.contract, fromSourceTo: prefix.model).violation == nil {
        holding = middle
      } else {
        broken = middle
      }
    }
    let before = try Prefix(of: pipeline, on: source, without: rejected, limit: holding)
    let after = try Prefix(of: pipeline, on: source, without: rejected, limit: broken)
    let former = examine(before.contract, fromSourceTo: before.model)
    let trial = examine(
      after.kept.last?.contract ?? .exact,
      from: Baseline(subject: former.subject, recordings: former.recordings), to: after.model)
    let reason = trial.violation ?? examine(after.contract, fromSourceTo: after.model).violation
    return (after.kept.last?.pass ?? "", reason ?? "it breaks its contract")
  }
}

/// What the first passes of a pipeline that change something make of a model.
private struct Prefix {
  private(set) var model: Model
  private(set) var records: [PassRecord]

  /// Runs a pipeline, keeps the results of `limit` passes and takes back what `rejected` names.
  init(
    of pipeline: PassPipeline, on source: Model, without rejected: [String: String],
    limit: Int = .max
  ) throws {
    model = source
    guard limit < .max || !rejected.isEmpty else {
      records = try pipeline.run(on: &model)
      return
    }
    var count = 0
    records = try pipeline.run(on: &model) { pass, _, _ in
      if let reason = rejected[pass.name] { return .rollBack(reason: reason) }
      guard count < limit else { return .rollBack(reason: "beyond the limit") }
      count += 1
      return .keep
    }
  }

  /// The passes whose results were kept, in order.
  var kept: [PassRecord] { records.filter { $0.rollbackReason == nil } }

  /// What holds when each of them keeps its contract.
  var contract: NumericalContract { kept.reduce(.exact) { $0 + $1.contract } }
}

import ArgumentParser
import IR
import Interpreter
import Operators
import Passes
import Verification

/// How much of the result of a pipeline is executed.
enum VerificationMode: String, ExpressibleByArgument, CaseIterable {
  /// After every pass.
  case full
  /// At the end; after every pass only when the end does not hold.
  case fast
  /// Nothing.
  case off
}

/// What passes did to a model.
struct PassHistory {
  var records: [PassRecord] = []
  /// The changes of outputs, one entry a record; empty where they were not executed one by one.
  var ledger: [ErrorLedger.Entry] = []
}

/// Runs a pipeline on a model and holds each pass to its contract.
struct Optimizer {
  let pipeline: PassPipeline
  let mode: VerificationMode
  let execution: ExecutionOptions
  let samples: [Sample]

  /// A model with what the passes did to it.
  struct Result {
    var model: PreparedModel
    /// The outputs of the result against those of the source; nil when nothing was executed.
    var verification: VerificationReport?
    /// The passes that someone asked for, being in no level, and that changed nothing.
    var idlePasses: [String] = []
  }

  /// Returns the optimized model.
  func run(on source: PreparedModel) throws -> Result {
    var result = try execute(on: source)
    let active = Set(result.model.history.records.map(\.pass))
    let asked = pipeline.passes.filter { $0.contract.isLossy }.map(\.name)
    result.idlePasses = asked.filter { !active.contains($0) }
    return result
  }

  private func execute(on source: PreparedModel) throws -> Result {
    guard !pipeline.steps.isEmpty else { return Result(model: source) }
    switch mode {
    case .off: return try optimize(source, judge: nil)
    case .full: return try optimizeStepwise(source)
    case .fast:
      let result = try optimize(source, judge: nil)
      return result.model.history.records.isEmpty ? result : try optimizeWhole(source)
    }
  }

  private func optimizeWhole(_ source: PreparedModel) throws -> Result {
    var ledger = try ledger(of: source)
    let (model, records) = try ledger.run(pipeline, on: source.model)
    return Result(
      model: source.with(model, history: PassHistory(records: records)),
      verification: ledger.verification)
  }

  private func optimizeStepwise(_ source: PreparedModel) throws -> Result {
    var ledger = try ledger(of: source)
    var result = try optimize(source) { pass, before, after in
      ledger.judge(pass.name, pass.contract, before: before, after: after)
    }
    result.model.history.ledger = ledger.entries
    result.verification = ledger.verification
    return result
  }

  private func optimize(
    _ source: PreparedModel, judge: PassPipeline.Judge?
  ) throws -> Result {
    var model = source.model
    let records = try pipeline.run(on: &model, judge: judge)
    return Result(model: source.with(model, history: PassHistory(records: records)))
  }

  private func ledger(of source: PreparedModel) throws -> ErrorLedger {
    let subject = try source.subject(execution)
    do {
      return try ErrorLedger(of: subject, on: samples)
    } catch let error as OperatorError {
      throw Failure(
        error, executing: source.path, isMadeUp: samples.contains(where: \.isMadeUp))
    }
  }
}

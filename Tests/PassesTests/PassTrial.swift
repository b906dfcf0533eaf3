import IR
import Interpreter
import Operators
import Passes
import Tensors
import TestSupport
import Verification

/// Runs passes on one model and says what they do that no pass may do.
struct PassTrial {
  let model: Model
  let samples: [Sample]

  /// How models are executed.
  private let options = Interpreter.Options(
    memoryLimit: 1 << 24, stepLimit: 100_000, threads: 1)
  /// The text of the source.
  private let text: String
  /// The ledger of the source, which each trial starts from.
  private let ledger: ErrorLedger

  init(_ model: Model, samples: [[String: RuntimeValue]]) throws {
    self.model = model
    self.samples = samples.enumerated().map { Sample(name: "sample \($0)", values: $1) }
    text = model.text(.complete)
    ledger = try ErrorLedger(of: Subject(model, options: options), on: self.samples)
  }

  /// Returns what is wrong with one pass: with its result, and with its second run on this.
  func violations(of pass: any Pass) -> [String] {
    do {
      var after = model
      let changes = try pass.run(on: &after)
      guard changes > 0 else {
        return after.text(.complete) == text ? [] : ["changes the model and says it does not"]
      }
      var violations = structure(of: after)
      guard !pass.contract.isLossy else { return violations + execution(of: after) }
      var ledger = ledger
      let judgement = ledger.judge(pass.name, pass.contract, before: model, after: after)
      if case .rollBack(let reason) = judgement {
        violations.append(reason)
      }
      return violations + convergence(of: pass, on: after)
    } catch {
      return ["\(error)"]
    }
  }

  /// Returns what is wrong with the passes of a pipeline, one after the other, and the model that
  /// they leave.
  func violations(of pipeline: PassPipeline) -> (violations: [String], result: Model) {
    var after = model
    do {
      var ledger = ledger
      let records = try pipeline.run(on: &after) { pass, before, after in
        ledger.judge(pass.name, pass.contract, before: before, after: after)
      }
      let broken = records.compactMap { record in
        record.rollbackReason.map { "\(record.pass): \($0)" }
      }
      return (broken + structure(of: after) + (try falseAlarms(on: after)), after)
    } catch {
      return (["\(error)"], after)
    }
  }

  /// Returns what the verifier has against a model that passes left within their contracts.
  private func falseAlarms(on after: Model) throws -> [String] {
    let report = try Verifier(
      reference: Subject(model, options: options), candidate: Subject(after, options: options)
    ).verify(samples)
    guard report.verdict == .semanticChange else { return [] }
    let culprit = report.culprit.map { "\($0.description) \($0.reason)" }
    return ["the verifier calls it a semantic change: \(culprit ?? "of an output")"]
  }

  /// Whatever a lossy pass changes, its result can be executed.
  private func execution(of after: Model) -> [String] {
    var ledger = ledger
    let judgement = ledger.judge(
      "p", .lossy(budget: .infinity), before: model, after: after)
    guard case .rollBack(let reason) = judgement, reason.contains("cannot be executed") else {
      return []
    }
    return [reason]
  }

  // MARK: - Structure

  private func structure(of after: Model) -> [String] {
    var violations = after.validate().filter { $0.severity == .error }.map { "\($0)" }
    let (graph, new) = (model.graph, after.graph)
    if graph.inputs.map(graph.name(of:)) != new.inputs.map(new.name(of:)) {
      violations.append("the inputs have other names")
    }
    if graph.outputNames(of: graph.body) != new.outputNames(of: new.body) {
      violations.append("the outputs have other names")
    }
    for (name, (old, value)) in zip(
      graph.outputNames(of: graph.body), zip(graph.outputs, new.outputs))
    where !(graph.type(of: old)?.allows(new.type(of: value)) ?? true) {
      violations.append("\(name) has another type: \(String(describing: new.type(of: value)))")
    }
    var prepared = after
    violations += prepared.prepare().errors.map { "cannot be prepared: \($0)" }
    let lost = Set(graph.sources.indices).subtracting(new.keptSources)
    if !lost.isEmpty { violations.append("nothing stands for the sources \(lost.sorted())") }
    return violations
  }

  /// What a pass leaves may give it more to do, but not for ever.
  private func convergence(of pass: any Pass, on after: Model) -> [String] {
    do {
      var again = after
      for _ in 0..<4 where try pass.run(on: &again) == 0 { return [] }
      return ["does not come to an end"]
    } catch {
      return ["\(error)"]
    }
  }
}

extension Graph {
  /// The sources that nodes stand for or that are noted as removed.
  fileprivate var keptSources: Set<Int> {
    var kept = Set(removedSources.sources)
    for block in blocks {
      for node in nodes(in: block) { kept.formUnion(self[node].lineage.sources) }
    }
    return kept
  }
}

extension ValueType {
  /// Whether a value of the type `other` can be one of this type.
  fileprivate func allows(_ other: ValueType?) -> Bool {
    guard case .tensor(let element, let shape) = self,
      case .tensor(let otherElement, let otherShape)? = other
    else { return other == nil || self == other }
    guard element == nil || otherElement == nil || element == otherElement else { return false }
    guard let shape, let otherShape else { return true }
    return shape.rank == otherShape.rank
      && zip(shape.dimensions, otherShape.dimensions).allSatisfy { own, other in
        guard let extent = own.fixedValue, let otherExtent = other.fixedValue else { return true }
        return extent == otherExtent
      }
  }
}

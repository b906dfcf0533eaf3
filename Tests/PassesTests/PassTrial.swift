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

  /// The text of the source.
  private let text: String
  /// The ledger of all outputs.
  private let exact: ErrorLedger
  /// The ledger of the outputs that rounding elsewhere moves by rounding alone.
  private let reassociating: ErrorLedger

  init(_ model: Model, samples: [[String: RuntimeValue]]) throws {
    self.model = model
    self.samples = samples.enumerated().map { Sample(name: "sample \($0)", values: $1) }
    text = model.text(.complete)
    exact = try ErrorLedger(of: model, on: self.samples) { model, sample, precision, observe in
      try Self.execute(model, sample, precision, observe)
    }
    let judged = model.graph.continuousOutputs
    reassociating = try ErrorLedger(of: model, on: self.samples) {
      model, sample, precision, observe in
      try Self.execute(model, sample, precision, observe).filter { judged.contains($0.key) }
    }
  }

  private static func execute(
    _ model: Model, _ sample: Sample, _ precision: Precision,
    _ observe: @escaping (ValueID, RuntimeValue) -> Void
  ) throws -> Verifier.Outputs {
    let options = Interpreter.Options(
      precision: precision, memoryLimit: 1 << 24, stepLimit: 100_000, threads: 1)
    let outputs = try Interpreter(model, options: options).run(sample.values) { value, _, held in
      observe(value, held)
    }
    let names = model.graph.outputNames(of: model.graph.body)
    return Dictionary(zip(names, outputs)) { first, _ in first }
  }

  /// A new ledger of the outputs that a contract can be judged by.
  private func ledger(_ contract: NumericalContract) -> ErrorLedger {
    contract == .exact ? exact : reassociating
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
      var ledger = ledger(pass.contract)
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
      let contract = pipeline.passes.reduce(.exact) { $0 + $1.contract }
      var ledger = ledger(contract)
      let records = try pipeline.run(on: &after) { pass, before, after in
        ledger.judge(pass.name, pass.contract, before: before, after: after)
      }
      let broken = records.compactMap { record in
        record.rollbackReason.map { "\(record.pass): \($0)" }
      }
      return (broken + structure(of: after), after)
    } catch {
      return (["\(error)"], after)
    }
  }

  /// Whatever a lossy pass changes, its result can be executed.
  private func execution(of after: Model) -> [String] {
    samples.compactMap { sample in
      do {
        _ = try Self.execute(after, sample, .declared) { _, _ in }
        return nil
      } catch {
        return "cannot be executed: \(error)"
      }
    }
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

  /// Operators whose results jump where their inputs hardly change, or take these apart by bits.
  private static let steps: Set<String> = [
    "ArgMax", "ArgMin", "BitCast", "Ceil", "Compress", "DynamicQuantizeLinear", "Equal", "Floor",
    "Greater", "GreaterOrEqual", "Hardmax", "IsInf", "IsNaN", "Less", "LessOrEqual", "Mod",
    "NonMaxSuppression", "NonZero", "QuantizeLinear", "Round", "Sign", "ThresholdedRelu", "TopK",
    "Unique", "Bernoulli", "Multinomial", "Shrink", "Binarizer",
  ]

  /// Operators whose results do not tell how large, and so how coarse, the numbers before were.
  private static let bounds: Set<String> = [
    "Clip", "Erf", "HardSigmoid", "Sigmoid", "Softmax", "Softsign", "Tanh",
  ]

  /// The outputs that no step or bound lies before; a graph with subgraphs or calls has none.
  fileprivate var continuousOutputs: Set<String> {
    var jumps: Set<ValueID> = []
    for node in nodes {
      let inputs = inputs(of: node).compactMap { $0 }
      let id = self[node].operatorID
      let isCast =
        id.isStandard("Cast")
        && outputs(of: node).contains { output in
          !(output.flatMap { type(of: $0)?.elementType }?.isFloatingPoint ?? false)
        }
      if !id.domain.isEmpty || Self.steps.union(Self.bounds).contains(id.name) || isCast
        || !blocks(of: node).isEmpty
        || inputs.contains(where: jumps.contains)
      {
        jumps.formUnion(outputs(of: node).compactMap { $0 })
      }
    }
    let continuous = zip(outputNames(of: body), outputs).filter { !jumps.contains($0.1) }
    return Set(continuous.map(\.0))
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

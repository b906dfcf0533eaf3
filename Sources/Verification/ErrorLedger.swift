public import IR
public import Operators
public import Passes
public import Tensors

/// Charges each pass with the change that it made to the outputs, and takes back what breaks its
/// contract.
///
/// The model is executed after each pass that changed it. `exact` passes must keep every bit of
/// every output; `reassociating` ones must stay as near to the exact result, that of the source in
/// 64 bits, as rounding explains; `lossy` ones within their budget.
public struct ErrorLedger {
  /// Executes a model on a sample, tells of each value as it is computed, and returns the outputs by
  /// name.
  public typealias Execute = (Model, Sample, Precision, @escaping (ValueID, RuntimeValue) -> Void)
    throws -> Verifier.Outputs

  /// What one run of a pass did to the outputs.
  public struct Entry: Hashable, Sendable {
    public let pass: String
    public let contract: NumericalContract
    /// The outputs after the pass against those before it.
    public let comparisons: [OutputComparison]
    /// Why the result was taken back; nil when the contract holds.
    public let violation: String?
  }

  public private(set) var entries: [Entry] = []

  private let samples: [Sample]
  private let execute: Execute
  /// The outputs of the source, by sample.
  let sourceOutputs: [Verifier.Outputs]
  /// The outputs of the last model that was kept, by sample.
  private var outputs: [Verifier.Outputs]
  private let floors: [NoiseFloor]

  /// Executes the source, in its own types and in 64 bits.
  public init(
    of source: Model, on samples: [Sample], execute: @escaping Execute
  ) throws {
    self.samples = samples
    self.execute = execute
    let outputs = try samples.map { try execute(source, $0, .declared) { _, _ in } }
    sourceOutputs = outputs
    self.outputs = outputs
    floors = try zip(samples, outputs).map { sample, own in
      NoiseFloor(of: own, exact: try execute(source, sample, .float64) { _, _ in })
    }
  }

  /// The outputs of the last model that was kept against those of the source.
  ///
  /// Where they changed they count as within tolerance: the contracts of all passes hold.
  public var verification: VerificationReport {
    var report = VerificationReport()
    let tolerance = Tolerance(absolute: .greatestFiniteMagnitude, relative: 0)
    for (sample, (new, own)) in zip(samples, zip(outputs, sourceOutputs)) {
      let comparisons = Verifier(tolerance: tolerance).compare(new, to: own, sample: sample.name)
      report.add(comparisons, of: sample.name)
    }
    return report
  }

  /// Executes the model that a pass made of `before` and decides on it.
  public mutating func judge(
    _ pass: String, _ contract: NumericalContract, before: Model, after model: Model
  ) -> PassJudgement {
    let trial = examine(contract, from: before, to: model, outputs: outputs)
    entries.append(
      Entry(
        pass: pass, contract: contract, comparisons: trial.comparisons,
        violation: trial.violation))
    if let violation = trial.violation { return .rollBack(reason: violation) }
    outputs = trial.outputs
    return .keep
  }

  /// What the execution of a model shows.
  struct Trial {
    var outputs: [Verifier.Outputs] = []
    var comparisons: [OutputComparison] = []
    /// Why the contract does not hold; nil when it does.
    var violation: String?
  }

  /// Executes the model that passes made of `before`, whose outputs are given by sample.
  func examine(
    _ contract: NumericalContract, from before: Model, to model: Model,
    outputs former: [Verifier.Outputs]
  ) -> Trial {
    var trial = Trial()
    let verifier = Verifier(tolerance: .exact)
    do {
      for (index, sample) in samples.enumerated() {
        let new = try execute(model, sample, .declared) { _, _ in }
        trial.outputs.append(new)
        let changes = verifier.compare(new, to: former[index], sample: sample.name)
        trial.comparisons += changes
        if trial.violation == nil, let reason = violation(of: contract, changes, new, floors[index])
        {
          let visible = contract == .exact ? 0 : Self.visibleChange
          let place = firstChange(from: before, to: model, on: sample, beyond: visible)
            .map { ", first at \($0)" }
          trial.violation = "on \(sample.name), \(reason)\(place ?? "")"
        }
      }
    } catch {
      trial.violation = "the result cannot be executed: \(error)"
    }
    return trial
  }

  /// Takes outputs that were examined for those of the model that is kept.
  mutating func keep(_ trial: Trial) {
    if trial.outputs.count == samples.count { outputs = trial.outputs }
  }

  /// The node of `after` that computes the first value that is another one than in `before`, beyond
  /// what rounding explains.
  ///
  /// Passes keep the ids of values that they do not replace: these are compared.
  private func firstChange(
    from before: Model, to after: Model, on sample: Sample, beyond visible: Double
  ) -> String? {
    var values: [ValueID: Tensor] = [:]
    var place: String?
    do {
      _ = try execute(before, sample, .declared) { values[$0] = $1.tensor }
      _ = try execute(after, sample, .declared) { value, result in
        guard place == nil, after.graph.contains(value), let former = values[value],
          let tensor = result.tensor, let node = after.graph.producer(of: value)
        else { return }
        let figures = TensorComparison(of: tensor, to: former)
        guard !figures.isBitIdentical,
          !figures.isComparable || figures.relativeRootMeanSquare >= visible
        else { return }
        let name = after.graph[node].name.isEmpty ? "" : " \"\(after.graph[node].name)\""
        place = "\(after.graph[node].operatorID.name)\(name)"
      }
    } catch {
      return place
    }
    return place
  }

  /// The change of a value, in proportion to its size, that rounding does not explain in one step.
  private static let visibleChange = 1e-5

  private func violation(
    of contract: NumericalContract, _ changes: [OutputComparison], _ outputs: Verifier.Outputs,
    _ floor: NoiseFloor
  ) -> String? {
    for change in changes where change.verdict != .identical {
      guard let figures = change.comparison, figures.isComparable, figures.typesMatch else {
        return "\(change.output) is missing or of another type or shape"
      }
      let isFloat = figures.referenceType.isFloatingPoint
      switch contract {
      case .reassociating
      where isFloat && figures.nanMismatchCount == 0
        && figures.infinityMismatchCount == 0:
        guard let tensor = outputs[change.output]?.tensor else {
          return "\(change.output) is no tensor and changes"
        }
        if let violation = floor.violation(change.output, tensor) { return violation }
      case .lossy(let budget) where isFloat:
        guard figures.relativeRootMeanSquare > budget else { continue }
        return "\(change.output) changes by \(figures.relativeRootMeanSquare) of its size, "
          + "the budget is \(budget)"
      default:
        return "\(change.output) changes in \(figures.differingCount) of "
          + "\(figures.elementCount) elements by up to \(figures.maxAbsoluteError)"
      }
    }
    return nil
  }
}

extension TensorComparison {
  /// The root mean square of the change in proportion to that of the reference.
  var relativeRootMeanSquare: Double {
    guard nanMismatchCount == 0, infinityMismatchCount == 0 else { return .infinity }
    guard sums.errorEnergy > 0 else { return 0 }
    return (sums.errorEnergy / sums.referenceEnergy).squareRoot()
  }
}

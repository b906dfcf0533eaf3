public import IR
import Operators
public import Passes
import Tensors

/// Charges each pass with the change that it made to the outputs, and takes back what breaks its
/// contract.
///
/// After each pass that changed the model, what it changed is executed, and what comes after that.
/// `exact` passes must keep every bit of every output; `reassociating` ones must stay as near to the
/// exact result, that of the source in 64 bits, as rounding explains; `lossy` ones within their
/// budget.
public struct ErrorLedger {
  /// What one run of a pass did to the outputs.
  public struct Entry: Hashable, Sendable {
    public let pass: String
    public let contract: NumericalContract
    /// The outputs after the pass against those before it.
    public let comparisons: [OutputComparison]
    /// Why the result was taken back; nil when the contract holds.
    public let violation: String?
    /// The nodes that had to be executed, over all samples.
    public let executedCount: Int
  }

  public private(set) var entries: [Entry] = []

  private let source: Baseline
  /// The last model that was kept.
  private var kept: Baseline
  private let samples: [Sample]
  /// What rounding explains, by sample: of the source, or of the last model that lost precision.
  private var floors: [NoiseFloors]

  /// A model with what it computed, by sample.
  struct Baseline {
    let subject: Subject
    let recordings: [Recording]
  }

  /// Executes the source, in its own types and, where that can be done, in 64 bits.
  ///
  /// - Throws: `OperatorError` when the source cannot be executed.
  public init(of source: Subject, on samples: [Sample]) throws {
    self.samples = samples
    let recordings = try samples.map { try Recording(of: source, on: $0) }
    self.source = Baseline(subject: source, recordings: recordings)
    kept = self.source
    floors = Self.floors(of: self.source, on: samples)
  }

  private static func floors(of model: Baseline, on samples: [Sample]) -> [NoiseFloors] {
    zip(samples, model.recordings).map { sample, recording in
      NoiseFloors(
        of: recording.outputs, exact: model.subject.exactOutputs(on: sample), sample: sample.name,
        perturbed: PerturbedRuns(of: model.subject, on: sample))
    }
  }

  /// The outputs of the last model that was kept against those of the source.
  ///
  /// Where they changed they count as within rounding: the contracts of all passes hold.
  public var verification: VerificationReport {
    var report = VerificationReport()
    let tolerance = Tolerance(absolute: .greatestFiniteMagnitude, relative: 0)
    for (sample, (new, own)) in zip(samples, zip(kept.recordings, source.recordings)) {
      let comparisons = OutputComparison.comparing(
        new.outputs, to: own.outputs, sample: sample.name, within: tolerance)
      report.add(comparisons, of: sample.name)
    }
    return report
  }

  /// Executes the model that a pass made of the last one that was kept and decides on it.
  public mutating func judge(
    _ pass: String, _ contract: NumericalContract, before: Model, after model: Model
  ) -> PassJudgement {
    let former = Baseline(subject: kept.subject.with(before), recordings: kept.recordings)
    let trial = examine(contract, from: former, to: model)
    entries.append(
      Entry(
        pass: pass, contract: contract, comparisons: trial.comparisons,
        violation: trial.violation,
        executedCount: trial.recordings.reduce(0) { $0 + $1.executedCount }))
    if let violation = trial.violation { return .rollBack(reason: violation) }
    keep(trial)
    if contract.isLossy { floors = Self.floors(of: kept, on: samples) }
    return .keep
  }

  /// What the execution of a model shows.
  struct Trial {
    let subject: Subject
    var recordings: [Recording] = []
    var comparisons: [OutputComparison] = []
    /// Why the contract does not hold; nil when it does.
    var violation: String?
  }

  /// Executes the model that passes made of the source.
  mutating func examine(_ contract: NumericalContract, fromSourceTo model: Model) -> Trial {
    examine(contract, from: source, to: model)
  }

  /// Executes the model that passes made of another one.
  mutating func examine(
    _ contract: NumericalContract, from former: Baseline, to model: Model
  ) -> Trial {
    var trial = Trial(subject: former.subject.with(model))
    do throws(OperatorError) {
      for (index, sample) in samples.enumerated() {
        let new = try Recording(
          of: trial.subject, on: sample, after: former.recordings[index], of: former.subject.model,
          isExact: contract == .exact)
        trial.recordings.append(new)
        let changes = OutputComparison.comparing(
          new.outputs, to: former.recordings[index].outputs, sample: sample.name, within: .exact)
        trial.comparisons += changes
        guard trial.violation == nil,
          let reason = floors[index].violation(of: contract, changes, new.outputs)
        else { continue }
        let place = new.firstChange.map { ", first at \($0)" }
        trial.violation = "on \(sample.name), \(reason)\(place ?? "")"
      }
    } catch {
      trial.violation = "the result cannot be executed: \(error)"
    }
    return trial
  }

  /// Takes a model that was examined for the one that is kept.
  mutating func keep(_ trial: Trial) {
    guard trial.recordings.count == samples.count else { return }
    kept = Baseline(subject: trial.subject, recordings: trial.recordings)
  }
}

extension NoiseFloors {
  /// Why the changes of outputs, or the new outputs, break a contract; nil when they do not.
  fileprivate mutating func violation(
    of contract: NumericalContract, _ changes: [OutputComparison], _ outputs: ModelOutputs
  ) -> String? {
    for change in changes where change.verdict != .identical {
      guard let figures = change.comparison, figures.isComparable, figures.typesMatch else {
        return "\(change.output) is missing or of another type or shape"
      }
      switch contract {
      case .reassociating: continue
      case .lossy(let budget) where figures.referenceType.isFloatingPoint:
        guard figures.relativeError > budget else { continue }
        return "\(change.output) changes by \(formattedError(figures.relativeError)) of its size, "
          + "the budget is \(budget)"
      default:
        return "\(change.output) changes in \(figures.differingCount) of "
          + "\(figures.elementCount) elements by up to \(formattedError(figures.maxAbsoluteError))"
      }
    }
    guard contract == .reassociating else { return nil }
    return compare(outputs).lazy.compactMap(\.semanticChange).first
  }
}

extension OutputComparison {
  /// What rounding does not explain; nil when it explains all.
  fileprivate var semanticChange: String? {
    guard verdict == .semanticChange else { return nil }
    return "\(output) \(noise?.reason ?? "is of another kind")"
  }
}

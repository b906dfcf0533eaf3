public import IR
public import Operators
import Passes
public import Tensors

/// Finds the smallest pair of models that shows what sets two models apart.
///
/// The candidate is executed part by part on values of the reference; the part that differs most is
/// taken out of both models. Then its tensors are made smaller and their numbers replaced by
/// made-up ones, as long as the parts still differ in the same way, beyond rounding.
public struct Reducer {
  /// Executes a model on a sample, tells of each value as it is computed, and returns the outputs by
  /// name.
  public typealias Execute = (Model, Sample, Precision, @escaping (ValueID, RuntimeValue) -> Void)
    throws -> ModelOutputs

  private let execute: Execute
  private let count = ExecutionCount()

  /// How often the whole of two models may be executed for one kind of reduction.
  private static let trialCount = 40

  /// The nodes that two models count as at least.
  private static let smallSize = 128

  public init(execute: @escaping Execute) {
    let count = count
    self.execute = { model, sample, precision, observe in
      count.add(model)
      return try execute(model, sample, precision, observe)
    }
  }

  /// Returns what sets a candidate apart from a reference on a sample; nil where rounding explains
  /// it.
  public func differs(
    reference: Model, candidate: Model, sample: Sample
  ) throws -> Difference? {
    try DifferenceTest(execute: execute)
      .differs(reference: reference, candidate: candidate, sample: sample)
  }

  /// Executes a model and returns its outputs.
  public func outputs(of model: Model, on sample: Sample) throws -> ModelOutputs {
    try execute(model, sample, .declared) { _, _ in }
  }

  /// Reduces two prepared models that differ on a sample; nil where rounding explains the
  /// difference, or the candidate has other inputs.
  ///
  /// What the models call their values, nodes and functions is left out unless it is kept.
  public func reduce(
    reference: Model, candidate: Model, on sample: Sample, keepsNames: Bool = false
  ) throws -> Reduction? {
    count.wholeSize = min(reference.graph.totalNodeCount, candidate.graph.totalNodeCount)
    guard let whole = try differs(reference: reference, candidate: candidate, sample: sample) else {
      return nil
    }
    var search = BrokenPartSearch(
      reference.withoutDefaults(of: sample), candidate.withoutDefaults(of: sample), sample,
      execute: execute)
    guard var reproducer = try search.worstPart(whole: whole) else { return nil }
    // Parts have few nodes; what reduces only as a whole is tried this often.
    let wholeSize = reference.graph.totalNodeCount + candidate.graph.totalNodeCount
    func trial() -> ReductionTrial {
      ReductionTrial(budget: Self.trialCount * max(wholeSize, Self.smallSize), execute: execute)
    }
    _ = trial().take(reproducer.withWorstOutput(), for: &reproducer)
    let place = Reduction.Place(reproducer)
    let constants = ConstantPairs(reproducer.reference.graph, reproducer.candidate.graph)
    let sizes = SizeReduction(trial: trial(), constants: constants).run(on: &reproducer)
    let remains = SyntheticValues(trial: trial(), constants: constants).run(on: &reproducer)
    let isAnonymous = !keepsNames && trial().take(reproducer.anonymized(), for: &reproducer)
    return Reduction(
      reproducer: reproducer,
      nodeCounts: (reference.graph.totalNodeCount, candidate.graph.totalNodeCount), whole: whole,
      place: place, brokenPartCount: search.brokenCount,
      sizes: sizes, ownConstantCount: remains.constants, ownInputCount: remains.inputs,
      hasNames: !isAnonymous, executionCount: count.all, wholeExecutionCount: count.whole)
  }
}

extension Model {
  /// Returns the model with constants for the inputs whose default a sample leaves in place.
  fileprivate func withoutDefaults(of sample: Sample) -> Model {
    var model = self
    for input in graph.inputs
    where graph.constant(of: input) != nil && sample.values[graph.name(of: input)] == nil {
      model.graph.makeConstant(input)
    }
    return model
  }
}

extension Reproducer {
  /// Returns the reproducer with no more than what the worst output needs.
  fileprivate func withWorstOutput() -> Reproducer {
    let worst = difference.comparison.output
    var result = mapModels { model in
      let names = model.graph.outputNames(of: model.graph.body)
      // Elements of sequences have the name of the output and a position.
      let index = names.firstIndex(of: worst) ?? names.firstIndex { worst.hasPrefix($0) } ?? 0
      guard names.indices.contains(index) else { return }
      model.graph.setOutputs([model.graph.outputs[index]], named: [names[index]])
      _ = RemoveDead().run(on: &model)
    }
    let used = [result.reference.graph, result.candidate.graph].flatMap { graph in
      graph.inputs.filter(graph.hasUses).map(graph.name(of:))
    }
    result.sample.values = result.sample.values.filter { used.contains($0.key) }
    return result.mapModels { model in
      for index in model.graph.inputs.indices.reversed()
      where !used.contains(model.graph.name(of: model.graph.inputs[index])) {
        model.graph.removeInput(at: index, of: model.graph.body)
      }
    }
  }
}

/// The number of executions.
private final class ExecutionCount {
  private(set) var all = 0
  private(set) var whole = 0
  /// The nodes of a whole model.
  var wholeSize = 0

  func add(_ model: Model) {
    all += 1
    if model.graph.totalNodeCount >= wholeSize { whole += 1 }
  }
}

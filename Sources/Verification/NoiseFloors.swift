import Tensors

/// The noise floors of the outputs of a model on one sample.
struct NoiseFloors {
  /// The outputs in the model's own types, and the tensors in them.
  private let outputs: ModelOutputs
  private let computed: [String: Tensor]
  private let exact: [String: Tensor]
  private let options: Verifier.Options
  private let sample: String
  /// Whether comparisons have the figures that decide nothing.
  private let measuresFigures: Bool
  /// Executions of the model with perturbed results; nil judges without.
  private let runs: PerturbedRuns?
  private var perturbed: [[String: Tensor]]?

  init(
    of outputs: ModelOutputs, exact: ModelOutputs?, sample: String,
    allowing options: Verifier.Options = Verifier.Options(), perturbed runs: PerturbedRuns?,
    measuresFigures: Bool = false
  ) {
    self.outputs = outputs
    computed = outputs.tensors
    self.exact = exact?.tensors ?? [:]
    self.options = options
    self.sample = sample
    self.runs = runs
    self.measuresFigures = measuresFigures
  }

  /// Compares the outputs of a candidate with those of the model and judges what sets them apart.
  mutating func compare(_ candidate: ModelOutputs) -> [OutputComparison] {
    compare(candidate, to: outputs)
  }

  /// Compares outputs of a candidate or of the model itself with those that were computed elsewhere,
  /// whose types may be others, and judges what sets them apart.
  mutating func compare(
    _ candidate: ModelOutputs, toExpected expected: ModelOutputs
  ) -> [OutputComparison] {
    compare(candidate, to: expected, allowsOtherTypes: true)
  }

  private mutating func compare(
    _ candidate: ModelOutputs, to reference: ModelOutputs, allowsOtherTypes: Bool = false
  ) -> [OutputComparison] {
    var judge = self
    defer { self = judge }
    return OutputComparison.comparing(candidate, to: reference, sample: sample) {
      judge.compare($0, $1, $2, allowsOtherTypes)
    }
  }

  private mutating func compare(
    _ output: String, _ candidate: Tensor, _ reference: Tensor, _ allowsOtherTypes: Bool
  ) -> OutputComparison {
    let tolerance = options.tolerance ?? .exact
    let figures = TensorComparison(of: candidate, to: reference, within: tolerance)
    func decided(_ verdict: Verdict, _ noise: NoiseFigures? = nil) -> OutputComparison {
      let isMeasured = measuresFigures && verdict != .identical
      return OutputComparison(
        output, sample: sample, verdict, figures, noise: noise,
        figures: isMeasured
          ? OutputFigures(of: candidate, to: reference, noise: noise?.maxBound ?? 0) : nil)
    }
    guard !figures.isBitIdentical else { return decided(.identical) }
    guard options.tolerance == nil else {
      return decided(figures.isClose ? .withinRounding : loss(figures))
    }
    guard figures.typesMatch || allowsOtherTypes, let own = computed[output] else {
      return decided(.semanticChange)
    }
    guard figures.referenceType != .string else { return decided(loss(figures)) }
    var floor = NoiseFloor(computed: own, exact: exact[output])
    // Both must be within rounding, whichever of them is not what the noise was measured of.
    let others = [candidate, reference].filter { $0 != own }
    var noise = floor.judge(others)
    if noise.reason != nil {
      for tensor in perturbedTensors().compactMap({ $0[output] }) { floor.widen(by: tensor) }
      noise = floor.judge(others)
    }
    return decided(noise.reason == nil ? .withinRounding : loss(figures), noise)
  }

  /// What a difference is that rounding does not explain.
  private func loss(_ figures: TensorComparison) -> Verdict {
    options.budget.map { figures.loss <= $0 } ?? false ? .withinBudget : .semanticChange
  }

  private mutating func perturbedTensors() -> [[String: Tensor]] {
    if let perturbed { return perturbed }
    let tensors = runs?.outputs.map(\.tensors) ?? []
    perturbed = tensors
    return tensors
  }
}

extension ModelOutputs {
  /// Every tensor in the outputs by its place.
  fileprivate var tensors: [String: Tensor] {
    reduce(into: [:]) { tensors, output in
      tensors.merge(output.value.tensors(named: output.key)) { first, _ in first }
    }
  }
}

extension TensorComparison {
  /// What is lost: the relative error of numbers, the share of whole numbers that differ.
  fileprivate var loss: Double {
    guard isComparable else { return .infinity }
    guard !referenceType.isFloatingPoint else { return relativeError }
    return Double(differingCount) / Double(max(1, elementCount))
  }
}

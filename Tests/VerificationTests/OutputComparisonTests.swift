import Tensors
import Testing
import Verification

@Suite struct OutputComparisonTests {
  static func outputs(_ scalars: [Float]) -> ModelOutputs {
    ["y": .tensor(Tensor(shape: [scalars.count], scalars: scalars))]
  }

  @Test(
    arguments: [
      ([1, 2], [1, 2], Verdict.identical),
      ([1, 2.00001], [1, 2], .withinRounding),
      ([1, 2.1], [1, 2], .semanticChange),
      ([1], [1, 2], .semanticChange),
      ([.nan, 2], [1, 2], .semanticChange),
    ] as [([Float], [Float], Verdict)])
  func judgesEachOutput(candidate: [Float], reference: [Float], verdict: Verdict) {
    let comparisons = OutputComparison.comparing(
      Self.outputs(candidate), to: Self.outputs(reference), sample: "s",
      within: Tolerance(absolute: 1e-5, relative: 1e-5))
    #expect(comparisons.map(\.verdict) == [verdict])
    #expect(comparisons.map(\.output) == ["y"])
  }

  @Test func countsAMissingOutputAsDifferent() {
    let comparisons = OutputComparison.comparing(
      [:], to: Self.outputs([1]), sample: "s", within: .exact)
    #expect(comparisons.map(\.verdict) == [.semanticChange])
  }

  @Test func comparesSequencesElementByElement() {
    let one = RuntimeValue.tensor(Tensor(scalar: Float(1)))
    let two = RuntimeValue.tensor(Tensor(scalar: Float(2)))
    let comparisons = OutputComparison.comparing(
      ["y": .sequence([one, two])], to: ["y": .sequence([one, one])], sample: "s", within: .exact)
    #expect(comparisons.map(\.output) == ["y[0]", "y[1]"])
    #expect(comparisons.map(\.verdict) == [.identical, .semanticChange])
  }

  @Test func reportsTheWorstSampleOfEachOutput() {
    var report = VerificationReport()
    for (sample, value) in [("a", 1.5), ("b", 3), ("c", 1)] as [(String, Float)] {
      report.add(
        OutputComparison.comparing(
          Self.outputs([value]), to: Self.outputs([1]), sample: sample, within: .exact),
        of: sample)
    }
    #expect(report.verdict == .semanticChange)
    #expect(report.samples == ["a", "b", "c"])
    #expect(report.worstByOutput.map(\.sample) == ["b"])
  }
}

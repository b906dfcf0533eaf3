import Tensors
import Testing
import Verification

@Suite struct VerifierTests {
  static func outputs(_ scalars: [Float]) -> Verifier.Outputs {
    ["y": .tensor(Tensor(shape: [scalars.count], scalars: scalars))]
  }

  @Test(
    arguments: [
      ([1, 2], [1, 2], Verdict.identical),
      ([1, 2.00001], [1, 2], .withinTolerance),
      ([1, 2.1], [1, 2], .different),
      ([1], [1, 2], .different),
      ([.nan, 2], [1, 2], .different),
    ] as [([Float], [Float], Verdict)])
  func judgesEachOutput(candidate: [Float], reference: [Float], verdict: Verdict) {
    let verifier = Verifier(tolerance: Tolerance(absolute: 1e-5, relative: 1e-5))
    let comparisons = verifier.compare(
      Self.outputs(candidate), to: Self.outputs(reference), sample: "s")
    #expect(comparisons.map(\.verdict) == [verdict])
    #expect(comparisons.map(\.output) == ["y"])
  }

  @Test func countsAMissingOutputAsDifferent() {
    let comparisons = Verifier(tolerance: .exact).compare(
      [:], to: Self.outputs([1]), sample: "s")
    #expect(comparisons.map(\.verdict) == [.different])
  }

  @Test func comparesSequencesElementByElement() {
    let one = RuntimeValue.tensor(Tensor(scalar: Float(1)))
    let two = RuntimeValue.tensor(Tensor(scalar: Float(2)))
    let comparisons = Verifier(tolerance: .exact).compare(
      ["y": .sequence([one, two])], to: ["y": .sequence([one, one])], sample: "s")
    #expect(comparisons.map(\.output) == ["y[0]", "y[1]"])
    #expect(comparisons.map(\.verdict) == [.identical, .different])
  }

  @Test func reportsTheWorstSampleOfEachOutput() {
    let verifier = Verifier(tolerance: .exact)
    var report = VerificationReport()
    for (sample, value) in [("a", 1.5), ("b", 3), ("c", 1)] as [(String, Float)] {
      report.add(
        verifier.compare(Self.outputs([value]), to: Self.outputs([1]), sample: sample), of: sample)
    }
    #expect(report.verdict == .different)
    #expect(report.samples == ["a", "b", "c"])
    #expect(report.worstByOutput.map(\.sample) == ["b"])
  }
}

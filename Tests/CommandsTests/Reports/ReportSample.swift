import Tensors
import Verification

@testable import Commands

/// A report of a verification of two models that do not exist.
enum ReportSample {
  /// Compares one output on each sample with the reference's, which is 1, 2.
  static func report(
    _ samples: [(String, [Float])]
  ) -> VerifyReport {
    var findings = VerificationReport()
    for (sample, scalars) in samples {
      findings.add(
        OutputComparison.comparing(
          outputs(scalars), to: outputs([1, 2]), sample: sample, within: .exact), of: sample)
    }
    return VerifyReport(
      reference: "/models/a b.onnx", candidate: "b.edge", bounds: Verifier.Options(),
      findings: findings, search: nil, showsLayers: false, page: nil)
  }

  private static func outputs(_ scalars: [Float]) -> ModelOutputs {
    ["y<1>": .tensor(Tensor(shape: [scalars.count], scalars: scalars))]
  }
}

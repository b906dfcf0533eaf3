import Operators
import Tensors
import Verification

extension PreparedModel {
  /// Returns the samples without those that show nothing: optional ones on which the model cannot be
  /// executed, and extreme ones on which it computes a value that is not finite.
  func meaningful(
    among samples: [Sample], _ execution: ExecutionOptions
  ) throws -> [Sample] {
    guard samples.contains(where: \.isOptional) else { return samples }
    let interpreter = try self.execution(execution)
    return samples.filter { sample in
      guard sample.isOptional else { return true }
      var isFinite = true
      let outputs = try? run(interpreter, on: sample) { _, _, value in
        isFinite = isFinite && !(sample.isExtreme && value.tensor?.isFinite == false)
      }
      return outputs != nil && isFinite
    }
  }
}

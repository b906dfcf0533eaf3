import IR
import Tensors

extension OperatorFamily {
  /// Operators that reverse sequences of different lengths.
  static let sequenceReversal = OperatorFamily("sequence reversal", [.reverseSequence])
}

private enum ReverseSequence: MovementKernel {
  static let batchAxis = AttributeKey<Int>("batch_axis", default: 1)
  static let timeAxis = AttributeKey<Int>("time_axis", default: 0)

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let shape = data[0].shape
    let timeAxis = try context.value(of: timeAxis)
    let batchAxis = try context.value(of: batchAxis)
    guard shape.count >= 2, [0, 1].contains(timeAxis), batchAxis == 1 - timeAxis else {
      throw OperatorError(
        .invalidAttribute,
        "time_axis \(timeAxis) and batch_axis \(batchAxis) do not suit the shape \(shape)",
        remedy: "one is 0 and the other 1")
    }
    let lengths = try context.integers(1)
    let (steps, batches) = (shape[timeAxis], shape[batchAxis])
    guard lengths.count == batches, lengths.allSatisfy({ (0...steps).contains($0) }) else {
      throw OperatorError(
        .invalidValue,
        "sequence_lens does not hold \(batches) lengths from 0 to \(steps)")
    }
    let width = product(shape[2...])
    try context.checkOutput(of: Element.self, shape: shape)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        data[0].withElements(of: Element.self) { source in
          guard !result.isEmpty, let from = source.baseAddress, let to = result.baseAddress else {
            return
          }
          for (batch, length) in lengths.enumerated() {
            for step in 0..<steps {
              let other = step < length ? length - 1 - step : step
              let place = timeAxis == 0 ? step * batches + batch : batch * steps + step
              let origin = timeAxis == 0 ? other * batches + batch : batch * steps + other
              (to + place * width).update(from: from + origin * width, count: width)
            }
          }
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Reverses the first elements of each sequence of a batch.
  fileprivate static let reverseSequence = OperatorDefinition(
    OperatorSchema(
      "ReverseSequence", versions: [10, 28],
      inputs: [.required("input", "T"), .required("sequence_lens", "tensor(int64)")],
      outputs: [.required("Y", "T")],
      attributes: [ReverseSequence.batchAxis.declaration, ReverseSequence.timeAxis.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: sameAsFirstInput, evaluate: movement(ReverseSequence.self))
}

import Operators
import Tensors
import TestSupport
import Testing

/// Expects an example to have its outputs: floating-point numbers within a tolerance that grows with
/// them from 1 on, all else bit by bit.
func expectOutputs(
  of example: OperatorCase, within tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let outputs = try example.evaluate()
  #expect(outputs.count >= example.expected.count, sourceLocation: sourceLocation)
  for (output, expected) in zip(outputs, example.expected) {
    guard output.elementType == expected.elementType, output.shape == expected.shape,
      expected.elementType.isFloatingPoint
    else {
      #expect(output == expected, sourceLocation: sourceLocation)
      continue
    }
    let (values, wanted) = (doubles(output), doubles(expected))
    let isClose = zip(values, wanted).allSatisfy { value, wanted in
      value == wanted || (value.isNaN && wanted.isNaN)
        || abs(value - wanted) <= tolerance * max(1, abs(wanted))
    }
    #expect(isClose, "\(values) are not \(wanted)", sourceLocation: sourceLocation)
  }
}

private func doubles(_ tensor: Tensor) -> [Double] {
  tensor.converted(to: .float64).scalars(of: Double.self)
}

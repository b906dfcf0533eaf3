import IR
import Operators
import TestSupport
import Tensors
import Testing

/// The number of threads must change no bit.
@Suite struct ParallelismTests {
  /// Returns a tensor of numbers whose sums depend on their order.
  private static func numbers(_ shape: [Int]) -> Tensor {
    var state: UInt32 = 1
    return Tensor(
      shape: shape,
      scalars: (0..<shape.reduce(1, *)).map { _ -> Float in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Int32(bitPattern: state) >> 8) * (state % 7 == 0 ? 1e-3 : 1e-7)
      })
  }

  private static let cases = [
    OperatorCase(
      "wide product", "MatMul", inputs: [numbers([40, 300]), numbers([300, 700])]),
    OperatorCase(
      "tall product", "MatMul", inputs: [numbers([900, 300]), numbers([300, 30])]),
    OperatorCase(
      "product with a column", "MatMul", inputs: [numbers([3000, 400]), numbers([400, 1])]),
    OperatorCase(
      "product with transposed weights", "Gemm", ["transB": .int(1)],
      inputs: [numbers([2, 900]), numbers([1500, 900])]),
    OperatorCase(
      "convolution", "Conv", ["pads": .ints([1, 1, 1, 1])],
      inputs: [numbers([1, 20, 30, 31]), numbers([40, 20, 3, 3]), numbers([40])]),
    OperatorCase(
      "depthwise convolution", "Conv",
      ["group": .int(40), "pads": .ints([1, 1, 1, 1]), "strides": .ints([2, 2])],
      inputs: [numbers([1, 40, 60, 61]), numbers([40, 1, 3, 3])]),
    OperatorCase(
      "maxima", "MaxPool", ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2])],
      inputs: [numbers([1, 40, 60, 61])]),
    OperatorCase(
      "averages", "AveragePool", ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 1, 1, 1])],
      inputs: [numbers([1, 40, 60, 61])]),
    OperatorCase("sum of one shape", "Add", inputs: [numbers([200_001]), numbers([200_001])]),
    OperatorCase(
      "sum of two shapes", "Add", inputs: [numbers([40, 60, 61]), numbers([40, 1, 1])]),
    OperatorCase("function", "Erf", inputs: [numbers([100_003])]),
    OperatorCase("piecewise linear function", "Relu", inputs: [numbers([100_003])]),
  ]

  @Test(arguments: cases)
  func givesTheSameBitsOnAnyNumberOfThreads(example: OperatorCase) throws {
    let alone = try example.evaluate()
    for threads in [2, 3, 16] {
      let shared = try Parallelism.$threadCount.withValue(threads) { try example.evaluate() }
      #expect(shared == alone)
    }
  }
}

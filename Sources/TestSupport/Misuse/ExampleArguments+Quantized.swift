import IR
import Tensors

extension ExampleArguments {
  /// Of operators on quantized numbers.
  static let quantized: [String: [ExampleArguments]] = [
    "ConvInteger": [.init(.shape([1, 2, 4, 4]), .shape([3, 2, 2, 2]), .scalar(1), .scalar(0))],
    "MatMulNBits": [
      .init(
        .shape([2, 16]), .shape([3, 1, 8]), .shape([3]), .omitted, .omitted, .shape([3]),
        attributes: ["K": .int(16), "N": .int(3), "block_size": .int(16)]),
      .init(
        .shape([2, 32]), .shape([3, 2, 8]), .shape([6]), .typed(.uint8, .shape([3])),
        .numbers([32], (0..<32).map { Double($0 / 16) }),
        attributes: ["K": .int(32), "N": .int(3), "block_size": .int(16)]),
    ],
    "QGemm": [
      .init(
        .shape([2, 3]), .scalar(1), .scalar(1), .shape([3, 4]), .scalar(2), .scalar(1), .shape([4]),
        .scalar(1), .scalar(0))
    ],
    "QLinearAveragePool": [
      .init(
        image, .scalar(1), .scalar(1), .scalar(2), .scalar(0),
        attributes: ["kernel_shape": .ints([2, 2])])
    ],
    "QLinearConcat": [
      .init(
        .scalar(1), .typed(.uint8, .scalar(0)), .typed(.uint8, .shape([1, 2])),
        .typed(.float32, .scalar(1)), .typed(.uint8, .scalar(1)), .typed(.uint8, .shape([2, 2])),
        .typed(.float32, .scalar(2)), .typed(.uint8, .scalar(0)), attributes: ["axis": .int(0)])
    ],
    "QLinearConv": [
      .init(
        .shape([1, 2, 4, 4]), .scalar(1), .scalar(2), .shape([3, 2, 2, 2]), .scalar(1), .scalar(0),
        .scalar(2), .scalar(1), .shape([3]))
    ],
    "com.microsoft::QLinearConv": [
      .init(
        .shape([1, 2, 4, 4]), .scalar(1), .scalar(2), .shape([3, 2, 2, 2]), .scalar(1), .scalar(0),
        .scalar(2), .scalar(1), .shape([3])),
      .init(
        .shape([1, 4, 4, 2]), .scalar(1), .scalar(2), .shape([3, 2, 2, 2]), .scalar(1), .scalar(0),
        .scalar(2), .scalar(1), .shape([3]), attributes: ["channels_last": .int(1)]),
    ],
  ]
}

import IR
import Tensors

extension ExampleArguments {
  /// Of operators on shapes, places and parts of tensors.
  static let shapes: [String: [ExampleArguments]] = [
    "BitShift": [.init(.shape([2]), .shape([2]), attributes: ["direction": .string("LEFT")])],
    "CenterCropPad": [
      .init(
        .shape([3, 4]), .integers([2, 5]), attributes: ["axes": .ints([0, 1])])
    ],
    "Compress": [.init(.shape([3, 2]), .shape([3]), attributes: ["axis": .int(0)])],
    "CumProd": [.init(.shape([2, 3]), .scalar(1))],
    "CumSum": [.init(.shape([2, 3]), .scalar(-1))],
    "EyeLike": [.init(.shape([3, 4]))],
    "Gather": [.init(.shape([3, 2]), .integers([0, -1, 2]))],
    "GatherElements": [.init(.shape([2]), .integers([1, -1]), attributes: ["axis": .int(0)])],
    "GatherND": [.init(.shape([2, 3]), .integers([1]), attributes: ["batch_dims": .int(0)])],
    "Gemm": [.init(.shape([2, 3]), .shape([3, 4]), .shape([4]))],
    "OneHot": [.init(.integers([0, 2]), .scalar(3), .shape([2]))],
    "Pad": [.init(.shape([2, 2]), .integers([1, 0, -1, 2]))],
    "Range": [.init(.scalar(1), .scalar(9), .scalar(3))],
    "Reshape": [.init(.shape([2, 3, 2]), .integers([0, -1]))],
    "ReverseSequence": [.init(.shape([3, 2]), .integers([3, 1]))],
    "Scatter": [.init(.shape([3]), .integers([1, 0]), .shape([2]))],
    "ScatterElements": [.init(.shape([3]), .integers([1, -1]), .shape([2]))],
    "ScatterND": [.init(.shape([3, 2]), .integers([2]), .shape([2]))],
    "Slice": [
      .init(
        .shape([4, 3]), .integers([0]), .integers([3]), .integers([-1]), .integers([2]))
    ],
    "Tile": [.init(.shape([2, 3]), .integers([2, 1]))],
    "TopK": [.init(.shape([3, 4]), .integers([2]))],
  ]
}

import IR
import Tensors

/// Arguments that an operator takes whose inputs must fit each other: without them hardly a random
/// use of it would get past the first check.
struct ExampleArguments: Sendable {
  /// What one input is like; its type is as the schema has it.
  enum Input: Sendable {
    case shape([Int])
    case integers([Int64])
    case scalar(Int64)
    case omitted
  }

  let inputs: [Input]
  let attributes: Attributes

  private init(_ inputs: Input..., attributes: Attributes = [:]) {
    self.inputs = inputs
    self.attributes = attributes
  }

  /// Returns the example of an operator, when it has one.
  static func of(_ name: String) -> ExampleArguments? { table[name] }

  private static let image = Input.shape([1, 2, 5, 5])
  private static let channels = Input.shape([2])

  private static let table: [String: ExampleArguments] = [
    "AveragePool": .init(image, attributes: ["kernel_shape": .ints([2, 3])]),
    "BatchNormalization": .init(image, channels, channels, channels, channels),
    "BitShift": .init(.shape([2]), .shape([2]), attributes: ["direction": .string("LEFT")]),
    "CenterCropPad": .init(
      .shape([3, 4]), .integers([2, 5]), attributes: ["axes": .ints([0, 1])]),
    "Compress": .init(.shape([3, 2]), .shape([3]), attributes: ["axis": .int(0)]),
    "Conv": .init(image, .shape([4, 2, 3, 3]), .shape([4])),
    "ConvTranspose": .init(image, .shape([2, 3, 2, 2]), .shape([3])),
    "CumProd": .init(.shape([2, 3]), .scalar(1)),
    "CumSum": .init(.shape([2, 3]), .scalar(-1)),
    "DepthToSpace": .init(.shape([1, 8, 2, 3]), attributes: ["blocksize": .int(2)]),
    "EyeLike": .init(.shape([3, 4])),
    "Gather": .init(.shape([3, 2]), .integers([0, -1, 2])),
    "GatherElements": .init(.shape([2]), .integers([1, -1]), attributes: ["axis": .int(0)]),
    "GatherND": .init(.shape([2, 3]), .integers([1]), attributes: ["batch_dims": .int(0)]),
    "Gemm": .init(.shape([2, 3]), .shape([3, 4]), .shape([4])),
    "GridSample": .init(.shape([1, 2, 4, 4]), .shape([1, 3, 3, 2])),
    "GroupNormalization": .init(
      .shape([1, 4, 3]), .shape([4]), .shape([4]), attributes: ["num_groups": .int(2)]),
    "InstanceNormalization": .init(image, channels, channels),
    "LpPool": .init(image, attributes: ["kernel_shape": .ints([2, 2])]),
    "MaxPool": .init(image, attributes: ["kernel_shape": .ints([3, 2])]),
    "MeanVarianceNormalization": .init(.shape([2, 2, 3, 2])),
    "OneHot": .init(.integers([0, 2]), .scalar(3), .shape([2])),
    "Pad": .init(.shape([2, 2]), .integers([1, 0, -1, 2])),
    "Range": .init(.scalar(1), .scalar(9), .scalar(3)),
    "Reshape": .init(.shape([2, 3, 2]), .integers([0, -1])),
    "Resize": .init(.shape([1, 1, 3, 2]), .omitted, .omitted, .integers([1, 1, 2, 5])),
    "ReverseSequence": .init(.shape([3, 2]), .integers([3, 1])),
    "ScatterElements": .init(.shape([3]), .integers([1, -1]), .shape([2])),
    "Scatter": .init(.shape([3]), .integers([1, 0]), .shape([2])),
    "ScatterND": .init(.shape([3, 2]), .integers([2]), .shape([2])),
    "Slice": .init(
      .shape([4, 3]), .integers([0]), .integers([3]), .integers([-1]), .integers([2])),
    "SpaceToDepth": .init(.shape([1, 2, 4, 6]), attributes: ["blocksize": .int(2)]),
    "Tile": .init(.shape([2, 3]), .integers([2, 1])),
    "TopK": .init(.shape([3, 4]), .integers([2])),
  ]
}

import IR
import Tensors

extension ExampleArguments {
  /// Of operators on images and their channels.
  static let images: [String: [ExampleArguments]] = [
    "AffineGrid": [
      .init(.shape([1, 2, 3]), .integers([1, 1, 2, 3])),
      .init(.shape([1, 3, 4]), .integers([1, 1, 2, 1, 3])),
    ],
    "AveragePool": [.init(image, attributes: ["kernel_shape": .ints([2, 3])])],
    "BatchNormalization": [.init(image, channels, channels, channels, channels)],
    "Col2Im": [.init(.shape([1, 4, 4]), .integers([3, 3]), .integers([2, 2]))],
    "Conv": [.init(image, .shape([4, 2, 3, 3]), .shape([4]))],
    "ConvTranspose": [.init(image, .shape([2, 3, 2, 2]), .shape([3]))],
    "ConvTransposeWithDynamicPads": [
      .init(.shape([1, 2, 3, 3]), .shape([2, 3, 2, 2]), .integers([0, 0, 1, 0]), .shape([3]))
    ],
    "CropAndResize": [
      .init(
        image, .numbers([2, 4], [0, 0, 1, 1, 0.5, 0, 1, 0.5]), .integers([0, 0]), .integers([2, 3]))
    ],
    "DeformConv": [
      .init(
        .shape([1, 2, 4, 4]), .shape([2, 2, 2, 2]), .shape([1, 8, 3, 3]), .shape([2]),
        .shape([1, 4, 3, 3]))
    ],
    "DepthToSpace": [.init(.shape([1, 8, 2, 3]), attributes: ["blocksize": .int(2)])],
    "FusedConv": [
      .init(
        image, .shape([4, 2, 3, 3]), .shape([4]), .shape([1, 4, 3, 3]),
        attributes: ["activation": .string("Relu")])
    ],
    "GridSample": [.init(.shape([1, 2, 4, 4]), .shape([1, 3, 3, 2]))],
    "GroupNorm": [
      .init(
        .shape([1, 3, 2, 4]), .shape([4]), .shape([4]),
        attributes: ["activation": .int(0), "groups": .int(2)])
    ],
    "GroupNormalization": [
      .init(
        .shape([1, 4, 3]), .shape([4]), .shape([4]), attributes: ["num_groups": .int(2)])
    ],
    "InstanceNormalization": [.init(image, channels, channels)],
    "LpPool": [.init(image, attributes: ["kernel_shape": .ints([2, 2])])],
    "MaxPool": [.init(image, attributes: ["kernel_shape": .ints([3, 2])])],
    "MaxRoiPool": [
      .init(
        image, .numbers([1, 5], [0, 0, 0, 3, 3]), attributes: ["pooled_shape": .ints([2, 2])])
    ],
    "MaxUnpool": [
      .init(
        .shape([1, 1, 2, 2]), .numbers([1, 1, 2, 2], [0, 3, 8, 10]),
        attributes: ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]),
      .init(
        .shape([1, 1, 2, 2]), .numbers([1, 1, 2, 2], [0, 3, 8, 10]), .integers([1, 1, 5, 4]),
        attributes: ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]),
    ],
    "MeanVarianceNormalization": [.init(.shape([2, 2, 3, 2]))],
    "NhwcConv": [.init(.shape([1, 5, 5, 2]), .shape([4, 2, 3, 3]), .shape([4]))],
    "NhwcFusedConv": [
      .init(
        .shape([1, 5, 5, 2]), .shape([4, 2, 3, 3]), .shape([4]), .shape([1, 3, 3, 4]),
        attributes: ["activation": .string("Relu")])
    ],
    "NhwcMaxPool": [.init(.shape([1, 5, 5, 2]), attributes: ["kernel_shape": .ints([2, 2])])],
    "NonMaxSuppression": [
      .init(.shape([1, 3, 4]), .shape([1, 2, 3]), .scalar(2), .scalar(0), .scalar(0))
    ],
    "Resize": [.init(.shape([1, 1, 3, 2]), .omitted, .omitted, .integers([1, 1, 2, 5]))],
    "RoiAlign": [
      .init(
        image, .numbers([2, 4], [0, 0, 3, 3, 1, 1, 4, 2]), .integers([0, 0]),
        attributes: ["output_height": .int(2), "output_width": .int(3)])
    ],
    "SkipGroupNorm": [
      .init(
        .shape([1, 3, 2, 4]), .shape([4]), .shape([4]), .shape([1, 3, 2, 4]), .shape([4]),
        attributes: ["activation": .int(1), "groups": .int(2)])
    ],
    "SpaceToDepth": [.init(.shape([1, 2, 4, 6]), attributes: ["blocksize": .int(2)])],
  ]
}

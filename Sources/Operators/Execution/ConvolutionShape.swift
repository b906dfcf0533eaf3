import Tensors

/// The extents of a convolution, or of a transposed one, checked against each other.
struct ConvolutionShape {
  let batch: Int
  let groups: Int
  /// The channels of the input that belong to one group.
  let channels: Int
  /// The channels of the output that belong to one group.
  let features: Int
  var axes: [WindowAxis]

  /// Checks the number of groups.
  static func check(groups: Int) throws(OperatorError) {
    guard groups > 0 else {
      throw OperatorError(.invalidAttribute, "group is \(groups); it must be at least 1")
    }
  }

  /// Checks that input and weights have the same number of axes, at least three.
  static func check(inputRank: Int, weightRank: Int) throws(OperatorError) {
    guard inputRank >= 3, weightRank == inputRank else {
      throw OperatorError(
        .incompatibleShapes,
        "an input of rank \(inputRank) is convolved with weights of rank \(weightRank)",
        remedy: "both need a batch or feature axis, a channel axis and the same spatial axes")
    }
  }

  /// Checks that a kernel shape that is given is that of the weights.
  static func check(kernel: [Int]?, weights: [Int]) throws(OperatorError) {
    guard kernel == nil || kernel == weights else {
      throw OperatorError(
        .invalidAttribute, "kernel_shape is \(kernel ?? []), the weights have \(weights)",
        remedy: "leave kernel_shape out")
    }
  }

  /// Checks that there is one bias for each of `count` output channels.
  static func check(bias: Tensor?, count: Int) throws(OperatorError) {
    guard let bias, bias.shape != [count] else { return }
    throw OperatorError(
      .incompatibleShapes, "the bias has the shape \(bias.shape) instead of [\(count)]")
  }

  /// Checks that channels divide into groups of those that the weights have.
  static func check(
    channels: Int, weightChannels: Int, groups: Int
  ) throws(OperatorError) {
    let (needed, overflow) = weightChannels.multipliedReportingOverflow(by: groups)
    guard !overflow, needed == channels else {
      throw OperatorError(
        .incompatibleShapes,
        "the input has \(channels) channels, the weights have \(weightChannels) in each of "
          + "\(groups) groups")
    }
  }

  /// Checks that `count` channels divide into groups.
  static func check(_ count: Int, divideInto groups: Int) throws(OperatorError) {
    guard count % groups == 0 else {
      throw OperatorError(
        .incompatibleShapes, "\(count) channels of the weights do not divide into \(groups) groups")
    }
  }

  /// The number of output channels.
  var featureCount: Int { groups * features }
}

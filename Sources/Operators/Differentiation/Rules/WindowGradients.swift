import IR
import Tensors

extension DifferentiationRules {
  /// Convolutions and poolings.
  static let windows = DifferentiationRules([
    "AveragePool": .gradient(averagePool),
    "Conv": .gradient(convolution),
    "ConvTranspose": .gradient(transposedConvolution),
    "MaxPool": .gradient { node, new throws(OperatorError) in
      guard node.gradients.dropFirst().allSatisfy({ $0 == nil }) else {
        throw OperatorError(.unsupported, "positions have no derivative")
      }
      let x = try node.input(0)
      var attributes = node.node.attributes
      attributes["storage_order"] = nil
      // The positions of the maxima; windows that see only padding have -1.
      let positions = new.add("MaxPool", [x], attributes: attributes, outputCount: 2)[1]
      let one = new.constant(Tensor(scalar: 1 as Int64))
      return [new.scatter(try node.gradient(), to: new("Add", positions, one), of: x)]
    },
  ])

  /// The transposed convolution of the gradient, and the products of gradient and patches.
  private static let convolution: DifferentiationRule.Rewrite = { node, new throws(OperatorError) in
    let (x, w, g) = (try node.input(0), try node.input(1), try node.gradient())
    let windows = try ExplicitWindows(node.node.attributes, weights: w, input: x, new)
    return [
      windows.inputGradient(of: x, gradient: g, weights: w, groups: true, new),
      windows.weightGradient(w, input: x, gradient: g, new),
      new.sumOfChannels(g, rank: windows.kernel.count + 2),
    ]
  }

  /// The same with the roles of input and gradient exchanged.
  private static let transposedConvolution: DifferentiationRule.Rewrite = {
    node, new throws(OperatorError) in
    let (x, w, g) = (try node.input(0), try node.input(1), try node.gradient())
    let padding = try node.value(of: WindowAttributes.autoPad)
    guard node.node.attributes["output_shape"] == nil, ["", "NOTSET"].contains(padding) else {
      throw OperatorError(
        .unsupported, "ConvTranspose has no derivative with pads that follow from its output")
    }
    let windows = try ExplicitWindows(node.node.attributes, weights: w, input: g, new)
    return [
      new("Conv", g, w, attributes: windows.attributes(groups: true)),
      windows.weightGradient(w, input: g, gradient: x, new),
      new.sumOfChannels(g, rank: windows.kernel.count + 2),
    ]
  }

  /// Each window spreads its gradient evenly over the elements that it counts.
  private static let averagePool: DifferentiationRule.Rewrite = { node, new throws(OperatorError) in
    let (x, g) = (try node.input(0), try node.gradient())
    let kernel = try node.value(of: AttributeKey<[Int]>("kernel_shape"))
    let windows = try ExplicitWindows(node.node.attributes, kernel: kernel, input: x, new)
    let plane = new.join([new.integers([1, 1]), new.extents(of: x, from: 2)])
    let ones = new("Expand", new.scalar(1, like: x), plane)
    let taps = new("Expand", new.scalar(1, like: x), new.integers([1, 1] + kernel))
    // The share of a window that is not padding, over the number of elements in it.
    let covered = new("AveragePool", ones, attributes: node.node.attributes)
    let count = new("Conv", ones, taps, attributes: windows.attributes())
    let weight = new("Div", covered, new("Max", count, new.scalar(1, like: count)))
    let part = new("Mul", new.planes(of: g), weight)
    let planes = windows.inputGradient(
      of: new.planes(of: x), gradient: part, weights: taps, groups: false, new)
    return [new.reshape(planes, like: x)]
  }
}

/// The windows of a node with all pads as numbers.
private struct ExplicitWindows {
  let kernel: [Int]
  private let strides: [Int]
  private let dilations: [Int]
  private let pads: [Int]
  private let groups: Int

  /// Larger kernels would take a matrix of too many numbers.
  private static let maximumTaps = 1 << 10

  /// - Throws: `unsupported` when a size that matters is not known.
  init(
    _ attributes: Attributes, weights: ValueID, input: ValueID, _ new: GradientBuilder
  ) throws(OperatorError) {
    let given = try attributes.value(of: WindowAttributes.kernelShape)
    guard let kernel = given ?? new.shape(of: weights)?.extents.map({ Array($0.dropFirst(2)) })
    else {
      throw OperatorError(
        .unsupported, "the derivative depends on a kernel whose size is not known",
        remedy: "set the attribute kernel_shape")
    }
    try self.init(attributes, kernel: kernel, input: input, new)
  }

  init(
    _ attributes: Attributes, kernel: [Int], input: ValueID, _ new: GradientBuilder
  ) throws(OperatorError) {
    let windows = try WindowAttributes(attributes, kernel: kernel)
    self.kernel = kernel
    (strides, dilations) = (windows.strides, windows.dilations)
    groups = try attributes.value(of: AttributeKey<Int>("group", default: 1))
    try ConvolutionShape.check(groups: groups)
    guard product(kernel) <= Self.maximumTaps else {
      throw OperatorError(.unsupported, "a kernel of \(kernel) has no derivative in this version")
    }
    guard windows.padding != .explicit || windows.roundsUp else {
      pads = windows.padsBegin + windows.padsEnd
      return
    }
    guard let extents = new.shape(of: input)?.extents else {
      throw OperatorError(
        .unsupported, "pads depend on sizes that are not known",
        remedy: "declare the shapes of the model's inputs")
    }
    let axes = try windows.axes(on: extents.dropFirst(2))
    // As much as the last window needs: it may end before the input does, or behind the padding.
    let ends = axes.enumerated().map { index, axis in
      max(0, (axis.output - 1) * axis.stride + windows.span(index) - axis.input - axis.padBegin)
    }
    pads = axes.map(\.padBegin) + ends
  }

  /// The attributes of a convolution with these windows.
  func attributes(groups hasGroups: Bool = false) -> Attributes {
    var attributes: Attributes = [
      "kernel_shape": .ints(kernel.map(Int64.init)), "strides": .ints(strides.map(Int64.init)),
      "dilations": .ints(dilations.map(Int64.init)), "pads": .ints(pads.map(Int64.init)),
    ]
    if hasGroups { attributes["group"] = .int(Int64(groups)) }
    return attributes
  }

  /// Returns the gradient of a convolution's input: what each place of the gradient spreads over its
  /// window, without the padding.
  func inputGradient(
    of input: ValueID, gradient: ValueID, weights: ValueID, groups hasGroups: Bool,
    _ new: GradientBuilder
  ) -> ValueID {
    var attributes = attributes(groups: hasGroups)
    attributes["pads"] = nil
    let whole = new("ConvTranspose", gradient, weights, attributes: attributes)
    return new.fit(whole, to: input, startingAt: [0, 0] + pads.prefix(kernel.count))
  }

  /// Returns the gradient of a convolution's weights: for each group and each tap the products of
  /// the gradient with what the tap saw, summed over places and batches.
  func weightGradient(
    _ weights: ValueID, input: ValueID, gradient: ValueID, _ new: GradientBuilder
  ) -> ValueID {
    let taps = product(kernel)
    // A convolution with one filter for each tap lays the patches out.
    var unit = [Float](repeating: 0, count: taps * taps)
    for tap in 0..<taps { unit[tap * taps + tap] = 1 }
    let filters = new(
      "CastLike", new.constant(Tensor(shape: [taps, 1] + kernel, scalars: unit)), input)
    let patches = new("Conv", new.planes(of: input), filters, attributes: attributes())
    let batch = new.extents(of: input, from: 0, to: 1)
    let count = new.integers([groups])
    let features = new("Div", new.extents(of: weights, from: 0, to: 1), count)
    let depth = new("Mul", new.extents(of: weights, from: 1, to: 2), new.integers([taps]))
    let rest = new.integers([-1])
    let left = new("Reshape", gradient, new.join([batch, count, features, rest]))
    let right = new("Reshape", patches, new.join([batch, count, depth, rest]))
    let turned = new("Transpose", right, attributes: ["perm": .ints([0, 1, 3, 2])])
    let sums = new("ReduceSum", new("MatMul", left, turned), new.integers([0]))
    return new.reshape(sums, like: weights)
  }
}

extension GradientBuilder {
  /// Makes every channel of every image an image of one channel.
  fileprivate func planes(of value: ValueID) -> ValueID {
    self("Reshape", value, join([integers([-1, 1]), extents(of: value, from: 2)]))
  }

  /// Sums over all axes but that of the channels.
  fileprivate func sumOfChannels(_ value: ValueID, rank: Int) -> ValueID {
    self(
      "ReduceSum", value, integers([0] + Array(2..<max(2, rank))),
      attributes: ["keepdims": .int(0)])
  }
}

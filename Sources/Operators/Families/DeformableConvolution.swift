import IR
import Tensors

extension OperatorFamily {
  /// Convolutions whose taps are moved to computed places.
  static let deformableConvolution = OperatorFamily("deformable convolution", [.deformConv])
}

/// The extents of a deformable convolution, checked against each other.
private struct DeformedShape {
  let convolution: ConvolutionShape
  /// The number of groups of channels with offsets of their own.
  let offsetGroups: Int
  /// The places of the output: the number of windows.
  let places: Int

  /// The extent of a sample is found among this many axes; its neighbours double with each.
  private static let maximumAxes = 8

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let (input, weights) = (try context.tensor(0).shape, try context.tensor(1).shape)
    convolution = try Conv.shape(context.node.attributes, input, weights)
    offsetGroups = try context.value(of: DeformConv.offsetGroups)
    guard convolution.axes.count <= Self.maximumAxes else {
      throw OperatorError(.limitExceeded, "an input of shape \(input) has too many axes")
    }
    guard offsetGroups > 0, input[1] % offsetGroups == 0 else {
      throw OperatorError(
        .invalidAttribute, "\(input[1]) channels do not divide into \(offsetGroups) offset groups")
    }
    places = try context.checkOutput(.uint8, shape: convolution.axes.map(\.output))
    let axes = convolution.axes
    try check(try context.tensor(2), "offset", factor: axes.count)
    if let mask = try context.optionalTensor(4) { try check(mask, "mask", factor: 1) }
    try ConvolutionShape.check(
      bias: try context.optionalTensor(3), count: convolution.featureCount)
  }

  /// Checks that a tensor has `factor` numbers for each tap of each output.
  private func check(_ tensor: Tensor, _ name: String, factor: Int) throws(OperatorError) {
    let (taps, overflow) = (offsetGroups.multipliedReportingOverflow(by: factor))
    let (count, isTooMany) = taps.multipliedReportingOverflow(by: convolution.axes.kernelCount)
    let shape = [convolution.batch, count] + convolution.axes.map(\.output)
    guard !overflow, !isTooMany, tensor.shape == shape else {
      throw OperatorError(
        .incompatibleShapes, "\(name) has the shape \(tensor.shape) instead of \(shape)")
    }
  }

  var outputShape: [Int] {
    [convolution.batch, convolution.featureCount] + convolution.axes.map(\.output)
  }

  var channels: Int { convolution.groups * convolution.channels }
}

private enum DeformConv: RealKernel {
  static let offsetGroups = AttributeKey<Int>("offset_group", default: 1)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let shape = try DeformedShape(context)
    try context.checkOutput(Scalar.elementType, shape: shape.outputShape)
    let inputs = (try context.tensor(0), try context.tensor(2), try context.optionalTensor(4))
    let (weights, bias) = (try context.tensor(1), try context.optionalTensor(3))
    let output = Tensor(of: Scalar.self, shape: shape.outputShape) { result in
      result.update(repeating: 0)
      let convolution = DeformedConvolution<Scalar>(
        shape: shape, images: inputs.0.scalars(of: Scalar.self),
        offsets: inputs.1.scalars(of: Scalar.self),
        masks: inputs.2?.scalars(of: Scalar.self))
      weights.withScalars(of: Scalar.self) { filters in
        guard !result.isEmpty, let result = result.baseAddress, let filters = filters.baseAddress
        else { return }
        convolution.write(filters, to: result)
      }
      bias?.withScalars(of: Scalar.self) { addChannelwise($0, to: result, shape.convolution) }
    }
    return [output]
  }
}

/// A deformable convolution without its bias (Dai and others 2017, Zhu and others 2018).
private struct DeformedConvolution<Scalar: RealScalar> {
  let shape: DeformedShape
  let images: [Scalar]
  let offsets: [Scalar]
  let masks: [Scalar]?

  /// Samples are taken for about as many elements at a time.
  private static var slabCount: Int { 1 << 18 }

  private var axes: [WindowAxis] { shape.convolution.axes }

  func write(_ filters: UnsafePointer<Scalar>, to result: UnsafeMutablePointer<Scalar>) {
    let form = shape.convolution
    let rows = shape.channels * axes.kernelCount
    let columns = max(1, min(shape.places, Self.slabCount / max(1, rows)))
    let depth = form.channels * axes.kernelCount
    let product = MatrixProduct<Scalar>(rows: depth, columns: columns)
    var slab = [Scalar](repeating: 0, count: rows * columns)
    for batch in 0..<form.batch {
      for places in blocks(of: columns, in: shape.places) {
        sample(batch, places, into: &slab)
        slab.withUnsafeBufferPointer { slab in
          guard let samples = slab.baseAddress else { return }
          for group in 0..<form.groups {
            let feature = group * form.features
            product.multiply(
              MatrixView(filters + feature * depth, rows: form.features, columns: depth),
              MatrixView(
                samples + group * depth * places.count, rows: depth, columns: places.count),
              into: result + (batch * form.featureCount + feature) * shape.places
                + places.lowerBound, stride: shape.places)
          }
        }
      }
    }
  }

  /// Takes the samples for some places: a row for each channel and tap.
  private func sample(_ batch: Int, _ places: Range<Int>, into slab: inout [Scalar]) {
    let channels = shape.channels / shape.offsetGroups
    let (taps, planeCount) = (axes.kernelCount, axes.inputCount)
    for group in 0..<shape.offsetGroups {
      for tap in 0..<taps {
        for place in places {
          let index = (batch * shape.offsetGroups + group) * taps + tap
          let mask = masks.map { $0[index * shape.places + place] } ?? 1
          let neighbours = neighbours(of: tap, at: place, offset: index)
          for channel in (group * channels)..<((group + 1) * channels) {
            let plane = (batch * shape.channels + channel) * planeCount
            var sum: Scalar = 0
            for (element, weight) in neighbours { sum += weight * images[plane + element] }
            slab[(channel * taps + tap) * places.count + place - places.lowerBound] = sum * mask
          }
        }
      }
    }
  }

  /// Returns the elements around the place that a tap is moved to, and their weights.
  ///
  /// What lies outside of the input is zero and left out.
  private func neighbours(
    of tap: Int, at place: Int, offset: Int
  ) -> [(element: Int, weight: Scalar)] {
    var neighbours: [(element: Int, weight: Scalar)] = [(0, 1)]
    var (tapStride, placeStride) = (axes.kernelCount, shape.places)
    for (number, axis) in axes.enumerated() {
      tapStride /= axis.kernel
      placeStride /= axis.output
      let regular = axis.position(
        of: tap / tapStride % axis.kernel, at: place / placeStride % axis.output)
      let moved = offsets[(offset * axes.count + number) * shape.places + place]
      let coordinate = Scalar(Double(regular)) + moved
      guard coordinate > -1, coordinate < Scalar(Double(axis.input)) else { return [] }
      let low = Int(coordinate.double.rounded(.down))
      let ratio = coordinate - Scalar(Double(low))
      let ends = [(low, 1 - ratio), (low + 1, ratio)].filter { (0..<axis.input).contains($0.0) }
      neighbours = neighbours.flatMap { outer in
        ends.map { (outer.element * axis.input + $0.0, outer.weight * $0.1) }
      }
    }
    return neighbours
  }
}

extension OperatorDefinition {
  /// Convolves samples that lie off the regular places, each by offsets of its own.
  fileprivate static let deformConv = OperatorDefinition(
    OperatorSchema(
      "DeformConv", versions: [19, 22],
      inputs: [
        .required("X", "T"), .required("W", "T"), .required("offset", "T"), .optional("B", "T"),
        .optional("mask", "T"),
      ],
      outputs: [.required("Y", "T")],
      attributes: [
        WindowAttributes.dilations.declaration, Conv.group.declaration,
        WindowAttributes.kernelShape.declaration, DeformConv.offsetGroups.declaration,
        WindowAttributes.pads.declaration, WindowAttributes.strides.declaration,
      ],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      // Shapes are those of a convolution; the offsets have the spatial extents of the output.
      let operands = InferenceContext(
        node: context.node, inputs: [context.inputs[0], context.inputs[1]])
      let known = try OperatorDefinition.conv.inferTypes(operands)[0].type?.shape
      let type = context.elementType(0)
      guard let offset = context.shape(2), offset.rank > 2 else { return [.tensor(type, known)] }
      var shape = known ?? Shape([offset[0], .unknown] + offset.dimensions[2...])
      guard shape.rank == offset.rank else {
        throw OperatorError(
          .incompatibleShapes, "offsets of shape \(offset) do not suit an output of \(shape)")
      }
      for axis in 2..<shape.rank where shape[axis] == .unknown { shape[axis] = offset[axis] }
      return [.tensor(type, shape)]
    },
    evaluate: real(DeformConv.self))
}

import IR
import Tensors

extension OperatorFamily {
  /// Convolutions.
  static let convolution = OperatorFamily("convolution", [.conv])
}

// MARK: - Conv

enum Conv: RealKernel {
  static let group = AttributeKey<Int>("group", default: 1)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (input, weights) = (try context.tensor(0), try context.tensor(1))
    let bias = try context.optionalTensor(2)
    let shape = try shape(context.node.attributes, input.shape, weights.shape)
    try ConvolutionShape.check(bias: bias, count: shape.featureCount)
    let outputShape = [shape.batch, shape.featureCount] + shape.axes.map(\.output)
    try context.checkOutput(Scalar.elementType, shape: outputShape)
    let output = Tensor(of: Scalar.self, shape: outputShape) { result in
      input.withScalars(of: Scalar.self) { images in
        weights.withUnalignedScalars(of: Scalar.self) { filters in
          guard !result.isEmpty, let result = result.baseAddress, let images = images.baseAddress,
            let filters = filters.baseAddress
          else { return result.update(repeating: 0) }
          Convolution(shape: shape, images: images, filters: filters).write(to: result)
        }
      }
      bias?.withScalars(of: Scalar.self) { addChannelwise($0, to: result, shape) }
    }
    return [output]
  }

  static func shape(
    _ attributes: Attributes, _ input: [Int], _ weights: [Int]
  ) throws(OperatorError) -> ConvolutionShape {
    let groups = try attributes.value(of: Conv.group)
    try ConvolutionShape.check(groups: groups)
    try ConvolutionShape.check(inputRank: input.count, weightRank: weights.count)
    try ConvolutionShape.check(
      channels: input[1], weightChannels: weights[1], groups: groups)
    try ConvolutionShape.check(weights[0], divideInto: groups)
    let kernel = Array(weights[2...])
    try ConvolutionShape.check(
      kernel: try attributes.value(of: WindowAttributes.kernelShape), weights: kernel)
    let windows = try WindowAttributes(attributes, kernel: kernel)
    return ConvolutionShape(
      batch: input[0], groups: groups, channels: weights[1], features: weights[0] / groups,
      axes: try windows.axes(on: input[2...]))
  }
}

/// Adds to each plane of a convolution's result the number of its channel.
func addChannelwise<Scalar: RealScalar>(
  _ terms: UnsafeBufferPointer<Scalar>, to result: UnsafeMutableBufferPointer<Scalar>,
  _ shape: ConvolutionShape
) {
  guard !result.isEmpty, !terms.isEmpty, let start = result.baseAddress else { return }
  let planeCount = result.count / max(1, shape.batch * terms.count)
  for plane in 0..<(shape.batch * terms.count) {
    add(terms[plane % terms.count], to: start + plane * planeCount, count: planeCount)
  }
}

/// A convolution without its bias: products are summed channel by channel, tap by tap.
private struct Convolution<Scalar: RealScalar> {
  let shape: ConvolutionShape
  let images: UnsafePointer<Scalar>
  let filters: UnsafePointer<Scalar>

  func write(to result: UnsafeMutablePointer<Scalar>) {
    guard !isDepthwise else { return weighPlanes(into: result) }
    let depth = shape.channels * kernelCount
    let product = MatrixProduct<Scalar>(rows: depth, columns: outputCount)
    for part in 0..<(shape.batch * shape.groups) {
      let image = images + part * shape.channels * inputCount
      let filter = filters + part % shape.groups * shape.features * depth
      let left = MatrixView(filter, rows: shape.features, columns: depth)
      multiply(left, image, product, into: result + part * shape.features * outputCount)
    }
  }

  private func multiply(
    _ left: MatrixView<Scalar>, _ image: UnsafePointer<Scalar>,
    _ product: borrowing MatrixProduct<Scalar>, into target: UnsafeMutablePointer<Scalar>
  ) {
    if isPointwise {
      let right = MatrixView(image, rows: shape.channels, columns: outputCount)
      product.multiply(left, right, into: target, stride: outputCount)
    } else {
      let patches = PatchMatrix(image, axes: shape.axes)
      product.multiply(left, patches, into: target, stride: outputCount)
    }
  }

  /// Convolves planes with few filters each without the detour through a matrix.
  private func weighPlanes(into result: UnsafeMutablePointer<Scalar>) {
    let rows = WindowRows(shape.axes)
    inParallel(shape.batch * shape.groups, cost: shape.features * outputCount * kernelCount) {
      parts in
      rows.forEach { start, row in
        for plane in (parts.lowerBound * shape.features)..<(parts.upperBound * shape.features) {
          Scalar.weigh(
            row, images + plane / shape.features * inputCount,
            filters + plane % shape.featureCount * kernelCount,
            into: result + plane * outputCount + start)
        }
      }
    }
  }

  private var inputCount: Int { shape.axes.inputCount }
  private var outputCount: Int { shape.axes.outputCount }
  private var kernelCount: Int { shape.axes.kernelCount }

  private var isDepthwise: Bool { shape.channels == 1 && shape.features < 4 }

  /// Whether every output reads just the input at its own position.
  private var isPointwise: Bool {
    shape.axes.allSatisfy {
      $0.kernel == 1 && $0.stride == 1 && $0.padBegin == 0 && $0.padEnd == 0
    }
  }
}

extension OperatorDefinition {
  /// Weighs the elements of a sliding window and adds them up.
  static let conv = OperatorDefinition(
    OperatorSchema(
      "Conv", versions: [1, 11, 22],
      inputs: [.required("X", "T"), .required("W", "T"), .optional("B", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        WindowAttributes.autoPad.declaration, WindowAttributes.dilations.declaration,
        Conv.group.declaration, WindowAttributes.kernelShape.declaration,
        WindowAttributes.pads.declaration, WindowAttributes.strides.declaration,
      ],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let input = context.shape(0) else { return [.tensor(type)] }
      let weights = context.shape(1)
      if let extents = input.extents, let weights = weights?.extents {
        let shape = try Conv.shape(context.node.attributes, extents, weights)
        let outputs = [shape.batch, shape.featureCount] + shape.axes.map(\.output)
        return [.tensor(type, Shape(outputs))]
      }
      try ConvolutionShape.check(
        inputRank: input.rank, weightRank: weights?.rank ?? input.rank)
      let kernel = try context.value(of: WindowAttributes.kernelShape)
      let features = weights?[0] ?? .unknown
      guard let kernel = weights.flatMap({ Shape(Array($0.dimensions[2...])).extents }) ?? kernel
      else {
        let spatial = [Dimension](repeating: .unknown, count: input.rank - 2)
        return [.tensor(type, Shape([input[0], features] + spatial))]
      }
      let windows = try WindowAttributes(context.node.attributes, kernel: kernel)
      let spatial = try windows.outputDimensions(on: input.dimensions[2...])
      return [.tensor(type, Shape([input[0], features] + spatial))]
    },
    evaluate: real(Conv.self)
  )
}

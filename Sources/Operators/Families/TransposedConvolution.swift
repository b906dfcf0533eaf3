import IR
import Tensors

extension OperatorFamily {
  /// Transposed convolutions, also known as deconvolutions.
  static let transposedConvolution = OperatorFamily("transposed convolution", [.convTranspose])
}

// MARK: - ConvTranspose

private enum ConvTranspose: RealKernel {
  static let group = AttributeKey<Int>("group", default: 1)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (input, weights) = (try context.tensor(0), try context.tensor(1))
    let bias = try context.optionalTensor(2)
    var shape = try shape(context.node.attributes, input.shape, weights.shape)
    try ConvolutionShape.check(bias: bias, count: shape.featureCount)
    let outputShape = [shape.batch, shape.featureCount] + shape.axes.map(\.input)
    try context.checkOutput(Scalar.elementType, shape: outputShape)
    if shape.axes.count == 1 { shape.axes.insert(.single, at: 0) }
    // What one channel contributes before it is added up.
    let firstRows = [shape.axes.kernelCount, 1] + shape.axes.dropFirst().map(\.output)
    try context.checkOutput(Scalar.elementType, shape: firstRows)
    let output = Tensor(of: Scalar.self, shape: outputShape) { [shape] result in
      result.update(repeating: 0)
      input.withScalars(of: Scalar.self) { images in
        weights.withScalars(of: Scalar.self) { filters in
          guard !result.isEmpty, !images.isEmpty, let result = result.baseAddress,
            let images = images.baseAddress, let filters = filters.baseAddress
          else { return }
          TransposedConvolution(shape: shape, images: images, filters: filters).add(to: result)
        }
      }
      bias?.withScalars(of: Scalar.self) { addChannelwise($0, to: result, shape) }
    }
    return [output]
  }

  static func shape(
    _ attributes: Attributes, _ input: [Int], _ weights: [Int]
  ) throws(OperatorError) -> ConvolutionShape {
    let groups = try attributes.value(of: group)
    try ConvolutionShape.check(groups: groups)
    try ConvolutionShape.check(inputRank: input.count, weightRank: weights.count)
    try ConvolutionShape.check(input[1], divideInto: groups)
    guard weights[0] == input[1] else {
      throw OperatorError(
        .incompatibleShapes,
        "the input has \(input[1]) channels, the weights have \(weights[0])")
    }
    let kernel = Array(weights[2...])
    try ConvolutionShape.check(
      kernel: try attributes.value(of: WindowAttributes.kernelShape), weights: kernel)
    let windows = try TransposedWindows(attributes, kernel: kernel)
    let (features, overflow) = weights[1].multipliedReportingOverflow(by: groups)
    guard !overflow else {
      throw OperatorError(.limitExceeded, "\(groups) groups of \(weights[1]) channels are too many")
    }
    return ConvolutionShape(
      batch: input[0], groups: groups, channels: input[1] / groups, features: features / groups,
      axes: try windows.axes(on: input[2...]))
  }
}

/// A transposed convolution without its bias, added to what is there.
///
/// The windows of `shape.axes`, two or more, lie on the result; there is one for each element of
/// the input.
private struct TransposedConvolution<Scalar: RealScalar> {
  let shape: ConvolutionShape
  let images: UnsafePointer<Scalar>
  let filters: UnsafePointer<Scalar>

  /// Contributions are computed for about as many elements at a time.
  private static var slabCount: Int { 1 << 18 }

  func add(to result: UnsafeMutablePointer<Scalar>) {
    let walk = WindowWalk(shape.axes)
    let rowsAtOnce = share(of: shape.axes[0].output, each: kernelCount * rowCount)
    let features = share(of: shape.features, each: kernelCount * rowsAtOnce * rowCount)
    let slab = UnsafeMutablePointer<Scalar>.allocate(
      capacity: features * kernelCount * rowsAtOnce * rowCount)
    defer { slab.deallocate() }
    let product = MatrixProduct<Scalar>(rows: shape.channels, columns: rowsAtOnce * rowCount)
    for part in 0..<(shape.batch * shape.groups) {
      let image = images + part * shape.channels * positionCount
      let target = result + part * shape.features * planeCount
      for feature in blocks(of: features, in: shape.features) {
        let left = filter(feature, group: part % shape.groups)
        for rows in blocks(of: rowsAtOnce, in: shape.axes[0].output) {
          let right = MatrixView(
            image + rows.lowerBound * rowCount, rows: shape.channels,
            columns: rows.count * rowCount, rowStride: positionCount, columnStride: 1)
          product.multiply(left, right, into: slab, stride: right.columns)
          add(slab, rows, count: feature.count, walk, to: target + feature.lowerBound * planeCount)
        }
      }
    }
  }

  /// Returns how many of `count` things of `each` elements fit in a slab, at least one.
  private func share(of count: Int, each: Int) -> Int {
    max(1, min(count, Self.slabCount / max(1, each)))
  }

  /// Adds the contributions of some rows of inputs to the planes of some features.
  private func add(
    _ slab: UnsafePointer<Scalar>, _ rows: Range<Int>, count: Int,
    _ walk: borrowing WindowWalk, to target: UnsafeMutablePointer<Scalar>
  ) {
    let (first, columns) = (rows.lowerBound * rowCount, rows.count * rowCount)
    let step = walk.inputStep
    for feature in 0..<count {
      let source = slab + feature * kernelCount * columns
      let plane = target + feature * planeCount
      walk.forEachRun(ofFirstAxis: rows) { run in
        let addends = source + (run.tap &* columns &+ run.output &- first)
        let sums = plane + run.input
        for index in 0..<run.count { sums[index &* step] += addends[index] }
      }
    }
  }

  /// The weights of some features as a matrix: a row for each feature and tap.
  private func filter(_ features: Range<Int>, group: Int) -> MatrixView<Scalar> {
    let width = shape.features * kernelCount
    return MatrixView(
      filters + group * shape.channels * width + features.lowerBound * kernelCount,
      rows: features.count * kernelCount, columns: shape.channels,
      rowStride: 1, columnStride: width)
  }

  private var kernelCount: Int { shape.axes.kernelCount }
  private var planeCount: Int { shape.axes.inputCount }
  private var positionCount: Int { shape.axes.outputCount }
  /// The number of inputs in a slice across the first axis.
  private var rowCount: Int { shape.axes.dropFirst().outputCount }
}

extension OperatorDefinition {
  /// Spreads every element over a window, weighed, and adds up where windows overlap.
  fileprivate static let convTranspose = OperatorDefinition(
    OperatorSchema(
      "ConvTranspose", versions: [1, 11, 22],
      inputs: [.required("X", "T"), .required("W", "T"), .optional("B", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        WindowAttributes.autoPad.declaration, WindowAttributes.dilations.declaration,
        ConvTranspose.group.declaration, WindowAttributes.kernelShape.declaration,
        TransposedWindows.outputPadding.declaration, TransposedWindows.outputShape.declaration,
        WindowAttributes.pads.declaration, WindowAttributes.strides.declaration,
      ],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let input = context.shape(0) else { return [.tensor(type)] }
      let weights = context.shape(1)
      if let extents = input.extents, let weights = weights?.extents {
        let shape = try ConvTranspose.shape(context.node.attributes, extents, weights)
        let outputs = [shape.batch, shape.featureCount] + shape.axes.map(\.input)
        return [.tensor(type, Shape(outputs))]
      }
      try ConvolutionShape.check(
        inputRank: input.rank, weightRank: weights?.rank ?? input.rank)
      let groups = try context.value(of: ConvTranspose.group)
      let channels = (weights?[1] ?? .unknown) * .fixed(groups)
      let kernel = try context.value(of: WindowAttributes.kernelShape)
      guard let kernel = weights.flatMap({ Shape(Array($0.dimensions[2...])).extents }) ?? kernel
      else {
        let spatial = [Dimension](repeating: .unknown, count: input.rank - 2)
        return [.tensor(type, Shape([input[0], channels] + spatial))]
      }
      let windows = try TransposedWindows(context.node.attributes, kernel: kernel)
      let spatial = try windows.outputDimensions(on: input.dimensions[2...])
      return [.tensor(type, Shape([input[0], channels] + spatial))]
    },
    evaluate: real(ConvTranspose.self)
  )
}

import IR
import Tensors

/// How the attributes of a transposed convolution place its windows on its output.
///
/// In the ``WindowAxis`` that results, `input` is what the transposed convolution computes and
/// `output` what it reads.
struct TransposedWindows {
  static let outputPadding = OptionalAttributeKey<[Int]>("output_padding")
  static let outputShape = OptionalAttributeKey<[Int]>("output_shape")

  private let windows: WindowAttributes
  private let outputPadding: [Int]
  private let outputShape: [Int]?

  /// Reads the attributes of a node whose windows have the extents `kernel`.
  init(_ attributes: Attributes, kernel: [Int]) throws(OperatorError) {
    let rank = kernel.count
    windows = try WindowAttributes(attributes, kernel: kernel)
    outputPadding =
      try attributes.value(of: Self.outputPadding) ?? Array(repeating: 0, count: rank)
    try WindowAttributes.check(outputPadding, "output_padding", rank: rank, in: 0...(1 << 31))
    guard let shape = try attributes.value(of: Self.outputShape) else {
      outputShape = nil
      return
    }
    // Some exporters give the batch and the channels too.
    let spatial = shape.count == rank + 2 ? Array(shape.suffix(rank)) : shape
    try WindowAttributes.check(spatial, "output_shape", rank: rank, in: 0...(1 << 40))
    outputShape = spatial
  }

  /// Returns the windows for an input with the given spatial extents.
  func axes(on extents: ArraySlice<Int>) throws(OperatorError) -> [WindowAxis] {
    try windows.check(rank: extents.count)
    var axes: [WindowAxis] = []
    for (axis, extent) in extents.enumerated() { axes.append(try window(axis, for: extent)) }
    return axes
  }

  /// Returns the spatial extents of the output, as far as they are known.
  func outputDimensions(
    on dimensions: ArraySlice<Dimension>
  ) throws(OperatorError) -> [Dimension] {
    try windows.check(rank: dimensions.count)
    var outputs: [Dimension] = []
    for (axis, dimension) in dimensions.enumerated() {
      if let extent = dimension.fixedValue {
        outputs.append(.fixed(try window(axis, for: extent).input))
      } else {
        outputs.append(output(axis, for: dimension))
      }
    }
    return outputs
  }

  private func window(_ axis: Int, for extent: Int) throws(OperatorError) -> WindowAxis {
    try WindowAttributes.check(extent: extent)
    let stride = windows.strides[axis]
    let (steps, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
    guard !overflow, steps < 1 << 60 else {
      throw OperatorError(
        .limitExceeded, "\(extent) elements with a stride of \(stride) are too many")
    }
    let reach = steps + outputPadding[axis] + windows.span(axis)
    var (begin, end) = (windows.padsBegin[axis], windows.padsEnd[axis])
    if let output = outputShape?[axis] ?? sameOutput(axis, for: extent) {
      let total = max(0, reach - output)
      begin = windows.padding == .sameUpper ? total / 2 : total - total / 2
      end = total - begin
      return windows.axis(axis, input: output, pads: (begin, end), output: extent)
    }
    if windows.padding == .valid { (begin, end) = (0, 0) }
    let output = extent == 0 ? max(0, reach - begin - end) : reach - begin - end
    guard output >= 0 else {
      throw OperatorError(
        .incompatibleShapes,
        "pads \(begin) and \(end) leave nothing of an output of \(reach) elements")
    }
    return windows.axis(axis, input: output, pads: (begin, end), output: extent)
  }

  /// The extent that automatic padding asks for.
  private func sameOutput(_ axis: Int, for extent: Int) -> Int? {
    guard windows.padding == .sameUpper || windows.padding == .sameLower else { return nil }
    return extent * windows.strides[axis]
  }

  private func output(_ axis: Int, for dimension: Dimension) -> Dimension {
    if let extent = outputShape?[axis] { return .fixed(extent) }
    let stride = Dimension.fixed(windows.strides[axis])
    let reach = outputPadding[axis] + windows.span(axis) - windows.strides[axis]
    switch windows.padding {
    case .sameUpper, .sameLower: return dimension * stride
    case .valid: return dimension * stride + .fixed(reach)
    case .explicit:
      let pads = windows.padsBegin[axis] + windows.padsEnd[axis]
      return dimension * stride + .fixed(reach - pads)
    }
  }
}

import IR
import Tensors

/// How an operator's attributes place its windows, checked: see ``WindowAxis`` for the result.
struct WindowAttributes {
  static let autoPad = AttributeKey<String>("auto_pad", default: "NOTSET")
  static let ceilMode = AttributeKey<Bool>("ceil_mode", default: false)
  static let dilations = OptionalAttributeKey<[Int]>("dilations")
  static let kernelShape = OptionalAttributeKey<[Int]>("kernel_shape")
  static let pads = OptionalAttributeKey<[Int]>("pads")
  static let strides = OptionalAttributeKey<[Int]>("strides")

  /// How pads come about (the attribute `auto_pad`).
  enum AutomaticPadding: String {
    case explicit = "NOTSET"
    case valid = "VALID"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
  }

  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  let padsBegin: [Int]
  let padsEnd: [Int]
  let padding: AutomaticPadding
  let roundsUp: Bool

  /// Larger numbers mean nothing and would overflow.
  private static let maximumKernel = 1 << 24
  private static let maximumStep = 1 << 31
  private static let maximumExtent = 1 << 40

  /// The number of spatial axes.
  var rank: Int { kernel.count }

  /// Reads the attributes of a node whose windows have the extents `kernel`.
  init(_ attributes: Attributes, kernel: [Int]) throws(OperatorError) {
    let rank = kernel.count
    let pads = try attributes.value(of: Self.pads) ?? Array(repeating: 0, count: 2 * rank)
    let autoPad = try attributes.value(of: Self.autoPad)
    guard let padding = AutomaticPadding(rawValue: autoPad.isEmpty ? "NOTSET" : autoPad) else {
      throw OperatorError(
        .invalidAttribute, "auto_pad is \"\(autoPad)\"",
        remedy: "use NOTSET, VALID, SAME_UPPER or SAME_LOWER")
    }
    self.kernel = kernel
    self.padding = padding
    strides = try attributes.value(of: Self.strides) ?? Array(repeating: 1, count: rank)
    dilations = try attributes.value(of: Self.dilations) ?? Array(repeating: 1, count: rank)
    padsBegin = Array(pads.prefix(pads.count / 2))
    padsEnd = Array(pads.suffix(pads.count / 2))
    roundsUp = try attributes.value(of: Self.ceilMode)
    try Self.check(kernel, "kernel_shape", rank: rank, in: 1...Self.maximumKernel)
    guard Tensor.elementCount(of: kernel) != nil else {
      throw OperatorError(.limitExceeded, "a kernel of \(kernel) has too many taps")
    }
    try Self.check(strides, "strides", rank: rank, in: 1...Self.maximumStep)
    try Self.check(dilations, "dilations", rank: rank, in: 1...Self.maximumStep)
    try Self.check(pads, "pads", rank: 2 * rank, in: 0...Self.maximumStep)
  }

  /// Throws unless an attribute has `rank` numbers that lie in `range`.
  static func check(
    _ values: [Int], _ name: String, rank: Int, in range: ClosedRange<Int>
  ) throws(OperatorError) {
    guard values.count == rank else {
      throw OperatorError(
        .invalidAttribute, "\(name) has \(values.count) numbers instead of \(rank)",
        remedy: "give one number for each spatial axis, two of pads")
    }
    guard values.allSatisfy(range.contains) else {
      throw OperatorError(
        .invalidAttribute,
        "\(name) is \(values); its numbers must be from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// The distance from the first position that a window covers to behind the last one.
  func span(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }
}

// MARK: - Windows of a convolution or a pooling

extension WindowAttributes {
  /// Returns the windows on an input with the given spatial extents.
  func axes(on extents: ArraySlice<Int>) throws(OperatorError) -> [WindowAxis] {
    try check(rank: extents.count)
    var axes: [WindowAxis] = []
    for (axis, extent) in extents.enumerated() { axes.append(try window(axis, on: extent)) }
    return axes
  }

  /// Returns the spatial extents of the output, as far as they are known.
  func outputDimensions(
    on dimensions: ArraySlice<Dimension>
  ) throws(OperatorError) -> [Dimension] {
    try check(rank: dimensions.count)
    var outputs: [Dimension] = []
    for (axis, dimension) in dimensions.enumerated() {
      if let extent = dimension.fixedValue {
        outputs.append(.fixed(try window(axis, on: extent).output))
      } else {
        outputs.append(output(axis, on: dimension))
      }
    }
    return outputs
  }

  func check(rank: Int) throws(OperatorError) {
    guard rank == self.rank else {
      throw OperatorError(
        .incompatibleShapes,
        "the input has \(rank) spatial axes, the kernel \(kernel) has \(self.rank)")
    }
  }

  static func check(extent: Int) throws(OperatorError) {
    guard (0...maximumExtent).contains(extent) else {
      throw OperatorError(.limitExceeded, "a spatial extent of \(extent) is too large")
    }
  }

  private func window(_ axis: Int, on extent: Int) throws(OperatorError) -> WindowAxis {
    try Self.check(extent: extent)
    let (stride, span) = (strides[axis], span(axis))
    var (begin, end) = (padsBegin[axis], padsEnd[axis])
    var output: Int
    switch padding {
    case .sameUpper, .sameLower:
      output = (extent + stride - 1) / stride
      let total = max(0, (output - 1) * stride + span - extent)
      begin = padding == .sameUpper ? total / 2 : total - total / 2
      end = total - begin
    case .explicit, .valid:
      if padding == .valid { (begin, end) = (0, 0) }
      let room = extent + begin + end - span
      output =
        roundsUp && padding == .explicit
        ? -(-room).floorDivided(by: stride) + 1
        : room.floorDivided(by: stride) + 1
      // A window that starts behind the input would see nothing but padding.
      if roundsUp, output > 1, (output - 1) * stride >= extent + begin { output -= 1 }
      if extent == 0 { output = max(0, output) }
    }
    guard output > 0 || extent == 0 else {
      throw OperatorError(
        .incompatibleShapes,
        "a window of \(span) does not fit in \(extent) elements with pads \(begin) and \(end)",
        remedy: "check the kernel, the dilations and the size of the input")
    }
    return self.axis(axis, input: extent, pads: (begin, end), output: output)
  }

  /// Returns the windows along one axis, given what else there is to know of them.
  func axis(
    _ axis: Int, input: Int, pads: (begin: Int, end: Int), output: Int
  ) -> WindowAxis {
    WindowAxis(
      input: input, kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis],
      padBegin: pads.begin, padEnd: pads.end, output: output)
  }

  private func output(_ axis: Int, on dimension: Dimension) -> Dimension {
    let stride = strides[axis]
    switch padding {
    case .sameUpper, .sameLower: return dimension.ceilDivided(by: .fixed(stride))
    case .valid:
      return (dimension + .fixed(stride - span(axis))).floorDivided(by: .fixed(stride))
    case .explicit:
      // Whether rounding up adds a window that is then dropped depends on the size.
      guard !roundsUp || stride == 1 else { return .unknown }
      let pads = padsBegin[axis] + padsEnd[axis]
      return (dimension + .fixed(pads + stride - span(axis))).floorDivided(by: .fixed(stride))
    }
  }
}

extension Int {
  /// Returns the quotient rounded toward negative infinity.
  ///
  /// - Precondition: `divisor` is positive.
  func floorDivided(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
  }
}

import IR
import Tensors

/// What the extents of the output follow from.
enum ResizeTarget<Size> {
  case scales([Float])
  case sizes([Size])
}

/// The attributes of Resize, and how the extents of its output follow from them.
enum Resize {
  /// Whether filters are widened when the tensor becomes smaller.
  static let antialias = AttributeKey<Bool>("antialias", default: false)
  /// The axes that the other parameters refer to.
  static let axes = OptionalAttributeKey<[Int]>("axes")
  /// A ``CoordinateMode``.
  static let coordinateMode = AttributeKey<String>(
    "coordinate_transformation_mode", default: "half_pixel")
  /// The coefficient of cubic convolution.
  static let cubicCoefficient = AttributeKey<Float>("cubic_coeff_a", default: -0.75)
  /// Whether elements outside of the tensor have no weight.
  static let excludeOutside = AttributeKey<Bool>("exclude_outside", default: false)
  /// What stands outside of the tensor when cropping.
  static let extrapolationValue = AttributeKey<Float>("extrapolation_value", default: 0)
  /// Whether sizes keep the aspect ratio, and from which side.
  static let aspectPolicy = AttributeKey<String>("keep_aspect_ratio_policy", default: "stretch")
  /// Which elements count: the nearest, or several by lines or cubics.
  static let mode = AttributeKey<String>("mode", default: "nearest")
  /// A ``NearestMode``.
  static let nearestMode = AttributeKey<String>("nearest_mode", default: "round_prefer_floor")

  /// Returns the axes that scales, sizes and region refer to, in their order.
  static func axes(of node: Node, rank: Int) throws(OperatorError) -> [Int] {
    try normalizedAxes(try node.attributes.value(of: axes) ?? Array(0..<rank), rank: rank)
  }

  /// Returns the scales or the sizes, whichever is given and not empty.
  static func target(_ context: borrowing KernelContext) throws(OperatorError)
    -> ResizeTarget<Int>
  {
    if let tensor = try context.optionalTensor(2), tensor.count > 0 {
      return .scales(try scales(tensor))
    }
    guard let sizes = try context.optionalIntegers(3) else {
      throw OperatorError(.missingInput, "neither scales nor sizes are given")
    }
    return .sizes(sizes)
  }

  /// Returns the numbers of a tensor of scales, all above 0.
  static func scales(_ tensor: Tensor) throws(OperatorError) -> [Float] {
    guard tensor.elementType.isFloatingPoint else {
      throw OperatorError(.invalidType, "scales are of \(tensor.elementType), not float32")
    }
    let scales = tensor.converted(to: .float32).scalars(of: Float.self)
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw OperatorError(.invalidValue, "the scales \(scales) are not all above 0")
    }
    return scales
  }

  /// Returns how each axis of the input changes, by the position in `axes`.
  static func resizings(
    _ target: ResizeTarget<Int>, of shape: [Int], axes: [Int], policy: String
  ) throws(OperatorError) -> [AxisResizing] {
    let extents = axes.map { shape[$0] }
    switch target {
    case .scales(let scales):
      try checkCount(scales.count, "scales", axes)
      return try zip(extents, scales).map { extent, scale throws(OperatorError) in
        AxisResizing(
          input: extent, output: try scaled(extent, by: scale), numerator: Double(scale),
          denominator: 1)
      }
    case .sizes(let sizes):
      try checkCount(sizes.count, "sizes", axes)
      guard sizes.allSatisfy({ $0 >= 0 }) else {
        throw OperatorError(.invalidValue, "the sizes \(sizes) are not all positive")
      }
      let stretched = zip(extents, sizes).map { extent, size in
        AxisResizing(
          input: extent, output: size, numerator: Double(size), denominator: Double(extent))
      }
      return try keepingAspect(stretched, policy: policy)
    }
  }

  /// Rounds in 32 bits, as exporters and other engines do.
  static func scaled(_ extent: Int, by scale: Float) throws(OperatorError) -> Int {
    guard let result = Int(exactly: (Float(extent) * scale).rounded(.down)) else {
      throw OperatorError(.limitExceeded, "an axis of \(extent) is scaled by \(scale)")
    }
    return result
  }

  private static func checkCount(
    _ count: Int, _ name: String, _ axes: [Int]
  ) throws(OperatorError) {
    guard count == axes.count else {
      throw OperatorError(
        .incompatibleShapes, "\(count) \(name) are given for \(axes.count) axes")
    }
  }

  private static func keepingAspect(
    _ resizings: [AxisResizing], policy: String
  ) throws(OperatorError) -> [AxisResizing] {
    let scales = resizings.filter { $0.input > 0 }.map(\.scale)
    let scale: Double?
    switch policy {
    case "stretch": return resizings
    case "not_larger": scale = scales.min()
    case "not_smaller": scale = scales.max()
    default:
      throw OperatorError(
        .invalidAttribute, "keep_aspect_ratio_policy is \"\(policy)\"",
        remedy: "use \"stretch\", \"not_larger\" or \"not_smaller\"")
    }
    guard let scale else { return resizings }
    return try resizings.map { resizing throws(OperatorError) in
      let extent = (Double(resizing.input) * scale + 0.5).rounded(.down)
      guard let output = Int(exactly: extent) else {
        throw OperatorError(.limitExceeded, "an axis of \(resizing.input) is scaled by \(scale)")
      }
      return AxisResizing(input: resizing.input, output: output, numerator: scale, denominator: 1)
    }
  }
}

/// Everything that a resize needs besides the elements.
struct ResizePlan {
  /// The weights of the elements around a coordinate.
  let interpolation: Interpolation
  /// What stands outside of the input when cropping.
  let extrapolationValue: Float
  /// The axes that change, with their tables.
  private(set) var passes: [(axis: Int, table: AxisResampling)] = []
  /// The shape of the output.
  let shape: [Int]

  /// Reads the attributes and inputs of a node that resizes a tensor of the shape `input`.
  init(_ context: borrowing KernelContext, of input: [Int]) throws(OperatorError) {
    interpolation = try Self.interpolation(context)
    extrapolationValue = try context.value(of: Resize.extrapolationValue)
    let mode: CoordinateMode = try Self.option(context, Resize.coordinateMode)
    let axes = try Resize.axes(of: context.node, rank: input.count)
    var resizings = try Resize.resizings(
      try Resize.target(context), of: input, axes: axes,
      policy: try context.value(of: Resize.aspectPolicy))
    if mode == .cropAndResize { try Self.setRegions(of: &resizings, context) }
    var shape = input
    for (axis, resizing) in zip(axes, resizings) { shape[axis] = resizing.output }
    self.shape = shape
    guard !shape.contains(0) else { return }
    guard !input.contains(0) else {
      throw OperatorError(
        .incompatibleShapes, "an empty tensor of shape \(input) is resized to \(shape)")
    }
    let antialias = try context.value(of: Resize.antialias)
    let excludesOutside = try context.value(of: Resize.excludeOutside)
    for (axis, resizing) in zip(axes, resizings) where mode == .cropAndResize || resizing.changes {
      var table = AxisResampling(resizing, interpolation, antialias: antialias)
      try context.checkOutput(.float64, shape: [resizing.output, table.taps, 2])
      table.fill(resizing, mode: mode, excludesOutside: excludesOutside)
      passes.append((axis, table))
    }
  }

  private static func interpolation(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> Interpolation {
    switch try context.value(of: Resize.mode) {
    case "nearest": return .nearest(try option(context, Resize.nearestMode))
    case "linear": return .linear
    case "cubic": return .cubic(a: Double(try context.value(of: Resize.cubicCoefficient)))
    case let name:
      throw OperatorError(
        .invalidAttribute, "mode is \"\(name)\"",
        remedy: "use \"nearest\", \"linear\" or \"cubic\"")
    }
  }

  private static func option<Option: RawRepresentable<String>>(
    _ context: borrowing KernelContext, _ key: AttributeKey<String>
  ) throws(OperatorError) -> Option {
    let name = try context.value(of: key)
    guard let option = Option(rawValue: name) else {
      throw OperatorError(.invalidAttribute, "\(key.name) is \"\(name)\", which is not known")
    }
    return option
  }

  private static func setRegions(
    of resizings: inout [AxisResizing], _ context: borrowing KernelContext
  ) throws(OperatorError) {
    let count = resizings.count
    guard let roi = try context.optionalTensor(1), roi.elementType.isFloatingPoint,
      roi.count == 2 * count
    else {
      throw OperatorError(
        .invalidValue, "roi does not hold a start and an end for each of \(count) axes")
    }
    let bounds = roi.converted(to: .float64).scalars(of: Double.self)
    for index in resizings.indices {
      resizings[index].region = (bounds[index], bounds[count + index])
    }
  }
}

extension AxisResizing {
  /// Whether resizing moves any element of the axis.
  fileprivate var changes: Bool { input != output || numerator != denominator }
}

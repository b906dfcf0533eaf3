import IR
import Tensors

extension OperatorFamily {
  /// Operators that sample an image at computed places.
  static let gridSampling = OperatorFamily("grid sampling", [.gridSample])
}

/// Where a grid points in a tensor, and which elements around that place count.
private struct GridPlan<Scalar: RealScalar> {
  enum Padding: String { case zeros, border, reflection }
  enum Mode: String { case nearest, linear, cubic }

  let mode: Mode
  let padding: Padding
  let alignsCorners: Bool
  /// The extents of the input behind batch and channel, and the strides of a channel.
  let extents: [Int]
  let strides: [Int]
  let batches: Int
  let channels: Int
  /// The number of places that the grid names in each batch.
  let places: Int
  /// The shape of the output.
  let shape: [Int]

  init(
    _ context: borrowing KernelContext, of input: [Int], grid: [Int]
  ) throws(OperatorError) {
    mode = try GridPlan.option(context, GridSample.mode)
    padding = try GridPlan.option(context, GridSample.padding)
    alignsCorners = try context.value(of: GridSample.alignsCorners)
    guard input.count > 2, grid.count == input.count, grid[0] == input[0],
      grid[grid.count - 1] == input.count - 2
    else {
      throw OperatorError(
        .incompatibleShapes, "a grid of shape \(grid) does not suit an input of shape \(input)")
    }
    (batches, channels) = (input[0], input[1])
    extents = Array(input[2...])
    strides = rowMajorStrides(of: extents)
    places = product(grid[1..<(grid.count - 1)])
    shape = Array(input[..<2] + grid[1..<(grid.count - 1)])
    guard padding == .zeros || !extents.contains(0) || places == 0 else {
      throw OperatorError(
        .incompatibleShapes, "an input of shape \(input) has no border to sample")
    }
    guard input.count <= 2 + GridSample.maximumAxes else {
      throw OperatorError(.limitExceeded, "an input of shape \(input) has too many axes")
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

  /// The elements that make up one place of the output: offsets in a channel, -1 for zero.
  struct Taps {
    var offsets: [Int] = []
    var weights: [Scalar] = []
  }

  /// Returns the elements around a place; `grid` holds its coordinates, the last axis first.
  func taps(at place: Int, of grid: UnsafeBufferPointer<Scalar>) -> Taps {
    var taps = Taps(offsets: [0], weights: [1])
    let rank = extents.count
    for axis in 0..<rank {
      let normalized = grid[place * rank + (rank - 1 - axis)]
      let (indices, weights) = axisTaps(normalized, axis: axis)
      var next = Taps()
      for (offset, weight) in zip(taps.offsets, taps.weights) {
        for (index, factor) in zip(indices, weights) {
          let isInside = offset >= 0 && index >= 0
          next.offsets.append(isInside ? offset + index * strides[axis] : -1)
          next.weights.append(weight * factor)
        }
      }
      taps = next
    }
    return taps
  }

  /// Returns the elements around a coordinate along one axis, and their weights.
  private func axisTaps(_ normalized: Scalar, axis: Int) -> ([Int], [Scalar]) {
    let extent = Scalar(Double(extents[axis]))
    var x =
      alignsCorners
      ? (normalized + 1) / 2 * (extent - 1) : ((normalized + 1) * extent - 1) / 2
    if mode == .nearest { x.round(.toNearestOrEven) }
    x = bounded(x, axis: axis)
    let base = Int(x.double.rounded(.down))
    let ratio = x - Scalar(Double(base))
    switch mode {
    case .nearest: return ([index(base, axis: axis)], [1])
    case .linear:
      return ([index(base, axis: axis), index(base + 1, axis: axis)], [1 - ratio, ratio])
    case .cubic:
      let indices = (-1...2).map { index(base + $0, axis: axis) }
      return (indices, (-1...2).map { Self.cubic(abs(ratio - Scalar(Double($0)))) })
    }
  }

  /// Cubic convolution with the coefficient -0.75 (Keys 1981).
  private static func cubic(_ x: Scalar) -> Scalar {
    let a: Scalar = -0.75
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
  }

  /// The coordinates of the border: the centers of the outer elements, or their outer edges.
  private func border(_ axis: Int) -> (low: Double, high: Double) {
    let last = Double(extents[axis]) - 1
    return alignsCorners ? (0, last) : (-0.5, last + 0.5)
  }

  /// Brings a coordinate near the input, so that it is safe to count with.
  private func bounded(_ x: Scalar, axis: Int) -> Scalar {
    let value = x.double
    let (low, high) = border(axis)
    guard value.isFinite, value < low || value > high else {
      // What is far away is as good as just outside; NaN is taken there too.
      return value.isFinite ? x : padding == .zeros ? -4 : 0
    }
    switch padding {
    case .zeros: return Scalar(min(max(value, -4), Double(extents[axis]) + 4))
    case .border where mode == .cubic:
      // Each element is clamped on its own: between the border and beyond, weights still change.
      return Scalar(min(max(value, -4), Double(extents[axis]) + 4))
    case .border: return Scalar(min(max(value, 0), Double(extents[axis]) - 1))
    case .reflection: return Scalar(Self.reflected(value, low, high))
    }
  }

  /// Returns the element at an index that may lie outside, or -1 for zero.
  private func index(_ index: Int, axis: Int) -> Int {
    let last = extents[axis] - 1
    if index >= 0, index <= last { return index }
    switch padding {
    case .zeros: return -1
    case .border: return min(max(index, 0), last)
    case .reflection:
      let (low, high) = border(axis)
      return min(max(Int(Self.reflected(Double(index), low, high)), 0), last)
    }
  }

  /// Reflects a coordinate at the borders until it lies between them.
  private static func reflected(_ value: Double, _ low: Double, _ high: Double) -> Double {
    guard high > low else { return max(low, 0) }
    let isBelow = value < low
    guard isBelow || value > high else { return value }
    let distance = isBelow ? low - value : value - high
    let turns = (distance / (high - low)).rounded(.down)
    let rest = distance - turns * (high - low)
    let isEven = turns.truncatingRemainder(dividingBy: 2) == 0
    return isEven == isBelow ? low + rest : high - rest
  }

  /// Calls `body` for every place of every batch.
  func forEachPlace(
    of grid: UnsafeBufferPointer<Scalar>, _ body: (_ batch: Int, _ place: Int, Taps) -> Void
  ) {
    for batch in 0..<batches {
      for place in 0..<places { body(batch, place, taps(at: batch * places + place, of: grid)) }
    }
  }
}

private enum GridSample: RealKernel {
  static let alignsCorners = AttributeKey<Bool>("align_corners", default: false)
  static let mode = AttributeKey<String>("mode", default: "linear")
  static let padding = AttributeKey<String>("padding_mode", default: "zeros")
  /// The number of elements that count grows with the power of the axes.
  static let maximumAxes = 6

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let input = try context.tensor(0)
    let grid = try context.tensor(1)
    let plan = try GridPlan<Scalar>(context, of: input.shape, grid: grid.shape)
    try context.checkOutput(Scalar.elementType, shape: plan.shape)
    let channelSize = product(plan.extents)
    return [
      Tensor(of: Scalar.self, shape: plan.shape) { result in
        input.withScalars(of: Scalar.self) { source in
          grid.withScalars(of: Scalar.self) { grid in
            plan.forEachPlace(of: grid) { batch, place, taps in
              for channel in (batch * plan.channels)..<((batch + 1) * plan.channels) {
                var sum: Scalar = 0
                for (tap, offset) in taps.offsets.enumerated() where offset >= 0 {
                  sum += source[channel * channelSize + offset] * taps.weights[tap]
                }
                result[channel * plan.places + place] = sum
              }
            }
          }
        }
      }
    ]
  }
}

/// Takes the nearest elements, whatever their type; the grid is of float64.
private enum NearestGridSample: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let grid = try context.tensor(1)
    let plan = try GridPlan<Double>(context, of: data[0].shape, grid: grid.shape)
    try context.checkOutput(of: Element.self, shape: plan.shape)
    let channelSize = product(plan.extents)
    let zero = data[1].withElements(of: Element.self) { $0[0] }
    return [
      MovableTensor(of: Element.self, shape: plan.shape) { result in
        data[0].withElements(of: Element.self) { source in
          grid.withScalars(of: Double.self) { grid in
            plan.forEachPlace(of: grid) { batch, place, taps in
              let offset = taps.offsets[0]
              for channel in (batch * plan.channels)..<((batch + 1) * plan.channels) {
                result[channel * plan.places + place] =
                  offset >= 0 ? source[channel * channelSize + offset] : zero
              }
            }
          }
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Samples a tensor at the places of a grid, which are normalized to -1…1.
  fileprivate static let gridSample = OperatorDefinition(
    OperatorSchema(
      "GridSample", versions: [16, 20, 22],
      inputs: [.required("X", "T1"), .required("grid", "T2")], outputs: [.required("Y", "T1")],
      attributes: [
        GridSample.alignsCorners.declaration, GridSample.mode.declaration,
        GridSample.padding.declaration,
      ],
      constraints: ["T1": .tensors([.classic, .bfloat16]), "T2": .tensors(.floats)]),
    upgrades: [
      OperatorUpgrade(to: 20) { graph, node in
        let names: [Attribute: ByteString] = [
          .string("bilinear"): "linear", .string("bicubic"): "cubic",
        ]
        graph.update(node) { node in
          guard let mode = node.attributes["mode"], let name = names[mode] else { return }
          node.attributes["mode"] = .string(name)
        }
      }
    ],
    inferTypes: { context in
      let type = context.elementType(0)
      guard let grid = context.shape(1), grid.rank > 2 else { return [.tensor(type)] }
      let input = context.shape(0)
      let batch = input?.dimensions.first ?? grid[0]
      let channels = input.flatMap { $0.rank > 1 ? $0[1] : nil } ?? .unknown
      let places = grid.dimensions[1..<(grid.rank - 1)]
      return [.tensor(type, Shape([batch, channels] + places))]
    },
    evaluate: { context throws(OperatorError) in
      let input = try context.tensor(0)
      if input.elementType.isFloatingPoint { return try real(GridSample.self)(context) }
      let grid = RuntimeValue.tensor(try context.tensor(1).converted(to: .float64))
      if try context.value(of: GridSample.mode) == "nearest" {
        let zero = RuntimeValue.tensor(.zero(of: input.elementType))
        return try movement(NearestGridSample.self) { _ in [0, 2] }(
          context.replacingInputs([.tensor(input), grid, zero]))
      }
      guard input.elementType.isInteger else {
        throw OperatorError(
          .invalidType, "elements of \(input.elementType) cannot be interpolated",
          remedy: "use the mode \"nearest\"")
      }
      let wide = RuntimeValue.tensor(input.converted(to: .float64))
      let outputs = try real(GridSample.self)(context.replacingInputs([wide, grid]))
      return outputs.map { $0.tensor.map { .tensor($0.converted(to: input.elementType)) } ?? $0 }
    })
}

import IR
import Tensors

extension OperatorFamily {
  /// Operators that add elements around a tensor.
  static let padding = OperatorFamily("padding", [.pad, .centerCropPad])
}

/// What the elements around a tensor hold.
private enum PadMode: String {
  case constant, reflect, edge, wrap

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let name = try context.value(of: Pad.mode)
    guard let mode = PadMode(rawValue: name) else {
      throw OperatorError(
        .invalidAttribute, "mode is \"\(name)\"",
        remedy: "use \"constant\", \"reflect\", \"edge\" or \"wrap\"")
    }
    self = mode
  }
}

/// The elements that are added before and after those of one axis, or removed when negative.
private struct PaddedAxis {
  /// The number of elements before, at least 0.
  let before: Int
  /// The elements of the input that are kept.
  let kept: Range<Int>
  let extent: Int

  /// Creates the axis of an input's `extent`.
  init(of extent: Int, begin: Int, end: Int, mode: PadMode) throws(OperatorError) {
    let (sum, overflow) = begin.addingReportingOverflow(end)
    let (total, totalOverflow) = extent.addingReportingOverflow(sum)
    let first = begin < 0 ? begin.magnitude : 0
    let last = end < 0 ? end.magnitude : 0
    guard !overflow, !totalOverflow, total >= 0, first <= UInt(extent),
      last <= UInt(extent) - first
    else {
      throw OperatorError(
        .invalidValue, "an axis of \(extent) cannot be padded by \(begin) and \(end)")
    }
    before = max(0, begin)
    kept = Int(first)..<(extent - Int(last))
    self.extent = total
    guard mode == .constant || !kept.isEmpty || total == 0 else {
      throw OperatorError(
        .incompatibleShapes, "an empty axis cannot be padded in the mode \(mode.rawValue)")
    }
  }

  /// Returns the element of the input at a place of the result, or -1 for the constant.
  func source(of place: Int, mode: PadMode) -> Int {
    let (position, count) = (place - before, kept.count)
    if position >= 0, position < count { return kept.lowerBound + position }
    switch mode {
    case .constant: return -1
    case .edge: return kept.lowerBound + min(max(position, 0), count - 1)
    case .wrap: return kept.lowerBound + modulo(position, count)
    case .reflect:
      guard count > 1 else { return kept.lowerBound }
      let period = 2 * (count - 1)
      let place = modulo(position, period)
      return kept.lowerBound + (place < count ? place : period - place)
    }
  }

  private func modulo(_ value: Int, _ divisor: Int) -> Int {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

// MARK: - Pad

private enum Pad: MovementKernel {
  static let mode = AttributeKey<String>("mode", default: "constant")

  /// Returns the padding before and after each of `rank` axes.
  static func amounts<Amount>(
    _ pads: [Amount], axes: [Int]?, rank: Int, none: Amount
  ) throws(OperatorError) -> [(begin: Amount, end: Amount)] {
    let axes = try normalizedAxes(axes ?? Array(0..<rank), rank: rank)
    guard pads.count == 2 * axes.count else {
      throw OperatorError(
        .incompatibleShapes, "\(pads.count) pads are given for \(axes.count) axes",
        remedy: "pads holds a begin for each axis, then an end for each axis")
    }
    var amounts = [(begin: Amount, end: Amount)](repeating: (none, none), count: rank)
    for (index, axis) in axes.enumerated() {
      amounts[axis] = (pads[index], pads[axes.count + index])
    }
    return amounts
  }

  /// A padding of several axes; what follows the last padded axis moves as one block.
  struct Layout {
    let mode: PadMode
    var axes: [PaddedAxis] = []
    let strides: [Int]
    /// The elements of one block.
    let block: Int

    init(
      _ amounts: [(begin: Int, end: Int)], of shape: [Int], mode: PadMode
    ) throws(OperatorError) {
      self.mode = mode
      let last = amounts.lastIndex { $0.begin != 0 || $0.end != 0 } ?? -1
      for axis in 0..<(last + 1) {
        let (begin, end) = amounts[axis]
        axes.append(try PaddedAxis(of: shape[axis], begin: begin, end: end, mode: mode))
      }
      strides = rowMajorStrides(of: shape)
      block = product(shape[(last + 1)...])
    }

    /// Fills one row along the last padded axis.
    func fillRow<Element: BitwiseCopyable>(
      _ target: UnsafeMutablePointer<Element>, from source: UnsafePointer<Element>,
      with constant: Element
    ) {
      guard let axis = axes.last else {
        target.update(from: source, count: block)
        return
      }
      let inner = axis.before..<(axis.before + axis.kept.count)
      (target + inner.lowerBound * block).update(
        from: source + axis.kept.lowerBound * block, count: inner.count * block)
      for rest in [0..<inner.lowerBound, inner.upperBound..<axis.extent] {
        for place in rest {
          let index = axis.source(of: place, mode: mode)
          if index < 0 {
            (target + place * block).update(repeating: constant, count: block)
          } else {
            (target + place * block).update(from: source + index * block, count: block)
          }
        }
      }
    }
  }

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let amounts = try amounts(
      try context.integers(1), axes: try context.optionalIntegers(3), rank: input.shape.count,
      none: 0)
    return [try padded(data, by: amounts, mode: try PadMode(context), in: context, element)]
  }

  /// Returns the first tensor with elements around it, which are the second one's where constant.
  static func padded<Element: BitwiseCopyable>(
    _ data: [MovableTensor], by amounts: [(begin: Int, end: Int)], mode: PadMode,
    in context: borrowing KernelContext, _ element: Element.Type
  ) throws(OperatorError) -> MovableTensor {
    let input = data[0]
    let layout = try Layout(amounts, of: input.shape, mode: mode)
    let shape = layout.axes.map(\.extent) + input.shape.dropFirst(layout.axes.count)
    try context.checkOutput(of: Element.self, shape: shape)
    let constant = data[1].withElements(of: Element.self) { $0[0] }
    return MovableTensor(of: Element.self, shape: shape) { result in
      input.withElements(of: Element.self) { source in
        fill(result, from: source, layout, with: constant)
      }
    }
  }

  /// Fills the result row by row; rows outside of the input on another axis hold the constant.
  private static func fill<Element: BitwiseCopyable>(
    _ result: UnsafeMutableBufferPointer<Element>, from source: UnsafeBufferPointer<Element>,
    _ layout: Layout, with constant: Element
  ) {
    guard !result.isEmpty, let target = result.baseAddress else { return }
    // An empty input has no rows to read from: everything around it is constant.
    guard let input = source.baseAddress, !source.isEmpty else {
      target.update(repeating: constant, count: result.count)
      return
    }
    let outer = layout.axes.dropLast()
    let width = (layout.axes.last?.extent ?? 1) * layout.block
    var position = [Int](repeating: 0, count: outer.count)
    for row in 0..<(result.count / width) {
      var offset: Int? = 0
      for (axis, padded) in outer.enumerated() {
        let index = padded.source(of: position[axis], mode: layout.mode)
        offset = index < 0 ? nil : offset.map { $0 + index * layout.strides[axis] }
      }
      if let offset {
        layout.fillRow(target + row * width, from: input + offset, with: constant)
      } else {
        (target + row * width).update(repeating: constant, count: width)
      }
      for axis in position.indices.reversed() {
        position[axis] += 1
        if position[axis] < outer[axis].extent { break }
        position[axis] = 0
      }
    }
  }
}

extension OperatorDefinition {
  /// Adds elements before and after those of each axis, or removes them.
  fileprivate static let pad = OperatorDefinition(
    OperatorSchema(
      "Pad", versions: [1, 2, 11, 13, 18, 19, 21, 23, 24, 25],
      inputs: [
        .required("data", "T"), .required("pads", "tensor(int64)"),
        .optional("constant_value", "T"), .optional("axes", "Tind"),
      ],
      outputs: [.required("output", "T")], attributes: [Pad.mode.declaration],
      constraints: ["T": .tensors(.common), "Tind": .tensors(.indices)]),
    upgrades: [
      OperatorUpgrade(to: 2) { graph, node in
        graph.update(node) { $0.attributes.rename("paddings", to: "pads") }
      },
      .attributeToInput("pads", input: 1, at: 11),
      .floatAttributeToInput("value", input: 2, at: 11),
    ],
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0) else { return [.tensor(context.elementType(0))] }
      let axes = context.integers(3)
      guard axes != nil || !context.hasInput(3) else {
        let unknown = [Dimension](repeating: .unknown, count: shape.rank)
        return [.tensor(context.elementType(0), Shape(unknown))]
      }
      let unknown = [Dimension](repeating: .unknown, count: 2 * (axes?.count ?? shape.rank))
      let pads = context.elements(1)?.elements ?? unknown
      let amounts = try Pad.amounts(pads, axes: axes, rank: shape.rank, none: .fixed(0))
      let extents = zip(shape.dimensions, amounts).map { $0 + $1.begin + $1.end }
      return [.tensor(context.elementType(0), Shape(extents))]
    },
    evaluate: { context throws(OperatorError) in
      let type = try context.tensor(0).elementType
      let constant = try context.optionalTensor(2)?.reshaped(to: []) ?? .zero(of: type)
      var inputs = context.inputs + [RuntimeValue?](repeating: nil, count: 3)
      inputs[2] = .tensor(constant)
      return try movement(Pad.self) { _ in [0, 2] }(context.replacingInputs(inputs))
    })
}

// MARK: - CenterCropPad

private enum CenterCropPad: MovementKernel {
  static let axes = OptionalAttributeKey<[Int]>("axes")

  /// Returns what is added around each of some axes so that they get the sizes asked for.
  static func amounts(
    for sizes: [Int], axes: [Int]?, of shape: [Int]
  ) throws(OperatorError) -> [(begin: Int, end: Int)] {
    let axes = try normalizedAxes(axes ?? Array(shape.indices), rank: shape.count)
    guard sizes.count == axes.count, sizes.allSatisfy({ $0 >= 0 }) else {
      throw OperatorError(
        .invalidValue, "the sizes \(sizes) are no extents of \(axes.count) axes")
    }
    var amounts = [(begin: Int, end: Int)](repeating: (0, 0), count: shape.count)
    for (axis, size) in zip(axes, sizes) {
      let difference = size - shape[axis]
      // Both halves are rounded toward zero: the odd element goes to the end.
      amounts[axis] = (difference / 2, difference - difference / 2)
    }
    return amounts
  }

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let amounts = try amounts(
      for: try context.integers(1), axes: try context.value(of: axes), of: data[0].shape)
    return [try Pad.padded(data, by: amounts, mode: .constant, in: context, element)]
  }
}

extension OperatorDefinition {
  /// Crops or pads with zeros so that the middle stays in the middle.
  fileprivate static let centerCropPad = OperatorDefinition(
    OperatorSchema(
      "CenterCropPad", versions: [18],
      inputs: [.required("input_data", "T"), .required("shape", "Tind")],
      outputs: [.required("output_data", "T")], attributes: [CenterCropPad.axes.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16]), "Tind": .tensors(.indices)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      let named = try context.value(of: CenterCropPad.axes)
      guard let shape = context.shape(0) else {
        return [.tensor(type, named == nil ? context.elements(1).map { Shape($0.elements) } : nil)]
      }
      let axes = try normalizedAxes(named ?? Array(0..<shape.rank), rank: shape.rank)
      let sizes = context.elements(1)?.elements
      var result = shape
      for (index, axis) in axes.enumerated() {
        result[axis] = sizes.flatMap { index < $0.count ? $0[index] : nil } ?? .unknown
      }
      return [.tensor(type, result)]
    },
    evaluate: { context throws(OperatorError) in
      let zero = Tensor.zero(of: try context.tensor(0).elementType)
      let inputs = [context.inputs[0], context.inputs[1], .tensor(zero)]
      return try movement(CenterCropPad.self) { _ in [0, 2] }(context.replacingInputs(inputs))
    })
}

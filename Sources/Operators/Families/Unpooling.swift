import IR
import Tensors

extension OperatorFamily {
  /// Operators that undo a pooling as far as that is possible.
  static let unpooling = OperatorFamily("unpooling", [.maxUnpool])
}

private enum MaxUnpool: MovementKernel {
  static let kernelShape = AttributeKey<[Int]>("kernel_shape")

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let indices = try context.tensor(1)
    guard indices.shape == input.shape else {
      throw OperatorError(
        .incompatibleShapes,
        "indices of shape \(indices.shape) do not suit an input of shape \(input.shape)")
    }
    let places = try indices.integers
    let pooled = try shape(context.node.attributes, of: input.shape)
    let shape = try context.optionalIntegers(2) ?? pooled
    guard shape.count == pooled.count else {
      throw OperatorError(
        .incompatibleShapes, "output_shape is \(shape) for an input of shape \(input.shape)")
    }
    try context.checkOutput(of: Element.self, shape: shape)
    try context.checkOutput(of: Element.self, shape: pooled)
    let counted = try self.counted(places, in: pooled, or: shape)
    let copy = StridedCopy(
      extents: counted, sourceStrides: rowMajorStrides(of: counted),
      targetStrides: rowMajorStrides(of: shape))
    let zero = data[1].withElements(of: Element.self) { $0[0] }
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        result.update(repeating: zero)
        var spread = [Element](repeating: zero, count: product(counted))
        input.withElements(of: Element.self) { maxima in
          for (index, place) in places.enumerated() { spread[place] = maxima[index] }
        }
        spread.withUnsafeBufferPointer { copy.run(from: $0, to: result) }
      }
    ]
  }

  /// Returns the shape in which the indices count the places.
  ///
  /// That is the shape which follows from the windows, at the start of a larger one that is asked
  /// for; unless an index does not exist there, which shows that it counts in the other one.
  private static func counted(
    _ places: [Int], in pooled: [Int], or shape: [Int]
  ) throws(OperatorError) -> [Int] {
    let (first, last) = (places.min() ?? 0, places.max() ?? -1)
    let isInside = zip(pooled, shape).allSatisfy { $0 <= $1 }
    let counted = isInside && last < product(pooled) ? pooled : shape
    guard first >= 0, last < product(counted) else {
      throw OperatorError(
        .invalidValue, "the indices from \(first) to \(last) are not all places of \(counted)",
        remedy: "indices count the elements of the whole output")
    }
    return counted
  }

  /// Returns the shape whose pooling has the shape `input`.
  static func shape(
    _ attributes: Attributes, of input: [Int]
  ) throws(OperatorError) -> [Int] {
    let windows = try windows(attributes, rank: input.count)
    var shape = Array(input.prefix(2))
    for axis in 0..<windows.rank {
      let extent = input[axis + 2]
      try WindowAttributes.check(extent: extent)
      let (steps, overflow) = max(0, extent - 1).multipliedReportingOverflow(
        by: windows.strides[axis])
      let pads = windows.padsBegin[axis] + windows.padsEnd[axis]
      guard !overflow, steps < 1 << 60, steps + windows.kernel[axis] >= pads else {
        throw OperatorError(
          .incompatibleShapes,
          "\(extent) windows of \(windows.kernel[axis]) elements, \(windows.strides[axis]) apart, "
            + "with pads of \(pads) do not make an axis")
      }
      shape.append(extent == 0 ? 0 : steps + windows.kernel[axis] - pads)
    }
    return shape
  }

  /// Returns the windows of the pooling on tensors of a rank.
  static func windows(
    _ attributes: Attributes, rank: Int
  ) throws(OperatorError) -> WindowAttributes {
    let windows = try WindowAttributes(attributes, kernel: try attributes.value(of: kernelShape))
    guard rank >= 3 else {
      throw OperatorError(
        .incompatibleShapes,
        "the input has rank \(rank); a batch, a channel and a spatial axis are the least")
    }
    try windows.check(rank: rank - 2)
    return windows
  }

  /// Returns the extent of the pooled axis, as far as it is known.
  static func dimension(
    _ dimension: Dimension, _ windows: WindowAttributes, axis: Int
  ) -> Dimension {
    if dimension == 0 { return 0 }
    let rest = windows.kernel[axis] - windows.padsBegin[axis] - windows.padsEnd[axis]
    let stride = windows.strides[axis]
    return dimension * .fixed(stride) + .fixed(rest - stride)
  }
}

extension OperatorDefinition {
  /// Puts maxima back to where they were and zero everywhere else.
  fileprivate static let maxUnpool = OperatorDefinition(
    OperatorSchema(
      "MaxUnpool", versions: [9, 11, 22],
      inputs: [.required("X", "T1"), .required("I", "T2"), .optional("output_shape", "T2")],
      outputs: [.required("output", "T1")],
      attributes: [
        MaxUnpool.kernelShape.declaration, WindowAttributes.pads.declaration,
        WindowAttributes.strides.declaration,
      ],
      constraints: ["T1": .tensors(.floats), "T2": .tensors(.int64)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      if let shape = context.elements(2)?.elements { return [.tensor(type, Shape(shape))] }
      guard let input = context.shape(0) ?? context.shape(1) else { return [.tensor(type)] }
      let windows = try MaxUnpool.windows(context.node.attributes, rank: input.rank)
      guard !context.hasInput(2) else {
        return [.tensor(type, Shape([Dimension](repeating: .unknown, count: input.rank)))]
      }
      let spatial = (0..<windows.rank).map {
        MaxUnpool.dimension(input[$0 + 2], windows, axis: $0)
      }
      return [.tensor(type, Shape(input.dimensions[..<2] + spatial))]
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      let zero = RuntimeValue.tensor(.zero(of: tensor.elementType))
      var inputs = context.inputs + [RuntimeValue?](repeating: nil, count: 3)
      inputs = inputs.prefix(3) + [zero]
      return try movement(MaxUnpool.self) { _ in [0, 3] }(context.replacingInputs(inputs))
    })
}

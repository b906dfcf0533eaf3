import IR
import Tensors

extension OperatorFamily {
  /// Operators that move elements between the channels and the area of an image.
  static let spatialBlocks = OperatorFamily("spatial blocks", [.depthToSpace, .spaceToDepth])
}

private let blockSize = AttributeKey<Int>("blocksize")
private let blockMode = AttributeKey<String>("mode", default: "DCR")

/// A tensor of images `[batch, depth, height, width]` as the six axes that blocks divide it into.
private struct BlockLayout {
  let size: Int
  /// Whether the channels of a block lie before those of the next column and row ("CRD").
  let keepsChannelsTogether: Bool
  let shape: [Int]

  init(_ context: borrowing KernelContext, of shape: [Int]) throws(OperatorError) {
    size = try context.value(of: blockSize)
    keepsChannelsTogether = try BlockLayout.isColumnFirst(try context.value(of: blockMode))
    guard shape.count == 4, size > 0 else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(shape) has no blocks of size \(size)",
        remedy: "images have four axes, and a block at least one element")
    }
    self.shape = shape
  }

  private static func isColumnFirst(_ mode: String) throws(OperatorError) -> Bool {
    guard mode == "DCR" || mode == "CRD" else {
      throw OperatorError(
        .invalidAttribute, "mode is \"\(mode)\"", remedy: "use \"DCR\" or \"CRD\"")
    }
    return mode == "CRD"
  }

  /// Returns the quotient of an axis, which must come out even.
  func divided(_ axis: Int, by divisor: Int?) throws(OperatorError) -> Int {
    guard let divisor, shape[axis] % divisor == 0 else {
      throw OperatorError(
        .incompatibleShapes,
        "axis \(axis) of the shape \(shape) does not divide into blocks of size \(size)")
    }
    return shape[axis] / divisor
  }

  /// The number of elements of a block, or nil when it overflows.
  var area: Int? {
    let (area, overflow) = size.multipliedReportingOverflow(by: size)
    return overflow ? nil : area
  }

  /// Returns an extent times the size; -1, which no output can have, when it overflows.
  func scaled(_ extent: Int) -> Int {
    let (product, overflow) = extent.multipliedReportingOverflow(by: size)
    return overflow ? -1 : product
  }
}

/// Copies `input`, seen as `extents`, in the order of axes given.
private func rearranged<Element: BitwiseCopyable>(
  _ input: MovableTensor, as extents: [Int], order: [Int], to shape: [Int],
  _ context: borrowing KernelContext, _ element: Element.Type
) throws(OperatorError) -> [MovableTensor] {
  try context.checkOutput(of: Element.self, shape: shape)
  let strides = rowMajorStrides(of: extents)
  let copy = StridedCopy(
    extents: order.map { extents[$0] }, sourceStrides: order.map { strides[$0] })
  return [
    MovableTensor(of: Element.self, shape: shape) { result in
      input.withElements(of: Element.self) { copy.run(from: $0, to: result) }
    }
  ]
}

// MARK: - DepthToSpace

private enum DepthToSpace: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let layout = try BlockLayout(context, of: data[0].shape)
    let (shape, size) = (layout.shape, layout.size)
    let depth = try layout.divided(1, by: layout.area)
    let result = [shape[0], depth, layout.scaled(shape[2]), layout.scaled(shape[3])]
    return layout.keepsChannelsTogether
      ? try rearranged(
        data[0], as: [shape[0], depth, size, size, shape[2], shape[3]],
        order: [0, 1, 4, 2, 5, 3], to: result, context, element)
      : try rearranged(
        data[0], as: [shape[0], size, size, depth, shape[2], shape[3]],
        order: [0, 3, 4, 1, 5, 2], to: result, context, element)
  }
}

// MARK: - SpaceToDepth

private enum SpaceToDepth: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let layout = try BlockLayout(context, of: data[0].shape)
    let (shape, size) = (layout.shape, layout.size)
    let height = try layout.divided(2, by: size)
    let width = try layout.divided(3, by: size)
    let depth = layout.area.map { shape[1].multipliedReportingOverflow(by: $0) }
    guard let depth, !depth.overflow else {
      throw OperatorError(.limitExceeded, "blocks of size \(size) are too large")
    }
    return try rearranged(
      data[0], as: [shape[0], shape[1], height, size, width, size],
      order: layout.keepsChannelsTogether ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4],
      to: [shape[0], depth.partialValue, height, width], context, element)
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  /// Moves channels into blocks of the area.
  fileprivate static let depthToSpace = OperatorDefinition(
    schema("DepthToSpace", versions: [1, 11, 13, 28]),
    inferTypes: { context throws(OperatorError) in
      let size = Dimension.fixed(try context.value(of: blockSize))
      return resized(context) {
        [$0[0], $0[1].floorDivided(by: size * size), $0[2] * size, $0[3] * size]
      }
    },
    evaluate: movement(DepthToSpace.self))

  /// Moves blocks of the area into channels.
  fileprivate static let spaceToDepth = OperatorDefinition(
    schema("SpaceToDepth", versions: [1, 13, 28]),
    inferTypes: { context throws(OperatorError) in
      let size = Dimension.fixed(try context.value(of: blockSize))
      return resized(context) {
        [$0[0], $0[1] * (size * size), $0[2].floorDivided(by: size), $0[3].floorDivided(by: size)]
      }
    },
    evaluate: movement(SpaceToDepth.self))

  private static func schema(_ name: String, versions: [Int]) -> OperatorSchema {
    OperatorSchema(
      name, versions: versions, inputs: [.required("input", "T")],
      outputs: [.required("output", "T")],
      attributes: [blockSize.declaration, blockMode.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])])
  }

  private static func resized(
    _ context: borrowing InferenceContext, _ shape: (Shape) -> Shape
  ) -> [InferredValue] {
    guard let input = context.shape(0), input.rank == 4 else {
      return [.tensor(context.elementType(0), [.unknown, .unknown, .unknown, .unknown])]
    }
    return [.tensor(context.elementType(0), shape(input))]
  }
}

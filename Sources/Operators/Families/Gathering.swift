import IR
import Tensors

extension OperatorFamily {
  /// Operators that collect elements from places that a tensor of indices names.
  static let gathering = OperatorFamily("gathering", [.gather, .gatherElements, .gatherND])
}

private let gatherAxis = AttributeKey<Int>("axis", default: 0)

/// Returns an index counted from the front.
///
/// - Throws: `invalidValue` when an axis of `extent` has no such element.
@inline(__always)
func normalizedIndex(_ index: Int, extent: Int) throws(OperatorError) -> Int {
  let position = index < 0 ? index &+ extent : index
  guard position >= 0, position < extent else {
    throw OperatorError(
      .invalidValue, "index \(index) is out of range for an axis of \(extent)",
      remedy: "use an index from \(-extent) to \(extent - 1)")
  }
  return position
}

// MARK: - Gather

private enum Gather: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let axis = try normalizedAxis(try context.value(of: gatherAxis), rank: input.shape.count)
    let extent = input.shape[axis]
    var indices = try context.integers(1)
    for position in indices.indices {
      indices[position] = try normalizedIndex(indices[position], extent: extent)
    }
    let shape =
      input.shape[..<axis] + (try context.tensor(1).shape) + input.shape[(axis + 1)...]
    try context.checkOutput(of: Element.self, shape: Array(shape))
    return [
      MovableTensor(of: Element.self, shape: Array(shape)) { result in
        input.withElements(of: Element.self) {
          copyRows(indices, from: $0, AxisLayout(axis, of: input.shape), to: result)
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Collects slices along one axis.
  fileprivate static let gather = OperatorDefinition(
    OperatorSchema(
      "Gather", versions: [1, 11, 13],
      inputs: [.required("data", "T"), .required("indices", "Tind")],
      outputs: [.required("output", "T")], attributes: [gatherAxis.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16]), "Tind": .tensors(.indices)]),
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0), let indices = context.shape(1) else {
        return [.tensor(context.elementType(0))]
      }
      let axis = try normalizedAxis(try context.value(of: gatherAxis), rank: shape.rank)
      let result =
        shape.dimensions[..<axis] + indices.dimensions + shape.dimensions[(axis + 1)...]
      return [
        InferredValue(
          .tensor(context.elementType(0), Shape(Array(result))),
          elements: try gatheredElements(context))
      ]
    },
    evaluate: movement(Gather.self))

  private static func gatheredElements(
    _ context: borrowing InferenceContext
  ) throws(OperatorError) -> SymbolicTensor? {
    guard let data = context.elements(0), data.shape.count == 1, let list = context.elements(1),
      let indices = list.integers
    else { return nil }
    var elements: [Dimension] = []
    for index in indices {
      elements.append(data.elements[try normalizedIndex(index, extent: data.elements.count)])
    }
    return SymbolicTensor(shape: list.shape, elements: elements)
  }
}

// MARK: - GatherElements

private enum GatherElements: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let shape = try context.tensor(1).shape
    let indices = try context.integers(1)
    let axis = try normalizedAxis(try context.value(of: gatherAxis), rank: input.shape.count)
    try checkElementIndices(shape, of: input.shape, along: axis)
    try context.checkOutput(of: Element.self, shape: shape)
    var strides = rowMajorStrides(of: input.shape)
    let step = strides[axis]
    strides[axis] = 0
    return [
      try MovableTensor(of: Element.self, shape: shape) { (result) throws(OperatorError) in
        try input.withElements(of: Element.self) { (source) throws(OperatorError) in
          try forEachOffset(in: shape, strides, rowMajorStrides(of: shape)) {
            (base, position) throws(OperatorError) in
            let index = try normalizedIndex(indices[position], extent: input.shape[axis])
            result[position] = source[base + index * step]
          }
        }
      }
    ]
  }
}

/// Checks that a tensor of indices lies within a tensor outside of the axis that it indexes.
func checkElementIndices(
  _ indices: [Int], of shape: [Int], along axis: Int
) throws(OperatorError) {
  let fits =
    indices.count == shape.count
    && shape.indices.allSatisfy { $0 == axis || indices[$0] <= shape[$0] }
  guard fits else {
    throw OperatorError(
      .incompatibleShapes,
      "indices of shape \(indices) do not lie within a tensor of shape \(shape)",
      remedy: "both need the same rank, and no extent but that of axis \(axis) may be larger")
  }
}

extension OperatorDefinition {
  /// Collects single elements along one axis.
  fileprivate static let gatherElements = OperatorDefinition(
    OperatorSchema(
      "GatherElements", versions: [11, 13],
      inputs: [.required("data", "T"), .required("indices", "Tind")],
      outputs: [.required("output", "T")], attributes: [gatherAxis.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16]), "Tind": .tensors(.indices)]),
    inferTypes: { context in [.tensor(context.elementType(0), context.shape(1))] },
    evaluate: movement(GatherElements.self))
}

// MARK: - GatherND

/// How a list of coordinates addresses the slices of a tensor.
struct CoordinateLayout {
  /// The number of batches, each with its own tensor and its own list.
  var batches: Int
  /// The number of coordinates in the list of one batch.
  var coordinates: Int
  /// The extents of the axes that one coordinate names.
  var extents: [Int]
  /// The distances between neighbours along those axes.
  var strides: [Int]
  /// The number of elements of one slice.
  var width: Int
  /// The number of elements of one batch.
  var batchWidth: Int

  /// Creates the layout of a list of the shape `indices`, whose last axis holds the numbers of one
  /// coordinate, on a tensor of `shape`.
  init(of shape: [Int], indices: [Int], batchAxes: Int) throws(OperatorError) {
    guard let length = indices.last, batchAxes >= 0, batchAxes < indices.count,
      batchAxes <= shape.count, length <= shape.count - batchAxes,
      indices[..<batchAxes] == shape[..<batchAxes]
    else {
      throw OperatorError(
        .incompatibleShapes,
        "indices of shape \(indices) do not address a tensor of shape \(shape) in batches of "
          + "\(batchAxes) axes")
    }
    batches = product(shape[..<batchAxes])
    coordinates = product(indices[batchAxes..<(indices.count - 1)])
    extents = Array(shape[batchAxes..<(batchAxes + length)])
    width = product(shape[(batchAxes + length)...])
    batchWidth = product(shape[batchAxes...])
    strides = Array(rowMajorStrides(of: shape)[batchAxes..<(batchAxes + length)])
  }

  /// Returns where the slice of a coordinate starts in its batch.
  @inline(__always)
  func offset(of coordinate: Int, in indices: [Int]) throws(OperatorError) -> Int {
    var offset = 0
    for axis in extents.indices {
      let index = indices[coordinate * extents.count + axis]
      offset += try normalizedIndex(index, extent: extents[axis]) * strides[axis]
    }
    return offset
  }
}

private enum GatherND: MovementKernel {
  static let batchAxes = AttributeKey<Int>("batch_dims", default: 0)

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let list = try context.tensor(1)
    let indices = try list.integers
    let batchAxes = try context.value(of: batchAxes)
    let layout = try CoordinateLayout(of: input.shape, indices: list.shape, batchAxes: batchAxes)
    let shape =
      list.shape.dropLast() + input.shape.dropFirst(batchAxes + layout.extents.count)
    try context.checkOutput(of: Element.self, shape: Array(shape))
    return [
      try MovableTensor(of: Element.self, shape: Array(shape)) { (result) throws(OperatorError) in
        try input.withElements(of: Element.self) { (source) throws(OperatorError) in
          for coordinate in 0..<(layout.batches * layout.coordinates) {
            let batch = coordinate / layout.coordinates * layout.batchWidth
            let start = batch + (try layout.offset(of: coordinate, in: indices))
            guard let from = source.baseAddress, let to = result.baseAddress else { continue }
            (to + coordinate * layout.width).update(from: from + start, count: layout.width)
          }
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Collects slices at coordinates.
  fileprivate static let gatherND = OperatorDefinition(
    OperatorSchema(
      "GatherND", versions: [11, 12, 13],
      inputs: [.required("data", "T"), .required("indices", "tensor(int64)")],
      outputs: [.required("output", "T")], attributes: [GatherND.batchAxes.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: { context throws(OperatorError) in
      let batchAxes = try context.value(of: GatherND.batchAxes)
      guard let shape = context.shape(0), let indices = context.shape(1),
        let length = indices.dimensions.last?.fixedValue
      else { return [.tensor(context.elementType(0))] }
      guard batchAxes >= 0, batchAxes < indices.rank, length >= 0, batchAxes <= shape.rank,
        length <= shape.rank - batchAxes
      else {
        throw OperatorError(
          .incompatibleShapes,
          "indices of shape \(indices) do not address a tensor of shape \(shape)")
      }
      let result = indices.dimensions.dropLast() + shape.dimensions.dropFirst(batchAxes + length)
      return [.tensor(context.elementType(0), Shape(Array(result)))]
    },
    evaluate: movement(GatherND.self))
}

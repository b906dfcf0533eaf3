import IR
import Tensors

extension OperatorFamily {
  /// Operators that keep what attention has seen before.
  static let cacheUpdates = OperatorFamily("cache updates", [.tensorScatter])
}

private enum TensorScatter: MovementKernel {
  static let axis = AttributeKey<Int>("axis", default: -2)
  static let mode = AttributeKey<String>("mode", default: "linear")

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let (cache, update) = (data[0].shape, data[1].shape)
    let axis = try axis(context.node.attributes, cache: Shape(cache), update: Shape(update))
    let starts = try starts(context, room: cache[axis], count: update[axis], batches: cache[0])
    try context.checkOutput(of: Element.self, shape: cache)
    let (target, source) = (AxisLayout(axis, of: cache), AxisLayout(axis, of: update))
    let rowsInBatch = target.rows / max(1, cache[0])
    return [
      MovableTensor(of: Element.self, shape: cache) { result in
        data[0].withElements(of: Element.self) { _ = result.update(from: $0) }
        data[1].withElements(of: Element.self) { elements in
          guard !elements.isEmpty, let from = elements.baseAddress, let to = result.baseAddress
          else { return }
          for row in 0..<source.rows {
            for step in 0..<source.extent {
              let place = (starts[row / rowsInBatch] + step) % target.extent
              (to + (row * target.extent + place) * target.width).update(
                from: from + (row * source.extent + step) * source.width, count: source.width)
            }
          }
        }
      }
    ]
  }

  /// Returns the axis of the sequence, having checked the shapes as far as they are known.
  static func axis(
    _ attributes: Attributes, cache: Shape, update: Shape
  ) throws(OperatorError) -> Int {
    let axis = try normalizedAxis(try attributes.value(of: axis), rank: cache.rank)
    guard axis > 0 else {
      throw OperatorError(.invalidAttribute, "axis 0 is that of the batch, not of the sequence")
    }
    let fits =
      cache.rank == update.rank
      && zip(cache.dimensions, update.dimensions).enumerated().allSatisfy { index, pair in
        guard let old = pair.0.fixedValue, let new = pair.1.fixedValue else { return true }
        return index == axis ? new <= old : new == old
      }
    guard fits else {
      throw OperatorError(
        .incompatibleShapes,
        "an update of shape \(update) does not suit a cache of shape \(cache)",
        remedy: "it may be shorter along axis \(axis) and must have the same extents elsewhere")
    }
    return axis
  }

  /// Returns where the update of each batch starts, from 0 to the end of the cache.
  private static func starts(
    _ context: borrowing KernelContext, room: Int, count: Int, batches: Int
  ) throws(OperatorError) -> [Int] {
    let mode = try context.value(of: mode)
    guard mode == "linear" || mode == "circular" else {
      throw OperatorError(
        .invalidAttribute, "mode is \"\(mode)\"", remedy: "use linear or circular")
    }
    guard let places = try context.optionalIntegers(2) else {
      try context.checkOutput(.int64, shape: [batches])
      return [Int](repeating: 0, count: batches)
    }
    guard places.count == batches else {
      throw OperatorError(
        .incompatibleShapes, "\(places.count) write indices are given for \(batches) batches")
    }
    if mode == "circular" { return places.map { room == 0 ? 0 : Int.modulus($0, room) } }
    guard let wrong = places.first(where: { $0 < 0 || $0 > room - count }) else { return places }
    throw OperatorError(
      .invalidValue, "\(count) places from \(wrong) on do not fit in a cache of \(room)",
      remedy: "the mode \"circular\" starts again at 0")
  }
}

extension Int {
  /// Returns what is left of `value` by the quotient rounded down; `divisor` is positive.
  fileprivate static func modulus(_ value: Int, _ divisor: Int) -> Int {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}

extension OperatorDefinition {
  /// Writes new steps of a sequence into a tensor that has room for all of them.
  fileprivate static let tensorScatter = OperatorDefinition(
    OperatorSchema(
      "TensorScatter", versions: [24],
      inputs: [
        .required("past_cache", "T"), .required("update", "T"),
        .optional("write_indices", "tensor(int64)"),
      ],
      outputs: [.required("present_cache", "T")],
      attributes: [TensorScatter.axis.declaration, TensorScatter.mode.declaration],
      constraints: [
        "T": .tensors([
          .classic, .bfloat16, .float8, .fourBits, ElementTypes(.float8E8M0),
        ])
      ]),
    inferTypes: { context throws(OperatorError) in
      if let cache = context.shape(0), let update = context.shape(1) {
        _ = try TensorScatter.axis(context.node.attributes, cache: cache, update: update)
      }
      return [InferredValue(context.type(0))]
    },
    evaluate: movement(TensorScatter.self) { _ in [0, 1] })
}

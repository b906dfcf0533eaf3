import IR
import Tensors

extension OperatorFamily {
  /// Operators that order elements by size.
  static let ranking = OperatorFamily("ranking", [.topK])
}

private enum TopK: NumericKernel {
  static let axis = AttributeKey<Int>("axis", default: -1)
  static let largest = AttributeKey<Bool>("largest", default: true)
  static let sorted = AttributeKey<Bool>("sorted", default: true)

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let axis = try normalizedAxis(try context.value(of: axis), rank: tensor.rank)
    let layout = AxisLayout(axis, of: tensor.shape)
    let counts = try context.integers(1)
    guard counts.count == 1, (0...layout.extent).contains(counts[0]) else {
      throw OperatorError(
        .invalidValue, "the \(counts) first of \(layout.extent) elements are asked for",
        remedy: "K holds one number from 0 to \(layout.extent)")
    }
    let takesLargest = try context.value(of: largest)
    var shape = tensor.shape
    shape[axis] = counts[0]
    try context.checkOutput(.int64, shape: shape)
    let places = tensor.withScalars(of: Scalar.self) {
      chosen(of: $0, layout, count: counts[0], takesLargest: takesLargest)
    }
    let values = tensor.withScalars(of: Scalar.self) { source in
      Tensor(of: Scalar.self, shape: shape) { result in
        for (index, place) in places.enumerated() { result[index] = source[place] }
      }
    }
    let extents = layout
    let indices = Tensor(of: Int64.self, shape: shape) { result in
      for (index, place) in places.enumerated() {
        result[index] = Int64(place / extents.width % extents.extent)
      }
    }
    return [values, indices]
  }

  /// Returns the places of the chosen elements in the order of the output.
  ///
  /// NaN counts as the largest number; of equal elements the first one is chosen.
  private static func chosen<Scalar: NumericScalar>(
    of source: UnsafeBufferPointer<Scalar>, _ layout: AxisLayout, count: Int, takesLargest: Bool
  ) -> [Int] {
    guard count > 0, !source.isEmpty else { return [] }
    let (extent, width) = (layout.extent, layout.width)
    var result = [Int](repeating: 0, count: layout.rows * count * width)
    for row in 0..<layout.rows {
      for column in 0..<width {
        let start = row * extent * width + column
        let order = (0..<extent).sorted { left, right in
          let (a, b) = (source[start + left * width], source[start + right * width])
          if precedes(a, b) { return !takesLargest }
          if precedes(b, a) { return takesLargest }
          return left < right
        }
        for (place, index) in order.prefix(count).enumerated() {
          result[(row * count + place) * width + column] = start + index * width
        }
      }
    }
    return result
  }

  /// Whether a number is less than another; NaN, which differs from itself, is the largest.
  @inline(__always)
  private static func precedes<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Bool {
    left < right || (right != right && left == left)
  }
}

extension OperatorDefinition {
  /// Returns the largest or smallest elements along an axis, and their places.
  fileprivate static let topK = OperatorDefinition(
    OperatorSchema(
      "TopK", versions: [1, 10, 11, 24],
      inputs: [.required("X", "T"), .required("K", "tensor(int64)")],
      outputs: [.required("Values", "T"), .required("Indices", "I")],
      attributes: [TopK.axis.declaration, TopK.largest.declaration, TopK.sorted.declaration],
      constraints: ["T": .tensors(.numeric), "I": .tensors(.int64)]),
    upgrades: [
      OperatorUpgrade(to: 10) { graph, node throws(OperatorError) in
        let count = try graph[node].attributes.value(of: AttributeKey<Int>("k"))
        graph.update(node) { $0.attributes["k"] = nil }
        graph.setInput(1, of: node, toConstant: Tensor(shape: [1], scalars: [Int64(count)]))
      }
    ],
    inferTypes: { context throws(OperatorError) in
      guard var shape = context.shape(0) else {
        return [.tensor(context.elementType(0)), .tensor(.int64)]
      }
      let axis = try normalizedAxis(try context.value(of: TopK.axis), rank: shape.rank)
      shape[axis] = context.elements(1)?.elements.first ?? .unknown
      return [.tensor(context.elementType(0), shape), .tensor(.int64, shape)]
    },
    evaluate: numeric(TopK.self))
}

/// The extents of a tensor's axes, as far as they are known before execution.
public struct Shape: Hashable, Sendable {
  public var dimensions: [Dimension]

  public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

  /// Creates a shape of fixed extents.
  public init(_ extents: [Int]) { self.dimensions = extents.map { .fixed($0) } }

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// The extents, when all of them are fixed.
  public var extents: [Int]? {
    var extents: [Int] = []
    extents.reserveCapacity(rank)
    for dimension in dimensions {
      guard let value = dimension.fixedValue else { return nil }
      extents.append(value)
    }
    return extents
  }

  public subscript(_ axis: Int) -> Dimension {
    get { dimensions[axis] }
    set { dimensions[axis] = newValue }
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  public init(arrayLiteral elements: Dimension...) { self.dimensions = elements }

  /// The shape as the text form writes it, such as `[batch, 3, ?]`.
  public var description: String {
    "[\(dimensions.map(\.description).joined(separator: ", "))]"
  }
}

public import Tensors

/// The elements of a small integer tensor, as far as they are known before execution.
///
/// Exporters compute shapes with operators; these values let shape rules see through them.
public struct SymbolicTensor: Hashable, Sendable {
  /// The most elements that are followed.
  public static let maximumCount = 64

  /// The extent of each axis; at most one axis in practice.
  public let shape: [Int]
  public let elements: [Dimension]

  /// Creates a tensor, or nil when it has too many elements or `shape` does not hold them.
  public init?(shape: [Int], elements: [Dimension]) {
    guard elements.count <= Self.maximumCount,
      Tensor.elementCount(of: shape) == elements.count
    else { return nil }
    self.shape = shape
    self.elements = elements
  }

  /// Creates the elements of a constant, or nil when it is not a small integer tensor.
  public init?(_ tensor: Tensor) {
    guard tensor.encoding == .dense, tensor.elementType.isInteger,
      tensor.count <= Self.maximumCount, let integers = try? tensor.integers
    else { return nil }
    self.init(shape: tensor.shape, elements: integers.map { .fixed($0) })
  }

  /// The elements, when all of them are fixed.
  public var integers: [Int]? { Shape(elements).extents }
}

/// What is known of a value before execution.
public struct InferredValue: Hashable, Sendable {
  public var type: ValueType?
  public var elements: SymbolicTensor?

  public init(_ type: ValueType?, elements: SymbolicTensor? = nil) {
    self.type = type
    self.elements = elements
  }

  /// A tensor of which the element type or the shape may be unknown.
  public static func tensor(_ elementType: ElementType?, _ shape: Shape? = nil) -> InferredValue {
    InferredValue(.tensor(elementType, shape))
  }

  /// Nothing is known.
  public static let unknown = InferredValue(nil)
}

import IR
import Operators
import Tensors

/// Another order of the axes of a value: axis `i` of the value is axis `axes[i]` in the new order.
///
/// The value is the Transpose by `axes` of what has the new order.
struct AxisOrder: Hashable {
  let axes: [Int]

  var rank: Int { axes.count }

  /// The order that leads back.
  var inverse: AxisOrder {
    var result = axes
    for (axis, place) in axes.enumerated() { result[place] = axis }
    return AxisOrder(axes: result)
  }

  /// Returns a list with one element for each axis in the new order.
  func applied<Element>(to list: [Element]) -> [Element] {
    inverse.axes.map { list[$0] }
  }

  /// Returns the place of an axis, which may be counted from the end, in the new order.
  func place(of axis: Int) -> Int? {
    let axis = axis < 0 ? axis + rank : axis
    return axes.indices.contains(axis) ? axes[axis] : nil
  }

  func places(of axes: [Int]) -> [Int]? {
    let places = axes.compactMap(place)
    return places.count == axes.count ? places : nil
  }

  /// Whether some axes follow each other in the new order as they did.
  func keepsOrder(of chosen: some Sequence<Int>) -> Bool {
    let places = chosen.map { axes[$0] }
    return zip(places, places.dropFirst()).allSatisfy(<)
  }

  /// Returns a type with its axes in the new order.
  func applied(to type: ValueType?) -> ValueType? {
    guard case .tensor(let element, let shape?)? = type, shape.rank == rank else { return type }
    return .tensor(element, Shape(applied(to: shape.dimensions)))
  }

  /// Returns an operand that is broadcast with its axes in the new order; nil where that fails.
  func applied(to tensor: Tensor) -> Tensor? {
    guard tensor.encoding == .dense, tensor.rank <= rank else { return nil }
    guard tensor.count != 1 else { return tensor }
    let full = [Int](repeating: 1, count: rank - tensor.rank) + tensor.shape
    let id = OperatorID.newest("Transpose")
    let permutation = inverse.axes.map(Int64.init)
    guard let tensor = tensor.reshaped(to: full), let transpose = OperatorRegistry.standard[id]
    else {
      return nil
    }
    let context = KernelContext(
      node: Node(id, attributes: ["perm": .ints(permutation)]), inputs: [.tensor(tensor)],
      outputs: [true], memoryLimit: 1 << 30)
    return try? transpose.evaluate(context).first?.tensor
  }
}

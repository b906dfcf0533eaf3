import IR
import Tensors

/// The number of a model's parameters while channels go.
struct ParameterCount {
  /// The elements of all floating-point constants together.
  private(set) var total = 0

  private var shapes: [ValueID: [Int]] = [:]
  /// How many elements of which axes each class has.
  private var axes: [[(axis: ChannelAxis, count: Int)]]

  init(of layers: ChannelLayers, in graph: Graph) {
    axes = Array(repeating: [], count: layers.classCount)
    for value in graph.values where graph.isConstant(value) {
      guard let tensor = graph.constant(of: value), tensor.elementType.isFloatingPoint else {
        continue
      }
      total += tensor.count
      shapes[value] = tensor.shape
    }
    for axis in layers.parameterAxes where shapes[axis.value] != nil {
      var counts: [Int: Int] = [:]
      for case let element? in layers.classes[axis] ?? [] { counts[element, default: 0] += 1 }
      for (element, count) in counts { axes[element].append((axis, count)) }
    }
  }

  /// What the model has fewer when a class goes.
  func cost(of element: Int) -> Int {
    axes[element].reduce(0) { sum, part in
      guard let shape = shapes[part.axis.value], shape[part.axis.axis] > 0 else { return sum }
      return sum + shape.reduce(1, *) / shape[part.axis.axis] * part.count
    }
  }

  /// Counts a class no more.
  mutating func remove(_ element: Int) {
    for (axis, count) in axes[element] {
      guard var shape = shapes[axis.value] else { continue }
      total -= shape.reduce(1, *)
      shape[axis.axis] -= count
      total += shape.reduce(1, *)
      shapes[axis.value] = shape
    }
  }
}

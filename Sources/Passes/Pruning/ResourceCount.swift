import IR
import Tensors

/// What a model needs less of when channels go.
enum ModelResource: Hashable {
  /// Elements of floating-point constants.
  case parameters
  /// Bytes of constants.
  case bytes
  /// Multiplications of data with weights for one input of the model: where extents are not fixed,
  /// as if they were one.
  case operations
}

/// What a model needs of a resource while channels go.
///
/// Amounts are whole numbers as 64-bit floats: declared shapes can make them as large as they like.
struct ResourceCount {
  /// What all constants need together.
  private(set) var total = 0.0

  /// What one element of a constant needs.
  private var factors: [ValueID: Double] = [:]
  private var shapes: [ValueID: [Int]] = [:]
  /// How many elements of which axes each class has.
  private var axes: [[(axis: ChannelAxis, count: Int)]]

  init(of layers: ChannelLayers, in graph: Graph, _ resource: ModelResource) {
    axes = Array(repeating: [], count: layers.classCount)
    let positions = resource == .operations ? graph.positionCounts() : [:]
    for value in graph.values where graph.isConstant(value) {
      guard let tensor = graph.constant(of: value) else { continue }
      guard tensor.elementType.isFloatingPoint, tensor.encoding == .dense else {
        if resource == .bytes { total += Double(tensor.range.count) }
        continue
      }
      let factor: Double =
        switch resource {
        case .parameters: 1
        case .bytes: Double(tensor.elementType.bitWidth) / 8
        case .operations: positions[value] ?? 0
        }
      total += Double(tensor.count) * factor
      shapes[value] = tensor.shape
      factors[value] = factor
    }
    for axis in layers.parameterAxes where shapes[axis.value] != nil {
      var counts: [Int: Int] = [:]
      for case let element? in layers.classes[axis] ?? [] { counts[element, default: 0] += 1 }
      for (element, count) in counts { axes[element].append((axis, count)) }
    }
  }

  /// What the model needs less when a class goes.
  func cost(of element: Int) -> Double {
    axes[element].reduce(0) { sum, part in
      guard let shape = shapes[part.axis.value], shape[part.axis.axis] > 0 else { return sum }
      let elements = shape.reduce(1, *) / shape[part.axis.axis] * part.count
      return sum + Double(elements) * (factors[part.axis.value] ?? 0)
    }
  }

  /// Counts a class no more.
  mutating func remove(_ element: Int) {
    for (axis, count) in axes[element] {
      guard var shape = shapes[axis.value], let factor = factors[axis.value] else { continue }
      total -= Double(shape.reduce(1, *)) * factor
      shape[axis.axis] -= count
      total += Double(shape.reduce(1, *)) * factor
      shapes[axis.value] = shape
    }
  }
}

extension Graph {
  /// How often the weights of all nodes are multiplied with data.
  fileprivate func positionCounts() -> [ValueID: Double] {
    var counts: [ValueID: Double] = [:]
    for use in nodesInExecutionOrder().flatMap({ WeightUse.all(of: $0, in: self) }) {
      // Where elements of the result are sums over some weights only, those of the data are none.
      let axis = use.result ?? use.data
      guard let shape = shape(of: axis?.value ?? input(0, of: use.node)) else { continue }
      let channels = axis?.axis ?? shape.rank - 1
      counts[use.weights, default: 0] += shape.dimensions.indices.reduce(1.0) { product, index in
        index == channels ? product : product * Double(shape[index].fixedValue ?? 1)
      }
    }
    return counts
  }
}

import IR
import Tensors

/// What a node does to each channel: y = scale x + shift.
struct ChannelMap {
  let input: ValueID?
  private(set) var scale: [Double]
  private(set) var shift: [Double]

  /// Whether channels are shifted alone.
  var keepsScale: Bool { scale.allSatisfy { $0 == 1 } }

  /// Whether channels are scaled alone.
  var keepsZero: Bool { shift.allSatisfy { $0 == 0 } }

  /// Returns the map for `count` channels, of which each gets the same where one number is given.
  func repeated(toCount count: Int) -> ChannelMap? {
    if scale.count == count { return self }
    guard scale.count == 1 else { return nil }
    var map = self
    map.scale = [Double](repeating: scale[0], count: count)
    map.shift = [Double](repeating: shift[0], count: count)
    return map
  }

  /// Describes a node whose channels lie along axis 1, or along the last one; nil when it does
  /// something else.
  init?(of node: NodeID, alongLastAxis isLast: Bool, in graph: Graph) {
    guard let output = graph.output(0, of: node), let rank = graph.shape(of: output)?.rank,
      rank >= 2, graph.elementType(of: output) == .float32, !graph.hasFurtherOutputs(node)
    else { return nil }
    let axis = isLast ? rank - 1 : 1
    input = graph.input(0, of: node)
    guard
      let numbers = graph.isStandard(node, "BatchNormalization")
        ? graph.normalization(of: node, along: axis) : graph.arithmetic(of: node, along: axis, rank)
    else { return nil }
    (scale, shift) = numbers
    guard (scale + shift).allSatisfy(\.isFinite) else { return nil }
  }
}

extension Graph {
  fileprivate typealias ScaleAndShift = (scale: [Double], shift: [Double])

  fileprivate func normalization(of node: NodeID, along axis: Int) -> ScaleAndShift? {
    guard axis == 1, self[node].attributes["training_mode"] ?? .int(0) == .int(0),
      let gamma = numbers(1, of: node), let beta = numbers(2, of: node),
      let mean = numbers(3, of: node), let variance = numbers(4, of: node),
      [beta.count, mean.count, variance.count].allSatisfy({ $0 == gamma.count })
    else { return nil }
    var epsilon = 1e-5
    if case .float(let value)? = self[node].attributes["epsilon"] { epsilon = Double(value) }
    let deviations = variance.map { ($0 + epsilon).squareRoot() }
    guard deviations.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let scale = zip(gamma, deviations).map(/)
    return (scale, zip(beta, zip(mean, scale)).map { $0 - $1.0 * $1.1 })
  }

  fileprivate func arithmetic(of node: NodeID, along axis: Int, _ rank: Int) -> ScaleAndShift? {
    // Weights are not read for nothing.
    let operators = ["Mul", "Div", "Add", "Sub"]
    guard let name = operators.first(where: { isStandard(node, $0) }),
      let first = input(0, of: node), shape(of: first)?.rank == rank,
      let numbers = numbers(1, of: node),
      constant(1, of: node)?.isAlong(axis, ofRank: rank) ?? false
    else { return nil }
    let (ones, zeros) = (numbers.map { _ in 1.0 }, numbers.map { _ in 0.0 })
    switch name {
    case "Mul": return (numbers, zeros)
    case "Div": return (numbers.map { 1 / $0 }, zeros)
    case "Add": return (ones, numbers)
    default: return (ones, numbers.map { -$0 })
    }
  }

  /// The elements of a constant input of floating-point numbers.
  func numbers(_ index: Int, of node: NodeID) -> [Double]? {
    guard let tensor = constant(index, of: node), tensor.encoding == .dense,
      tensor.elementType == .float32, tensor.count <= 1 << 20
    else { return nil }
    return tensor.converted(to: .float64).scalars(of: Double.self)
  }
}

extension Tensor {
  /// Whether elements lie along one axis of a tensor of some rank with which they are broadcast.
  func isAlong(_ axis: Int, ofRank rank: Int) -> Bool {
    let full = [Int](repeating: 1, count: max(0, rank - self.rank)) + shape
    guard full.count == rank else { return false }
    return full.enumerated().allSatisfy { $0.offset == axis || $0.element == 1 }
  }
}

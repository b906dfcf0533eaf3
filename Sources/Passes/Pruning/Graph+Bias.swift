import IR
import Tensors

/// The numbers that are added to the output channels of a product.
private struct Bias {
  /// The node that adds them, and which of its inputs they are.
  let node: NodeID
  let index: Int
  var numbers: [Double]
  let elementType: ElementType
}

extension Graph {
  /// Whether there is a place for a bias of `count` output channels at the product of a node.
  func hasBias(_ node: NodeID, _ count: Int) -> Bool { bias(of: node, count) != nil }

  /// Adds numbers to the bias of a node, one for each output channel.
  ///
  /// A Conv or Gemm without a bias is given one; of a MatMul the bias is the constant that an Add
  /// adds behind it. Changes nothing where the bias is none of these.
  mutating func addToBias(of node: NodeID, _ shifts: [Double]) {
    guard shifts.allSatisfy(\.isFinite), let bias = bias(of: node, shifts.count) else { return }
    let sums = Tensor(shape: [shifts.count], scalars: zip(bias.numbers, shifts).map(+))
    replaceConstant(bias.index, of: bias.node, with: sums.converted(to: bias.elementType))
  }

  private func bias(of node: NodeID, _ count: Int) -> Bias? {
    guard let place = biasPlace(of: node) else { return nil }
    guard let former = input(place.index, of: place.node) else {
      guard let type = constant(1, of: node)?.elementType else { return nil }
      return Bias(
        node: place.node, index: place.index, numbers: Array(repeating: 0, count: count),
        elementType: type)
    }
    guard let tensor = fixedTensor(of: former), tensor.encoding == .dense,
      tensor.elementType.isFloatingPoint, tensor.count == 1 || tensor.count == count,
      tensor.shape.dropLast().allSatisfy({ $0 == 1 })
    else { return nil }
    let numbers = tensor.converted(to: .float64).scalars(of: Double.self)
    return Bias(
      node: place.node, index: place.index,
      numbers: (0..<count).map { numbers[numbers.count == 1 ? 0 : $0] },
      elementType: tensor.elementType)
  }

  /// The input that is the bias of a node, of itself or of what follows.
  private func biasPlace(of node: NodeID) -> (node: NodeID, index: Int)? {
    let attributes = self[node].attributes
    switch self[node].operatorID.name {
    case "Conv": return (node, 2)
    case "Gemm":
      guard attributes["alpha"] ?? .float(1) == .float(1),
        attributes["beta"] ?? .float(1) == .float(1)
      else { return nil }
      return (node, 2)
    case "MatMul":
      guard let output = output(0, of: node), let add = soleUser(of: output),
        isStandard(add, "Add")
      else { return nil }
      return (add, input(0, of: add) == output ? 1 : 0)
    default: return nil
    }
  }
}

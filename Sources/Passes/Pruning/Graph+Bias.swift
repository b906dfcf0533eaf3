import IR
import Tensors

extension Graph {
  /// Adds numbers to the bias of a node, one for each output channel.
  ///
  /// A Conv or Gemm without a bias is given one; of a MatMul the bias is the constant that an Add
  /// adds behind it. Returns false where the bias is none of these, and changes nothing.
  @discardableResult
  mutating func addToBias(of node: NodeID, _ shifts: [Double]) -> Bool {
    guard shifts.allSatisfy(\.isFinite), let place = biasPlace(of: node) else { return false }
    let former = input(place.index, of: place.node)
    guard let type = former.flatMap(fixedTensor)?.elementType ?? constant(1, of: node)?.elementType
    else { return false }
    var bias = [Double](repeating: 0, count: shifts.count)
    if let former {
      guard let tensor = fixedTensor(of: former), tensor.encoding == .dense,
        tensor.elementType.isFloatingPoint,
        tensor.count == 1 || tensor.count == shifts.count,
        tensor.shape.dropLast().allSatisfy({ $0 == 1 })
      else { return false }
      let numbers = tensor.converted(to: .float64).scalars(of: Double.self)
      bias = bias.indices.map { numbers[numbers.count == 1 ? 0 : $0] }
    }
    let sums = Tensor(shape: [shifts.count], scalars: zip(bias, shifts).map(+))
    replaceConstant(place.index, of: place.node, with: sums.converted(to: type))
    return true
  }

  /// Whether there is a place for a bias behind the product of a node.
  func hasBias(_ node: NodeID) -> Bool { biasPlace(of: node) != nil }

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

import IR
import Tensors

/// The constants of two models, those beside each other that stand for the same.
///
/// The ids stay valid while tensors of the models are replaced.
struct ConstantPairs {
  /// A constant of either model or of both.
  struct Pair {
    let reference: ValueID?
    let candidate: ValueID?
    /// Whether it holds weights rather than a parameter of an operator: one number, or sizes.
    var isData = true
    /// Whether most elements are the same in both.
    var isShared = false
    /// Whether only one model has it and nothing of the other can be made of it.
    var isAlone = false
  }

  private(set) var pairs: [Pair] = []

  /// Pairs constants of one name and type, then those of equal contents, then those of equal type
  /// and shape in order.
  init(_ reference: Graph, _ candidate: Graph) {
    var left = reference.values.filter(reference.isConstant)
    var right = candidate.values.filter(candidate.isConstant)
    func match(_ isPair: (ValueID, ValueID) -> Bool) {
      left = left.filter { value in
        guard let index = right.firstIndex(where: { isPair(value, $0) }) else { return true }
        let other = right.remove(at: index)
        let tensors = (reference.constant(of: value), candidate.constant(of: other))
        let changed = tensors.0.flatMap { own in tensors.1.flatMap(own.changedElements) }
        let isShared = changed.map { $0.count * 2 <= tensors.0?.count ?? 0 } ?? false
        pairs.append(
          Pair(
            reference: value, candidate: other, isData: tensors.0?.isParameter == false,
            isShared: isShared))
        return false
      }
    }
    match { value, other in
      let name = reference.name(of: value)
      return !name.isEmpty && name == candidate.name(of: other)
        && reference.type(of: value) == candidate.type(of: other)
    }
    match { reference.constant(of: $0) == candidate.constant(of: $1) }
    match { reference.type(of: $0) == candidate.type(of: $1) }
    let isAlone = pairs.allSatisfy(\.isShared) && (left.isEmpty || right.isEmpty)
    pairs += left.map { value in
      let isData = reference.constant(of: value)?.isParameter == false
      return Pair(reference: value, candidate: nil, isData: isData, isAlone: isAlone)
    }
    pairs += right.map { value in
      let isData = candidate.constant(of: value)?.isParameter == false
      return Pair(reference: nil, candidate: value, isData: isData, isAlone: isAlone)
    }
  }
}

extension Reproducer {
  /// Returns the tensors of a pair of which most elements were the same, with those that are not;
  /// nil for other pairs.
  func sharedTensors(
    of pair: ConstantPairs.Pair
  ) -> (reference: Tensor, candidate: Tensor, changed: [Int])? {
    guard pair.isShared, let left = pair.reference.flatMap(reference.graph.constant),
      let right = pair.candidate.flatMap(candidate.graph.constant),
      let changed = left.changedElements(in: right)
    else { return nil }
    return (left, right, changed)
  }
}

extension Tensor {
  /// The elements of another tensor of the same type and shape that are other ones; nil where
  /// elements are not whole bytes.
  fileprivate func changedElements(in other: Tensor) -> [Int]? {
    guard self != other else { return [] }
    let size = elementType.bitWidth / 8
    guard elementType == other.elementType, shape == other.shape, encoding == .dense,
      other.encoding == .dense, size > 0, !elementType.isPacked
    else { return nil }
    let (left, right) = (bytes, other.bytes)
    return (0..<count).filter { element in
      (element * size..<(element + 1) * size).contains { left[$0] != right[$0] }
    }
  }
}

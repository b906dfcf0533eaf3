public import IR
public import Tensors

// What rules ask of a graph.

extension Graph {
  /// Whether a node is of an operator of the default operator set.
  public func isStandard(_ node: NodeID, _ name: String) -> Bool {
    self[node].operatorID.isStandard(name)
  }

  /// The node that computes a value as its only output, when it is of the operator `name`.
  func producer(of value: ValueID?, named name: String) -> NodeID? {
    guard let value, let node = producer(of: value), isStandard(node, name) else { return nil }
    return node
  }

  /// The node that uses a value, when that is its only use and in the block that computes it.
  func soleUser(of value: ValueID?) -> NodeID? {
    guard let value, case .node(let user, _) = singleUse(of: value),
      block(of: user) == block(of: value)
    else { return nil }
    return user
  }

  /// The tensor of input `index` of a node, when every execution sees the same.
  func constant(_ index: Int, of node: NodeID) -> Tensor? {
    input(index, of: node).flatMap(fixedTensor)
  }

  /// The tensor of a value, when every execution sees the same.
  public func fixedTensor(of value: ValueID) -> Tensor? {
    isConstant(value) ? constant(of: value) : nil
  }

  /// The integers of input `index` of a node, when it is a constant of integers.
  func integers(_ index: Int, of node: NodeID) -> [Int]? {
    guard let tensor = constant(index, of: node), tensor.encoding == .dense else { return nil }
    return tensor.knownIntegers
  }

  /// The number that a constant of one floating-point or integer element holds.
  func number(of value: ValueID?) -> Double? {
    guard let value, let tensor = fixedTensor(of: value), tensor.encoding == .dense,
      tensor.count == 1, tensor.elementType.isFloatingPoint || tensor.knownIntegers != nil
    else { return nil }
    return tensor.converted(to: .float64).scalars(of: Double.self).first
  }

  /// The shape of a value, where its rank is known.
  func shape(of value: ValueID?) -> Shape? { value.flatMap { type(of: $0)?.shape } }

  /// The element type of a value, where it is a tensor of known type.
  func elementType(of value: ValueID?) -> ElementType? {
    value.flatMap { type(of: $0)?.elementType }
  }

  /// Whether two values are known to be tensors of one type and shape.
  func haveEqualTypes(_ left: ValueID?, _ right: ValueID?) -> Bool {
    guard let shape = shape(of: left), shape == self.shape(of: right),
      !shape.dimensions.contains(.unknown), let type = elementType(of: left)
    else { return false }
    return type == elementType(of: right)
  }

  /// Whether a node gives the elements of its input another shape.
  func isView(_ node: NodeID) -> Bool {
    ["Reshape", "Squeeze", "Unsqueeze", "Flatten"].contains { isStandard(node, $0) }
  }

  /// Whether a node quantizes its data or undoes that.
  func isQuantization(_ node: NodeID) -> Bool {
    isStandard(node, "QuantizeLinear") || isStandard(node, "DequantizeLinear")
  }

  /// Whether outputs beside the first are given a place.
  func hasFurtherOutputs(_ node: NodeID) -> Bool {
    outputs(of: node).dropFirst().contains { $0 != nil }
  }
}

extension Tensor {
  /// The elements of an int32 or int64 tensor; nil for others.
  var knownIntegers: [Int]? {
    switch elementType {
    case .int64: withScalars(of: Int64.self) { $0.map(Int.init) }
    case .int32: withScalars(of: Int32.self) { $0.map(Int.init) }
    default: nil
    }
  }

  /// Whether the tensor holds floating-point or integer elements that all equal `number`, bit by
  /// bit where that is a zero.
  func isFilled(with number: Double) -> Bool {
    guard encoding == .dense, count > 0, count <= 1 << 20,
      elementType.isFloatingPoint || elementType.isInteger
    else { return false }
    // Most tensors differ at their start already.
    return firstElements(8).holds(number) && holds(number)
  }

  /// Whether the tensor holds floating-point elements, of which all are finite.
  var isFinite: Bool {
    guard encoding == .dense, elementType.isFloatingPoint else { return false }
    if elementType == .float64 {
      return aligned().withScalars(of: Double.self) { $0.allSatisfy(\.isFinite) }
    }
    let numbers = elementType == .float32 ? aligned() : converted(to: .float32)
    return numbers.withScalars(of: Float.self) { $0.allSatisfy(\.isFinite) }
  }

  private func holds(_ number: Double) -> Bool {
    converted(to: .float64).withScalars(of: Double.self) { elements in
      elements.allSatisfy { $0.bitPattern == number.bitPattern }
    }
  }

  /// The first elements of a dense tensor, a multiple of 8 of them or all, as a vector.
  private func firstElements(_ limit: Int) -> Tensor {
    guard count > limit, let size = elementType.byteCount(forElements: limit) else { return self }
    let start = range.lowerBound
    return Tensor(elementType, shape: [limit], storage: storage, range: start..<(start + size))
      ?? self
  }
}

import Tensors

extension Tensor {
  /// For each element the place of its value among the different values, from the least on.
  ///
  /// NaN comes last and equals itself, complex numbers are ordered by their real parts first, and
  /// strings by their bytes.
  var elementRanks: [Int] {
    switch elementType {
    case .string:
      let strings = strings
      return ranks(ascending: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) { strings[$0] }
    case .complex64, .complex128:
      let component: ElementType = elementType == .complex64 ? .float32 : .float64
      let parts = Tensor(component, shape: shape + [2], storage: storage, range: range)?
        .converted(to: .float64).scalars(of: Double.self)
      guard let parts else { return [] }
      let isBefore = { (left: Int, right: Int) in
        precedes(parts[2 * left], parts[2 * right])
          || (!precedes(parts[2 * right], parts[2 * left])
            && precedes(parts[2 * left + 1], parts[2 * right + 1]))
      }
      return ranks(ascending: isBefore) { $0 }
    case .uint64:
      let scalars = scalars(of: UInt64.self)
      return ranks(ascending: <) { scalars[$0] }
    case let type where type.isFloatingPoint:
      let scalars = converted(to: .float64).scalars(of: Double.self)
      return ranks(ascending: precedes) { scalars[$0] }
    default:
      let scalars = converted(to: .int64).scalars(of: Int64.self)
      return ranks(ascending: <) { scalars[$0] }
    }
  }

  private func ranks<Value>(
    ascending: (Value, Value) -> Bool, of value: (Int) -> Value
  ) -> [Int] {
    let order = (0..<count).sorted { ascending(value($0), value($1)) }
    var ranks = [Int](repeating: 0, count: count)
    var rank = 0
    for (position, element) in order.enumerated() {
      if position > 0, ascending(value(order[position - 1]), value(element)) { rank += 1 }
      ranks[element] = rank
    }
    return ranks
  }
}

/// Whether a number comes before another one; NaN comes last.
private func precedes(_ left: Double, _ right: Double) -> Bool {
  left < right || (right.isNaN && !left.isNaN)
}

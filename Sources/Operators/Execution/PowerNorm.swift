import IR
import Tensors

/// The norm of order p: the p-th root of the sum of p-th powers.
struct PowerNorm<Scalar: RealScalar> {
  private let order: Int

  /// Creates the norm of a positive order.
  init(order: Int) throws(OperatorError) {
    guard order > 0 else {
      throw OperatorError(.invalidAttribute, "p is \(order); it must be at least 1")
    }
    self.order = order
  }

  /// Returns the power of a number's magnitude.
  @inline(__always)
  func power(_ value: Scalar) -> Scalar {
    switch order {
    case 1: abs(value)
    case 2: value * value
    default: Scalar(Double.pow(abs(value.double), Double(order)))
    }
  }

  /// Returns the root of a sum of powers.
  @inline(__always)
  func root(_ sum: Scalar) -> Scalar {
    switch order {
    case 1: sum
    case 2: sum.squareRoot()
    default: Scalar(Double.pow(sum.double, 1 / Double(order)))
    }
  }
}

extension OperatorUpgrade {
  /// Before version 2 the order `p` of a norm was a floating-point attribute.
  static let normOrderToInteger = OperatorUpgrade(to: 2) { graph, node throws(OperatorError) in
    guard case .float(let order)? = graph[node].attributes["p"] else { return }
    guard let whole = Int64(exactly: order) else {
      throw OperatorError(
        .unsupported, "p is \(order), which no version after the first can say",
        remedy: "use an integer")
    }
    graph.update(node) { $0.attributes["p"] = .int(whole) }
  }
}

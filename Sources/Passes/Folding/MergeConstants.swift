import IR
import Tensors

extension RewritePass {
  /// Merges arithmetic with constants and divisions that follow each other, and drops sums with zero
  /// and of one element.
  ///
  ///     a = Mul(x, 3)
  ///     y = Div(a, 2)                 →     y = Mul(x, 1.5)
  ///
  ///     a = Reciprocal(x)
  ///     y = Mul(z, a)                 →     y = Div(z, x)
  ///
  /// Only numbers of 32 or 64 bits. Constants are computed in 64 bits; they stay finite, factors also
  /// above the least normal number.
  static let mergeConstants = RewritePass(
    "merge-constants", "Merge arithmetic with constants that follows each other", .reassociating,
    rules: [
      RewriteRule(of: "Add", "Sub", "Mul", "Div") { node, model in
        let graph = model.graph
        guard let value = graph.input(0, of: node), let first = graph.producer(of: value),
          graph.soleUser(of: value) == node, let source = graph.input(0, of: first),
          let inner = Term(of: first, in: graph), let outer = Term(of: node, in: graph),
          let merged = inner.followed(by: outer)
        else { return nil }
        return { model in
          model.graph.update(node) { $0.operatorID = .newest(merged.isFactor ? "Mul" : "Add") }
          model.graph.replaceConstant(1, of: node, with: merged.tensor)
          model.graph.setInput(0, of: node, to: source)
          model.graph.removeUnused(first, leavingLineageTo: node)
        }
      },
      RewriteRule(of: "Add") { node, model in
        guard let value = model.graph.input(0, of: node),
          let term = Term(of: node, in: model.graph),
          term.numbers.allSatisfy({ $0 == 0 })
        else { return nil }
        return { $0.graph.replace(node, with: value) }
      },
      RewriteRule(of: "ReduceSum", "ReduceMean", "ReduceProd", "ReduceMax", "ReduceMin") {
        node, model in
        let graph = model.graph
        guard let value = graph.input(0, of: node), graph.hasPlainNumbers(value),
          graph.haveEqualTypes(value, graph.output(0, of: node))
        else { return nil }
        return { $0.graph.replace(node, with: value) }
      },
      RewriteRule(of: "Mul") { node, model in
        let graph = model.graph
        for index in 0..<2 {
          guard let value = graph.input(index, of: node),
            let other = graph.input(1 - index, of: node),
            value != other, let inverse = graph.producer(of: value),
            graph.soleUser(of: value) == node, let divisor = graph.inverted(by: inverse),
            graph.hasPlainNumbers(value)
          else { continue }
          return { model in
            model.graph.update(node) { $0.operatorID = .newest("Div") }
            model.graph.setInputs([other, divisor], of: node)
            model.graph.removeUnused(inverse, leavingLineageTo: node)
          }
        }
        return nil
      },
    ])
}

/// What a node adds to each element, or multiplies it with.
private struct Term {
  let isFactor: Bool
  let numbers: [Double]
  private let shape: [Int]
  private let type: ElementType

  /// Describes a node that keeps the shape of its first operand; nil when it does something else.
  init?(of node: NodeID, in graph: Graph) {
    // Weights are not read for nothing.
    guard Self.isArithmetic(graph[node].operatorID), let operand = graph.input(1, of: node),
      let tensor = graph.fixedTensor(of: operand), tensor.encoding == .dense,
      tensor.count == 1 || graph.singleUse(of: operand) != nil, tensor.count <= 1 << 20,
      graph.hasPlainNumbers(graph.input(0, of: node)),
      graph.haveEqualTypes(graph.input(0, of: node), graph.output(0, of: node))
    else { return nil }
    let numbers = tensor.converted(to: .float64).scalars(of: Double.self)
    switch graph[node].operatorID.name {
    case "Add": self.numbers = numbers
    case "Sub": self.numbers = numbers.map { -$0 }
    case "Mul": self.numbers = numbers
    case "Div": self.numbers = numbers.map { 1 / $0 }
    default: return nil
    }
    isFactor = ["Mul", "Div"].contains(graph[node].operatorID.name)
    shape = tensor.shape
    type = tensor.elementType
    guard self.numbers.allSatisfy(\.isFinite) else { return nil }
  }

  private static func isArithmetic(_ id: OperatorID) -> Bool {
    id.domain.isEmpty && ["Add", "Sub", "Mul", "Div"].contains(id.name)
  }

  private init(isFactor: Bool, numbers: [Double], shape: [Int], type: ElementType) {
    self.isFactor = isFactor
    self.numbers = numbers
    self.shape = shape
    self.type = type
  }

  /// The term that does the same as both; nil where their shapes differ or numbers get out of range.
  func followed(by other: Term) -> Term? {
    guard isFactor == other.isFactor, type == other.type else { return nil }
    let larger = numbers.count >= other.numbers.count ? self : other
    guard shape == other.shape || min(numbers.count, other.numbers.count) == 1,
      larger.shape.count >= max(shape.count, other.shape.count)
    else { return nil }
    let merged = larger.numbers.indices.map { index in
      let (left, right) = (
        numbers[index % numbers.count], other.numbers[index % other.numbers.count]
      )
      return isFactor ? left * right : left + right
    }
    let term = Term(isFactor: isFactor, numbers: merged, shape: larger.shape, type: type)
    return term.isInRange ? term : nil
  }

  private var isInRange: Bool {
    let limits =
      type == .float32
      ? (Double(Float.leastNormalMagnitude), Double(Float.greatestFiniteMagnitude))
      : (Double.leastNormalMagnitude, Double.greatestFiniteMagnitude)
    return numbers.allSatisfy {
      abs($0) <= limits.1 && (!isFactor || abs($0) >= limits.0)
    }
  }

  var tensor: Tensor { Tensor(shape: shape, scalars: numbers).converted(to: type) }
}

extension Graph {
  /// Whether a value has floating-point elements of 32 or 64 bits.
  fileprivate func hasPlainNumbers(_ value: ValueID?) -> Bool {
    elementType(of: value) == .float32 || elementType(of: value) == .float64
  }

  /// The value whose inverse a node computes.
  fileprivate func inverted(by node: NodeID) -> ValueID? {
    if isStandard(node, "Reciprocal") { return input(0, of: node) }
    guard isStandard(node, "Div"), number(of: input(0, of: node)) == 1,
      haveEqualTypes(input(1, of: node), output(0, of: node))
    else { return nil }
    return input(1, of: node)
  }
}

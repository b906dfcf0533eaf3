import IR
import Tensors

/// A product of rows that were put below each other before it, and apart again behind it.
///
///     a = Reshape(x, [-1, 8])               // x: float32[2, 4, 8]
///     b = Gemm(a, w, c)
///     y = Reshape(b, [2, 4, 16])    →     y = Add(MatMul(x, w), c)
struct RowProduct {
  private let product: NodeID
  private let source: ValueID
  private let weights: ValueID
  private let bias: ValueID?

  static let rule = RewriteRule(of: "Reshape") { node, model in
    guard let rows = RowProduct(before: node, in: model.graph) else { return nil }
    return { $0.graph.multiply(rows, insteadOf: node) }
  }

  /// Looks at what a Reshape takes; nil where that is something else.
  private init?(before reshape: NodeID, in graph: Graph) {
    guard var value = graph.input(0, of: reshape), graph.soleUser(of: value) == reshape else {
      return nil
    }
    var bias: ValueID?
    if let sum = graph.producer(of: value, named: "Add"), let first = graph.input(0, of: sum),
      graph.soleUser(of: first) == sum
    {
      bias = graph.input(1, of: sum)
      value = first
    }
    guard let product = graph.plainProduct(of: value, addsNothing: bias != nil),
      let weights = graph.input(1, of: product), let source = graph.sourceOfRows(of: product),
      let output = graph.output(0, of: reshape),
      graph.isProduct(output, of: source, graph.shape(of: weights))
    else { return nil }
    bias = bias ?? graph.input(2, of: product)
    // It is added to each row.
    guard bias.map({ graph.isRow($0, as: graph.shape(of: weights)) }) ?? true else { return nil }
    self.product = product
    self.source = source
    self.weights = weights
    self.bias = bias
  }

  fileprivate var parts: (product: NodeID, source: ValueID, weights: ValueID, bias: ValueID?) {
    (product, source, weights, bias)
  }
}

extension Graph {
  /// The MatMul that computes a value, or a Gemm that a MatMul and an Add round like.
  fileprivate func plainProduct(of value: ValueID, addsNothing: Bool) -> NodeID? {
    if let product = producer(of: value, named: "MatMul") { return product }
    guard let gemm = producer(of: value, named: "Gemm"), let type = elementType(of: value),
      [.float32, .float64].contains(type), !addsNothing || input(2, of: gemm) == nil
    else { return nil }
    let attributes = self[gemm].attributes
    let isPlain =
      ["transA", "transB"].allSatisfy { attributes[$0] ?? .int(0) == .int(0) }
      && ["alpha", "beta"].allSatisfy { attributes[$0] ?? .float(1) == .float(1) }
    return isPlain ? gemm : nil
  }

  /// The value whose rows a product takes below each other, as a matrix.
  fileprivate func sourceOfRows(of product: NodeID) -> ValueID? {
    guard let rows = input(0, of: product), shape(of: rows)?.rank == 2,
      let view = producer(of: rows), isView(view), let source = input(0, of: view),
      let shape = shape(of: source), shape.rank > 1,
      let width = shape.dimensions.last?.fixedValue,
      width == self.shape(of: rows)?.dimensions.last?.fixedValue
    else { return nil }
    return source
  }

  /// Whether a value has the shape of a product of the rows of `source` with a matrix.
  fileprivate func isProduct(_ value: ValueID, of source: ValueID, _ matrix: Shape?) -> Bool {
    guard let from = shape(of: source)?.dimensions, let to = shape(of: value)?.dimensions,
      let matrix, matrix.rank == 2, !to.contains(.unknown)
    else { return false }
    return to == Array(from.dropLast()) + [matrix.dimensions[1]]
  }

  /// Whether a value has a number for each column of a matrix, or one for all.
  fileprivate func isRow(_ value: ValueID, as matrix: Shape?) -> Bool {
    guard let shape = shape(of: value), shape.rank <= 2, let columns = matrix?.dimensions.last
    else {
      return false
    }
    return shape.dimensions.dropLast().allSatisfy { $0.fixedValue == 1 }
      && (shape.dimensions.last.map { $0.fixedValue == 1 || $0 == columns } ?? true)
  }

  fileprivate mutating func multiply(_ rows: RowProduct, insteadOf node: NodeID) {
    let (product, source, weights, bias) = rows.parts
    let type = output(0, of: node).flatMap { self.type(of: $0) }
    let lineage = self[product].lineage
    update(node) { $0.lineage.formUnion(lineage) }
    var result = insert(
      .newest("MatMul"), [source, weights], name: self[product].name, type: type, before: node)
    if let bias { result = insert(.newest("Add"), [result, bias], type: type, before: node) }
    if let result { replace(node, with: result) }
  }
}

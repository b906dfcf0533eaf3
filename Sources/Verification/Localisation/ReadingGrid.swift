import IR
import Operators
import Passes
import Tensors

/// The grid that everything that reads a value puts its numbers on.
///
/// Tools move a QuantizeLinear with its DequantizeLinear over nodes that only move numbers. What lies
/// between keeps its name, but its numbers are on the grid already:
///
///     a = Transpose(x)                                     q = QuantizeLinear(a)
///     a = Transpose(DequantizeLinear(QuantizeLinear(x)))   q = QuantizeLinear(a)
struct ReadingGrid {
  private let quantizer: OperatorID
  /// One number.
  private let scale: Tensor
  private let zeroPoint: Tensor?

  /// Finds the grid of the quantizers that read a value, directly or through nodes that only move
  /// numbers; nil where they differ, or where anything else reads it.
  init?(of value: ValueID, in graph: Graph) {
    var found: ReadingGrid?
    var pending = [value]
    var known: Set<ValueID> = [value]
    while let value = pending.popLast() {
      var isPlain = true
      graph.forEachUse(of: value) { use in
        guard case .node(let node, let input) = use else { return isPlain = false }
        if input == 0, let grid = ReadingGrid(putOnBy: node, in: graph) {
          if let found { isPlain = isPlain && grid.isSame(as: found) } else { found = grid }
        } else if graph.movesElements(of: input, node) {
          pending += graph.outputs(of: node).compactMap { $0 }.filter { known.insert($0).inserted }
        } else {
          isPlain = false
        }
      }
      guard isPlain else { return nil }
    }
    guard let found else { return nil }
    self = found
  }

  private init?(putOnBy node: NodeID, in graph: Graph) {
    let id = graph[node].operatorID
    guard QuantizedRange(of: node, in: graph) != nil,
      let scale = graph.input(1, of: node).flatMap(graph.fixedTensor)
    else { return nil }
    (quantizer, self.scale) = (id, scale)
    zeroPoint = graph.input(2, of: node).flatMap(graph.fixedTensor)
  }

  private func isSame(as other: ReadingGrid) -> Bool {
    quantizer == other.quantizer && scale == other.scale && zeroPoint == other.zeroPoint
  }

  /// Whether a tensor is, bit for bit, what quantizing another one and dequantizing it gives: no
  /// reader can tell them apart.
  func holds(_ tensor: Tensor, for original: Tensor) -> Bool {
    guard let numbers = evaluate("QuantizeLinear", on: original) else { return false }
    return evaluate("DequantizeLinear", on: numbers) == tensor
  }

  private func evaluate(_ name: String, on tensor: Tensor) -> Tensor? {
    let node = Node(OperatorID(name, domain: quantizer.domain))
    let inputs = [tensor, scale] + (zeroPoint.map { [$0] } ?? [])
    let definition = OperatorRegistry.standard[node.operatorID]
    return try? definition?.evaluate(KernelContext(node: node, inputs: inputs.map { .tensor($0) }))
      .first?.tensor
  }
}

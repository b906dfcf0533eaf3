import IR
import Tensors

extension RewritePass {
  /// Moves elements as they are quantized.
  ///
  ///     a = DequantizeLinear(x, 0.1, 3)
  ///     b = Reshape(a, [8, 2])
  ///     y = QuantizeLinear(b, 0.1, 3)      →     y = Reshape(x, [8, 2])
  ///
  /// The scale and the zero point behind must be those before. Then a quantized number is what
  /// quantizing it anew gives: its distance from an integer of at most 16 bits is far below a half.
  static let dropRequantization = RewritePass(
    "drop-requantization", "Move elements as they are quantized", .exact,
    rules: [
      RewriteRule(of: "QuantizeLinear") { node, model in
        let graph = model.graph
        guard let data = graph.input(0, of: node), let producer = graph.producer(of: data) else {
          return nil
        }
        if let source = graph.quantizedSource(of: data, asIn: node) {
          return { $0.graph.replace(node, with: source) }
        }
        guard graph.movesQuantized(producer, graph.elementType(of: graph.output(0, of: node))),
          !graph.hasFurtherOutputs(producer),
          graph.soleUser(of: data) == node, let moved = graph.input(0, of: producer),
          let source = graph.quantizedSource(of: moved, asIn: node)
        else { return nil }
        return { $0.graph.move(source, by: producer, insteadOf: node) }
      }
    ])
}

extension Graph {
  /// Operators that give some of the elements of their first input in whatever type.
  private static let movements: Set<String> = [
    "Expand", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Squeeze", "Tile", "Transpose",
    "Unsqueeze",
  ]

  /// Those that ONNX or its runtimes know for numbers of 8 bits alone.
  private static let narrowMovements: Set<String> = ["DepthToSpace", "MaxPool", "SpaceToDepth"]

  fileprivate func movesQuantized(_ node: NodeID, _ type: ElementType?) -> Bool {
    let id = self[node].operatorID
    let isNarrow = type == .int8 || type == .uint8
    return id.domain.isEmpty
      && (Self.movements.contains(id.name) || isNarrow && Self.narrowMovements.contains(id.name))
  }

  /// The value that a DequantizeLinear makes `value` of, when `node` would quantize it in the same
  /// way.
  fileprivate func quantizedSource(of value: ValueID, asIn node: NodeID) -> ValueID? {
    guard let former = producer(of: value, named: "DequantizeLinear"),
      let source = input(0, of: former), let type = elementType(of: source),
      [.uint8, .int8, .uint16, .int16].contains(type), type == elementType(of: output(0, of: node)),
      let scale = number(of: input(1, of: former)), scale == number(of: input(1, of: node)),
      (1e-30...1e30).contains(scale),
      elementType(of: input(1, of: former)) == .float32,
      elementType(of: input(1, of: node)) == .float32,
      let zero = zeroPoint(of: former), zero == zeroPoint(of: node)
    else { return nil }
    return source
  }

  /// The number that stands for zero; nil when it is not known.
  private func zeroPoint(of node: NodeID) -> Double? {
    guard let input = input(2, of: node) else { return 0 }
    guard let tensor = fixedTensor(of: input), tensor.encoding == .dense, tensor.count == 1 else {
      return nil
    }
    return tensor.converted(to: .float64).scalars(of: Double.self).first
  }

  /// Lets a node move quantized elements and stand for the QuantizeLinear behind it.
  fileprivate mutating func move(_ source: ValueID, by mover: NodeID, insteadOf node: NodeID) {
    let former = input(0, of: mover).flatMap { producer(of: $0) }
    setInput(0, of: mover, to: source)
    if let former { removeUnused(former, leavingLineageTo: mover) }
    guard let result = output(0, of: mover) else { return }
    setType(output(0, of: node).flatMap { type(of: $0) }, of: result)
    // It takes the name of what was quantized: names say what means the same in two models.
    setName("", of: result)
    replace(node, with: result)
  }
}

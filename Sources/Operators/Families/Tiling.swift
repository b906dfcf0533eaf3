import IR
import Tensors

extension OperatorFamily {
  /// Operators that repeat whole tensors.
  static let tiling = OperatorFamily("tiling", [.tile])
}

private enum Tile: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let repeats = try context.integers(1)
    guard repeats.count == input.shape.count, repeats.allSatisfy({ $0 >= 0 }) else {
      throw OperatorError(
        .invalidValue, "the repeats \(repeats) do not suit a tensor of shape \(input.shape)",
        remedy: "give one number for each axis, none below 0")
    }
    let shape = zip(input.shape, repeats).map { extent, count in
      let (product, overflow) = extent.multipliedReportingOverflow(by: count)
      return overflow ? -1 : product
    }
    try context.checkOutput(of: Element.self, shape: shape)
    guard !shape.contains(0) else {
      return [MovableTensor(of: Element.self, shape: shape) { _ in }]
    }
    // Each axis of the output is two: the repetitions, and within them the elements.
    let extents = zip(repeats, input.shape).flatMap { [$0, $1] }
    let strides = rowMajorStrides(of: input.shape).flatMap { [0, $0] }
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        input.withElements(of: Element.self) { source in
          StridedCopy(extents: extents, sourceStrides: strides).run(from: source, to: result)
        }
      }
    ]
  }

  /// The first version repeated one axis; both numbers had the type of the tensor.
  static func repeats(of node: NodeID, in graph: Graph) throws(OperatorError) -> [Int64] {
    let inputs = graph.inputs(of: node)
    func number(_ index: Int) -> Int? {
      guard index < inputs.count, let value = inputs[index], graph.isConstant(value),
        let tensor = graph.constant(of: value), tensor.encoding == .dense, tensor.count == 1,
        tensor.elementType != .string
      else { return nil }
      return tensor.converted(to: .int64).withScalars(of: Int64.self) { Int($0[0]) }
    }
    guard let tiles = number(1), let axis = number(2),
      let rank = inputs[0].flatMap({ graph.type(of: $0)?.shape?.rank })
    else {
      throw OperatorError(
        .unsupported, "version 1 is only known with constant tiles, a constant axis and a rank")
    }
    var repeats = [Int64](repeating: 1, count: rank)
    repeats[try normalizedAxis(axis, rank: rank)] = Int64(tiles)
    return repeats
  }
}

extension OperatorDefinition {
  /// Repeats a tensor along each axis.
  fileprivate static let tile = OperatorDefinition(
    OperatorSchema(
      "Tile", versions: [1, 6, 13],
      inputs: [.required("input", "T"), .required("repeats", "T1")],
      outputs: [.required("output", "T")],
      constraints: ["T": .tensors([.classic, .bfloat16]), "T1": .tensors(.int64)]),
    upgrades: [
      OperatorUpgrade(to: 6) { graph, node throws(OperatorError) in
        let repeats = try Tile.repeats(of: node, in: graph)
        graph.setInputs([graph.input(0, of: node)], of: node)
        graph.setInput(
          1, of: node, toConstant: Tensor(shape: [repeats.count], scalars: repeats))
      }
    ],
    inferTypes: { context in
      guard let shape = context.shape(0) else { return [.tensor(context.elementType(0))] }
      guard let repeats = context.elements(1)?.elements, repeats.count == shape.rank else {
        let unknown = [Dimension](repeating: .unknown, count: shape.rank)
        return [.tensor(context.elementType(0), Shape(unknown))]
      }
      let extents = zip(shape.dimensions, repeats).map { $0 * $1 }
      return [.tensor(context.elementType(0), Shape(extents))]
    },
    evaluate: movement(Tile.self))
}

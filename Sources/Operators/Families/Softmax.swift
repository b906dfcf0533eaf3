import IR
import Tensors

extension OperatorFamily {
  /// Operators that normalize or compare the elements along one axis.
  static let softmax = OperatorFamily(
    "softmax",
    [
      .alongAxis("Hardmax", Hardmax.self), .alongAxis("LogSoftmax", LogSoftmax.self),
      .alongAxis("Softmax", Softmax.self),
    ])
}

private protocol SoftmaxFunction: RealKernel {
  /// Writes the results for every place beside the axis.
  static func write<Scalar: RealScalar>(
    _ steps: SoftmaxSteps, _ x: UnsafeBufferPointer<Scalar>,
    to result: UnsafeMutableBufferPointer<Scalar>)
}

extension SoftmaxFunction {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let layout = AxisLayout(
      try normalizedAxis(try context.value(of: softmaxAxis), rank: tensor.rank), of: tensor.shape)
    let steps = SoftmaxSteps(layout, rounding: context.rounding)
    return [
      tensor.withScalars(of: Scalar.self) { x in
        Tensor(of: Scalar.self, shape: tensor.shape) { write(steps, x, to: $0) }
      }
    ]
  }
}

private let softmaxAxis = AttributeKey<Int>("axis", default: -1)

private enum Softmax: SoftmaxFunction {
  static func write<Scalar: RealScalar>(
    _ steps: SoftmaxSteps, _ x: UnsafeBufferPointer<Scalar>,
    to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    steps.writeSoftmax(of: x, to: result)
  }
}

private enum LogSoftmax: SoftmaxFunction {
  static func write<Scalar: RealScalar>(
    _ steps: SoftmaxSteps, _ x: UnsafeBufferPointer<Scalar>,
    to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    steps.writeLogSoftmax(of: x, to: result)
  }
}

private enum Hardmax: SoftmaxFunction {
  static func write<Scalar: RealScalar>(
    _ steps: SoftmaxSteps, _ x: UnsafeBufferPointer<Scalar>,
    to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    steps.writeHardmax(of: x, to: result)
  }
}

extension OperatorDefinition {
  fileprivate static func alongAxis<Function: SoftmaxFunction>(
    _ name: String, _ function: Function.Type
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [1, 11, 13], inputs: [.required("input", "T")],
        outputs: [.required("output", "T")], attributes: [softmaxAxis.declaration],
        constraints: ["T": .tensors(.floats)]),
      upgrades: [.axisOfMatrix],
      inferTypes: { context throws(OperatorError) in
        let axis = try context.value(of: softmaxAxis)
        if let rank = context.shape(0)?.rank { _ = try normalizedAxis(axis, rank: rank) }
        return [InferredValue(context.type(0))]
      },
      evaluate: real(Function.self))
  }
}

// MARK: - Versions before 13

extension OperatorUpgrade {
  /// Before version 13 the input became a matrix, split before the axis, whose rows were taken.
  fileprivate static let axisOfMatrix = OperatorUpgrade(to: 13) {
    graph, node throws(OperatorError) in
    let axis = try graph[node].attributes.value(of: AttributeKey<Int>("axis", default: 1))
    let shape = graph.input(0, of: node).flatMap { graph.type(of: $0)?.shape }
    if let shape, isOnlyAxisFromHere(axis, of: shape) {
      graph.update(node) { $0.attributes["axis"] = .int(Int64(axis)) }
    } else {
      graph.runOnMatrix(node, splitBefore: axis)
    }
  }

  /// Whether all axes behind `axis` have one element.
  private static func isOnlyAxisFromHere(_ axis: Int, of shape: Shape) -> Bool {
    let position = axis < 0 ? axis + shape.rank : axis
    guard shape.dimensions.indices.contains(position) else { return false }
    return shape.dimensions.dropFirst(position + 1).allSatisfy { $0 == .fixed(1) }
  }
}

extension Graph {
  /// Gives a node its input as a matrix and its output the shape of the input again.
  fileprivate mutating func runOnMatrix(_ node: NodeID, splitBefore axis: Int) {
    guard let input = input(0, of: node), let output = output(0, of: node) else { return }
    let lineage = self[node].lineage
    let shape = add(
      Node(OperatorID("Shape"), lineage: lineage), inputs: [input], results: [""],
      at: .before(node))
    let matrix = add(
      Node(OperatorID("Flatten"), attributes: ["axis": .int(Int64(axis))], lineage: lineage),
      inputs: [input], results: [""], at: .before(node))
    update(node) { $0.attributes["axis"] = .int(-1) }
    setInput(0, of: node, to: self.output(0, of: matrix))
    let reshape = add(
      Node(OperatorID("Reshape"), lineage: lineage), inputs: [nil, self.output(0, of: shape)],
      results: [Result(name(of: output), type: type(of: output))], at: .after(node))
    guard let restored = self.output(0, of: reshape) else { return }
    replaceUses(of: output, with: restored)
    setInput(0, of: reshape, to: output)
    setName("", of: output)
    setType(nil, of: output)
  }
}

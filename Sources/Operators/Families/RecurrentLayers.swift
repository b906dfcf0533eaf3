import IR
import Tensors

extension OperatorFamily {
  /// Layers that carry a state from step to step.
  static let recurrentLayers = OperatorFamily("recurrent layers", [.gru, .lstm, .rnn])
}

/// What the cells of all kinds are made from.
private struct CellParameters<Scalar: RealScalar> {
  let shape: RecurrentShape
  /// The activations of one direction.
  let activations: [RecurrentActivation]
  /// The bias of each row that belongs to the input.
  let inputBias: ArraySlice<Scalar>
  /// The bias of each row that belongs to the state.
  let recurrentBias: ArraySlice<Scalar>
  /// Whether the state is rounded to 8 bits in the range that it has before it is multiplied.
  var roundsState = false
  private let direction: Int
  private let weights: [Scalar]

  /// Reads the parameters of each direction.
  static func all(
    _ context: borrowing KernelContext, _ shape: RecurrentShape, activations: [String]
  ) throws(OperatorError) -> [CellParameters] {
    let functions = try RecurrentActivation.list(
      context.node.attributes, defaults: activations, directions: shape.directions)
    let weights = try context.tensor(2).scalars(of: Scalar.self)
    let rows = shape.gates * shape.hidden
    let biases =
      try context.optionalTensor(3)?.scalars(of: Scalar.self)
      ?? [Scalar](repeating: 0, count: 2 * rows * shape.directions)
    return (0..<shape.directions).map { direction in
      let own = biases[(2 * rows * direction)..<(2 * rows * (direction + 1))]
      return CellParameters(
        shape: shape,
        activations: Array(functions[(direction * activations.count)...].prefix(activations.count)),
        inputBias: own.prefix(rows), recurrentBias: own.suffix(rows), direction: direction,
        weights: weights)
    }
  }

  /// The sums of both biases of each row.
  var bias: [Scalar] { zip(inputBias, recurrentBias).map { $0 + $1 } }

  /// The number of elements of a state.
  var count: Int { shape.hidden * shape.batch }

  /// Returns what a state contributes to some gates.
  func contributions(of state: [Scalar], to gates: Range<Int>) -> [Scalar] {
    let state = roundsState ? DynamicQuantization(of: state).rounded(state) : state
    let first = direction * shape.gates
    let rows = (first + gates.lowerBound) * shape.hidden..<(first + gates.upperBound) * shape.hidden
    return RecurrentMatrix(numbers: weights, rows: rows, columns: shape.hidden)
      .product(with: state, columns: shape.batch)
  }

  /// Applies an activation to one gate.
  func activate(_ gates: inout [Scalar], _ gate: Int, _ activation: Int) {
    activations[activation].apply(toGate: &gates[(gate * count)..<((gate + 1) * count)])
  }
}

/// Adds numbers to the first ones of a list.
private func add<Scalar: RealScalar>(_ addends: [Scalar], to sums: inout [Scalar]) {
  for index in addends.indices { sums[index] += addends[index] }
}

/// Returns the states before the first step: zeros where an input is left out.
private func initialState<Scalar: RealScalar>(
  _ context: borrowing KernelContext, _ index: Int, _ shape: RecurrentShape, of type: Scalar.Type
) throws(OperatorError) -> [Scalar] {
  try context.optionalTensor(index)?.scalars(of: Scalar.self)
    ?? [Scalar](repeating: 0, count: product(shape.stateShape))
}

/// Returns the outputs of a layer that the node has.
private func run<Cell: RecurrentCell>(
  _ context: borrowing KernelContext, _ shape: RecurrentShape, _ cells: [Cell],
  initial: [[Cell.Scalar]]
) throws(OperatorError) -> [Tensor] {
  let layer = RecurrentLayer(
    shape: shape, cells: cells,
    inputWeights: try context.tensor(1).scalars(of: Cell.Scalar.self))
  let outputs = layer.run(try context.tensor(0).scalars(of: Cell.Scalar.self), initial: initial)
  return Array(outputs.prefix(context.outputs.count))
}

// MARK: - RNN

/// A cell without gates.
private struct SimpleCell<Scalar: RealScalar>: RecurrentCell {
  let parameters: CellParameters<Scalar>

  var bias: [Scalar] { parameters.bias }

  func states(after states: [[Scalar]], gates: inout [Scalar]) -> [[Scalar]] {
    add(parameters.contributions(of: states[0], to: 0..<1), to: &gates)
    parameters.activate(&gates, 0, 0)
    return [gates]
  }
}

private enum RNN: RealKernel {
  static let activations = ["Tanh"]

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let shape = try RecurrentShape(context, gates: 1)
    let cells = try CellParameters<Scalar>.all(context, shape, activations: activations)
      .map(SimpleCell.init)
    return try run(
      context, shape, cells, initial: [try initialState(context, 5, shape, of: Scalar.self)])
  }
}

// MARK: - GRU

/// A cell with an update gate, a reset gate and a hidden gate (Cho and others 2014).
private struct GatedCell<Scalar: RealScalar>: RecurrentCell {
  let parameters: CellParameters<Scalar>
  /// Whether the reset gate scales what the weights make of the state, not the state itself.
  let resetsAfterwards: Bool

  /// The hidden gate's second bias is not added here when it is reset with the state.
  var bias: [Scalar] {
    guard resetsAfterwards else { return parameters.bias }
    let gates = 2 * parameters.shape.hidden
    return Array(parameters.bias.prefix(gates) + parameters.inputBias.dropFirst(gates))
  }

  func states(after states: [[Scalar]], gates: inout [Scalar]) -> [[Scalar]] {
    let (state, count) = (states[0], parameters.count)
    add(parameters.contributions(of: state, to: 0..<2), to: &gates)
    parameters.activate(&gates, 0, 0)
    parameters.activate(&gates, 1, 0)
    if resetsAfterwards {
      let hidden = parameters.contributions(of: state, to: 2..<3)
      let bias = Array(parameters.recurrentBias.dropFirst(2 * parameters.shape.hidden))
      for index in 0..<count {
        let linear = hidden[index] + bias[index / parameters.shape.batch]
        gates[2 * count + index] += gates[count + index] * linear
      }
    } else {
      let reset = (0..<count).map { gates[count + $0] * state[$0] }
      let hidden = parameters.contributions(of: reset, to: 2..<3)
      for index in 0..<count { gates[2 * count + index] += hidden[index] }
    }
    parameters.activate(&gates, 2, 1)
    return [
      (0..<count).map {
        (1 - gates[$0]) * gates[2 * count + $0] + gates[$0] * state[$0]
      }
    ]
  }
}

private enum GRU: RealKernel {
  static let resetsAfterwards = AttributeKey<Bool>("linear_before_reset", default: false)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let shape = try RecurrentShape(context, gates: 3)
    let resetsAfterwards = try context.value(of: resetsAfterwards)
    let cells = try CellParameters<Scalar>.all(context, shape, activations: ["Sigmoid", "Tanh"])
      .map { GatedCell(parameters: $0, resetsAfterwards: resetsAfterwards) }
    return try run(
      context, shape, cells, initial: [try initialState(context, 5, shape, of: Scalar.self)])
  }
}

// MARK: - LSTM

/// A cell with a state that it writes, forgets and shows through gates (Hochreiter and
/// Schmidhuber 1997), which may look at that state through peepholes.
private struct LongMemoryCell<Scalar: RealScalar>: RecurrentCell {
  let parameters: CellParameters<Scalar>
  /// The peepholes of the input, the output and the forget gate; none when they are closed.
  let peepholes: ArraySlice<Scalar>
  /// Whether what is written takes the place of what is forgotten.
  let couplesGates: Bool

  var bias: [Scalar] { parameters.bias }

  /// The gates are those of input, output, forgetting and the cell.
  func states(after states: [[Scalar]], gates: inout [Scalar]) -> [[Scalar]] {
    let count = parameters.count
    add(parameters.contributions(of: states[0], to: 0..<4), to: &gates)
    look(at: states[1], through: 0, &gates)
    look(at: states[1], through: 2, &gates)
    parameters.activate(&gates, 0, 0)
    parameters.activate(&gates, 2, 0)
    parameters.activate(&gates, 3, 1)
    let cell = (0..<count).map { index in
      let kept = couplesGates ? 1 - gates[index] : gates[2 * count + index]
      return kept * states[1][index] + gates[index] * gates[3 * count + index]
    }
    look(at: cell, through: 1, &gates)
    parameters.activate(&gates, 1, 0)
    var shown = cell
    parameters.activations[2].apply(to: &shown)
    return [(0..<count).map { gates[count + $0] * shown[$0] }, cell]
  }

  /// Adds to a gate what it sees of the cell.
  private func look(at cell: [Scalar], through gate: Int, _ gates: inout [Scalar]) {
    guard !peepholes.isEmpty else { return }
    let weights = peepholes.dropFirst(gate * parameters.shape.hidden)
    for index in cell.indices {
      gates[gate * cell.count + index] +=
        weights[weights.startIndex + index / parameters.shape.batch] * cell[index]
    }
  }
}

/// A layer of cells with long short-term memory.
enum LSTM: RealKernel {
  static let couplesGates = AttributeKey<Bool>("input_forget", default: false)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    try evaluate(context, in: scalar, roundingState: false)
  }

  /// Computes the outputs; if asked to, states are rounded to 8 bits before they are multiplied.
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type, roundingState: Bool
  ) throws(OperatorError) -> [Tensor] {
    let shape = try RecurrentShape(context, gates: 4)
    let width = 3 * shape.hidden
    try shape.check(context, 6, "initial_c", shape.stateShape)
    try shape.check(context, 7, "P", [shape.directions, width])
    let peepholes = try context.optionalTensor(7)?.scalars(of: Scalar.self) ?? []
    let couplesGates = try context.value(of: couplesGates)
    let cells = try CellParameters<Scalar>.all(
      context, shape, activations: ["Sigmoid", "Tanh", "Tanh"]
    ).enumerated().map { direction, parameters in
      var parameters = parameters
      parameters.roundsState = roundingState
      return LongMemoryCell(
        parameters: parameters, peepholes: peepholes.dropFirst(direction * width).prefix(width),
        couplesGates: couplesGates)
    }
    let initial = [
      try initialState(context, 5, shape, of: Scalar.self),
      try initialState(context, 6, shape, of: Scalar.self),
    ]
    return try run(context, shape, cells, initial: initial)
  }
}

// MARK: - Definitions

/// Returns what is known of the outputs of a layer: all steps, and the last one of each state.
private func inferredOutputs(
  _ context: borrowing InferenceContext, gates: Int
) throws(OperatorError) -> [InferredValue] {
  let type = context.elementType(0) ?? context.elementType(1) ?? context.elementType(2)
  let shapes = (0..<3).map(context.shape)
  guard shapes.allSatisfy({ $0.map { $0.rank == 3 } ?? true }) else {
    throw OperatorError(.incompatibleShapes, "X, W and R do not all have three axes")
  }
  let directions = Dimension.fixed(
    try RecurrentShape.directions(context.node.attributes).count)
  let isBatchFirst = try RecurrentShape.isBatchFirst(context.node.attributes)
  let size = try context.value(of: RecurrentShape.hiddenSize)
  let hidden =
    size.map { .fixed($0) } ?? shapes[2]?[2] ?? shapes[1]?[1].floorDivided(by: .fixed(gates))
    ?? .unknown
  let (first, second) = (shapes[0]?[0] ?? .unknown, shapes[0]?[1] ?? .unknown)
  let (sequence, state): (Shape, Shape) =
    isBatchFirst
    ? ([first, second, directions, hidden], [first, directions, hidden])
    : ([first, directions, second, hidden], [directions, second, hidden])
  let outputs =
    [.tensor(type, sequence)] + [InferredValue](repeating: .tensor(type, state), count: 2)
  return Array(outputs.prefix(max(1, context.outputCount)))
}

extension OperatorDefinition {
  /// Before version 7 an attribute said whether all steps are wanted.
  private static let outputSequence = OperatorUpgrade.dropping(["output_sequence"], at: 7)

  private static let layerInputs: [Parameter] = [
    .required("X", "T"), .required("W", "T"), .required("R", "T"), .optional("B", "T"),
    .optional("sequence_lens", "T1"), .optional("initial_h", "T"),
  ]

  private static let layerConstraints: [String: TypeConstraint] = [
    "T": .tensors(.floats), "T1": .tensors(.int32),
  ]

  private static func layerAttributes(
    activations: AttributeDeclaration, _ other: [AttributeDeclaration] = []
  ) -> [AttributeDeclaration] {
    [
      RecurrentActivation.alphas.declaration, RecurrentActivation.betas.declaration, activations,
      RecurrentActivation.clip.declaration, RecurrentShape.direction.declaration,
      RecurrentShape.hiddenSize.declaration, RecurrentShape.layout.declaration,
    ] + other
  }

  /// A layer of cells with an update and a reset gate.
  fileprivate static let gru = OperatorDefinition(
    OperatorSchema(
      "GRU", versions: [1, 3, 7, 14, 22], inputs: layerInputs,
      outputs: [.optional("Y", "T"), .optional("Y_h", "T")],
      attributes: layerAttributes(
        activations: RecurrentActivation.names.declaration, [GRU.resetsAfterwards.declaration]),
      constraints: layerConstraints),
    upgrades: [outputSequence],
    inferTypes: { context throws(OperatorError) in try inferredOutputs(context, gates: 3) },
    evaluate: real(GRU.self))

  /// A layer of cells with long short-term memory.
  fileprivate static let lstm = OperatorDefinition(
    OperatorSchema(
      "LSTM", versions: [1, 7, 14, 22],
      inputs: layerInputs + [.optional("initial_c", "T"), .optional("P", "T")],
      outputs: [.optional("Y", "T"), .optional("Y_h", "T"), .optional("Y_c", "T")],
      attributes: layerAttributes(
        activations: RecurrentActivation.names.declaration, [LSTM.couplesGates.declaration]),
      constraints: layerConstraints),
    upgrades: [outputSequence],
    inferTypes: { context throws(OperatorError) in try inferredOutputs(context, gates: 4) },
    evaluate: real(LSTM.self))

  /// A layer of cells without gates.
  fileprivate static let rnn = OperatorDefinition(
    OperatorSchema(
      "RNN", versions: [1, 7, 14, 22], inputs: layerInputs,
      outputs: [.optional("Y", "T"), .optional("Y_h", "T")],
      attributes: layerAttributes(
        activations: AttributeKey<[ByteString]>("activations", default: ["Tanh", "Tanh"])
          .declaration),
      constraints: layerConstraints),
    upgrades: [outputSequence],
    inferTypes: { context throws(OperatorError) in try inferredOutputs(context, gates: 1) },
    evaluate: real(RNN.self))
}

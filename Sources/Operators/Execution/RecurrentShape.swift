import IR
import Tensors

/// The extents of a recurrent layer, checked against each other.
struct RecurrentShape {
  static let direction = AttributeKey<String>("direction", default: "forward")
  static let hiddenSize = OptionalAttributeKey<Int>("hidden_size")
  static let layout = AttributeKey<Int>("layout", default: 0)

  let steps: Int
  let batch: Int
  let features: Int
  let hidden: Int
  let gates: Int
  /// For each direction whether it takes the steps from the last to the first.
  let isReverse: [Bool]
  /// Whether the axis of the batch comes first, before that of the steps or the directions.
  let isBatchFirst: Bool
  /// The length of each sequence.
  let lengths: [Int]

  var directions: Int { isReverse.count }

  /// Checks the inputs that all recurrent layers have: X, W, R, B, sequence_lens and initial_h.
  init(_ context: borrowing KernelContext, gates: Int) throws(OperatorError) {
    let attributes = context.node.attributes
    let (input, recurrent) = (try context.tensor(0).shape, try context.tensor(2).shape)
    guard input.count == 3, recurrent.count == 3 else {
      throw OperatorError(
        .incompatibleShapes, "X has the shape \(input) and R \(recurrent)",
        remedy: "both have three axes")
    }
    isReverse = try Self.directions(attributes)
    isBatchFirst = try Self.isBatchFirst(attributes)
    (steps, batch) = isBatchFirst ? (input[1], input[0]) : (input[0], input[1])
    features = input[2]
    hidden = recurrent[2]
    self.gates = gates
    let (rows, overflow) = hidden.multipliedReportingOverflow(by: gates * 2)
    guard !overflow else {
      throw OperatorError(.limitExceeded, "a state of \(hidden) numbers is too large")
    }
    lengths = try Self.lengths(context, steps: steps, batch: batch)
    let size = try attributes.value(of: Self.hiddenSize) ?? hidden
    guard size == hidden else {
      throw OperatorError(
        .invalidAttribute, "hidden_size is \(size), but R has the shape \(recurrent)")
    }
    try check(context, 1, "W", [directions, rows / 2, features])
    try check(context, 2, "R", [directions, rows / 2, hidden])
    try check(context, 3, "B", [directions, rows])
    try check(context, 5, "initial_h", stateShape)
    try context.checkOutput(.float64, shape: sequenceShape)
    try context.checkOutput(.float64, shape: [rows, batch])
    guard steps <= maximumStepCount else {
      throw OperatorError(.limitExceeded, "\(steps) steps are more than \(maximumStepCount)")
    }
  }

  /// Checks the shape of an input, unless it is left out.
  func check(
    _ context: borrowing KernelContext, _ index: Int, _ name: String, _ shape: [Int]
  ) throws(OperatorError) {
    guard let tensor = try context.optionalTensor(index), tensor.shape != shape else { return }
    throw OperatorError(
      .incompatibleShapes, "\(name) has the shape \(tensor.shape) instead of \(shape)")
  }

  /// Returns the directions of a layer: for each whether it is the reverse one.
  static func directions(_ attributes: Attributes) throws(OperatorError) -> [Bool] {
    switch try attributes.value(of: direction) {
    case "forward": return [false]
    case "reverse": return [true]
    case "bidirectional": return [false, true]
    case let other:
      throw OperatorError(
        .invalidAttribute, "direction is \"\(other)\"",
        remedy: "use forward, reverse or bidirectional")
    }
  }

  static func isBatchFirst(_ attributes: Attributes) throws(OperatorError) -> Bool {
    let layout = try attributes.value(of: layout)
    guard layout == 0 || layout == 1 else {
      throw OperatorError(.invalidAttribute, "layout is \(layout)", remedy: "use 0 or 1")
    }
    return layout == 1
  }

  private static func lengths(
    _ context: borrowing KernelContext, steps: Int, batch: Int
  ) throws(OperatorError) -> [Int] {
    guard let lengths = try context.optionalIntegers(4) else {
      try context.checkOutput(.int64, shape: [batch])
      return [Int](repeating: steps, count: batch)
    }
    guard lengths.count == batch, lengths.allSatisfy({ (0...steps).contains($0) }) else {
      throw OperatorError(
        .invalidValue, "sequence_lens does not hold \(batch) lengths from 0 to \(steps)")
    }
    return lengths
  }
}

// MARK: - Layouts

extension RecurrentShape {
  /// The shape of all outputs of a layer.
  var sequenceShape: [Int] {
    isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
  }

  /// The shape of a state before the first step or after the last one.
  var stateShape: [Int] {
    isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
  }

  /// Returns where the input of one sequence in one step starts.
  func inputOffset(step: Int, sequence: Int) -> Int {
    (isBatchFirst ? sequence * steps + step : step * batch + sequence) * features
  }

  /// Returns where the output of one sequence in one step starts.
  func outputOffset(step: Int, direction: Int, sequence: Int) -> Int {
    let row =
      isBatchFirst
      ? (sequence * steps + step) * directions + direction
      : (step * directions + direction) * batch + sequence
    return row * hidden
  }

  /// Returns where the state of one sequence starts.
  func stateOffset(direction: Int, sequence: Int) -> Int {
    (isBatchFirst ? sequence * directions + direction : direction * batch + sequence) * hidden
  }
}

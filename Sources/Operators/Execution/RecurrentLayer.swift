import Tensors

/// What happens in one step of a recurrent layer.
///
/// Numbers of one step are matrices with a row for each number of a state or a gate and a column for
/// each sequence of the batch: weights are multiplied from the left and read where they lie.
protocol RecurrentCell {
  associatedtype Scalar: RealScalar

  /// The numbers that are added to the gates before anything else, one a row.
  var bias: [Scalar] { get }

  /// Computes the states after a step from what the input contributes to the gates.
  ///
  /// The first state is the output of the step.
  func states(after states: [[Scalar]], gates: inout [Scalar]) -> [[Scalar]]
}

/// One layer whose cells run over the steps of all sequences.
struct RecurrentLayer<Cell: RecurrentCell> {
  typealias Scalar = Cell.Scalar

  let shape: RecurrentShape
  /// The cell of each direction.
  let cells: [Cell]
  /// The weights of the input, for all directions.
  let inputWeights: [Scalar]

  /// What inputs contribute is computed for about as many numbers at a time.
  private static var slabCount: Int { 1 << 18 }

  /// Returns the output of each step and the states after the last one.
  ///
  /// A sequence that is shorter than others has zeros behind its end, and one without steps zeros
  /// for its states. `initial` holds the states before the first step.
  func run(_ input: [Scalar], initial: [[Scalar]]) -> [Tensor] {
    var states = initial
    let outputs = Tensor(of: Scalar.self, shape: shape.sequenceShape) { outputs in
      outputs.update(repeating: 0)
      guard !outputs.isEmpty else { return }
      for direction in cells.indices { run(input, direction, &states, to: outputs) }
    }
    for (sequence, length) in shape.lengths.enumerated() where length == 0 {
      for direction in cells.indices {
        let start = shape.stateOffset(direction: direction, sequence: sequence)
        for state in states.indices {
          for index in 0..<shape.hidden { states[state][start + index] = 0 }
        }
      }
    }
    return [outputs] + states.map { Tensor(shape: shape.stateShape, scalars: $0) }
  }

  /// Runs one direction and replaces its part of the states.
  private func run(
    _ input: [Scalar], _ direction: Int, _ states: inout [[Scalar]],
    to outputs: UnsafeMutableBufferPointer<Scalar>
  ) {
    let (rows, batch) = (shape.gates * shape.hidden, shape.batch)
    let stepsAtOnce = max(1, min(shape.steps, Self.slabCount / max(1, rows * batch)))
    var current = states.map { columns(of: $0, direction) }
    let bias = cells[direction].bias
    for block in blocks(of: stepsAtOnce, in: shape.steps) {
      let steps = block.map { shape.isReverse[direction] ? shape.steps - 1 - $0 : $0 }
      let slab = contributions(of: input, in: steps, direction)
      for (index, step) in steps.enumerated() {
        var gates = [Scalar](repeating: 0, count: rows * batch)
        for row in 0..<rows {
          let start = (row * steps.count + index) * batch
          for column in 0..<batch {
            gates[row * batch + column] = slab[start + column] + bias[row]
          }
        }
        let next = cells[direction].states(after: current, gates: &gates)
        for sequence in 0..<batch where step < shape.lengths[sequence] {
          let start = shape.outputOffset(step: step, direction: direction, sequence: sequence)
          for index in 0..<shape.hidden {
            let place = index * batch + sequence
            outputs[start + index] = next[0][place]
            for state in next.indices { current[state][place] = next[state][place] }
          }
        }
      }
    }
    for state in states.indices {
      write(current[state], to: &states[state], direction)
    }
  }

  /// Returns what the inputs of some steps contribute to the gates: a column for each step and
  /// sequence.
  private func contributions(of input: [Scalar], in steps: [Int], _ direction: Int) -> [Scalar] {
    let (rows, columns) = (shape.gates * shape.hidden, steps.count * shape.batch)
    var inputs: [Scalar] = []
    inputs.reserveCapacity(columns * shape.features)
    for step in steps {
      for sequence in 0..<shape.batch {
        let start = shape.inputOffset(step: step, sequence: sequence)
        inputs += input[start..<(start + shape.features)]
      }
    }
    let weights = RecurrentMatrix(
      numbers: inputWeights, rows: (direction * rows)..<((direction + 1) * rows),
      columns: shape.features)
    return weights.product(with: inputs, columns: columns, isTransposed: true)
  }

  /// Returns the part of a state that belongs to a direction, a column for each sequence.
  private func columns(of state: [Scalar], _ direction: Int) -> [Scalar] {
    var columns = [Scalar](repeating: 0, count: shape.hidden * shape.batch)
    for sequence in 0..<shape.batch {
      let start = shape.stateOffset(direction: direction, sequence: sequence)
      for index in 0..<shape.hidden {
        columns[index * shape.batch + sequence] = state[start + index]
      }
    }
    return columns
  }

  private func write(_ columns: [Scalar], to state: inout [Scalar], _ direction: Int) {
    for sequence in 0..<shape.batch {
      let start = shape.stateOffset(direction: direction, sequence: sequence)
      for index in 0..<shape.hidden {
        state[start + index] = columns[index * shape.batch + sequence]
      }
    }
  }
}

/// Some rows of a matrix that is multiplied with others again and again.
struct RecurrentMatrix<Scalar: RealScalar> {
  let numbers: [Scalar]
  let rows: Range<Int>
  let columns: Int

  /// Returns the product with a matrix of `columns` columns, or with one of as many rows that is
  /// transposed.
  func product(with right: [Scalar], columns count: Int, isTransposed: Bool = false) -> [Scalar] {
    var result = [Scalar](repeating: 0, count: rows.count * count)
    guard columns > 0 else { return result }
    let product = MatrixProduct<Scalar>(rows: columns, columns: count)
    result.withUnsafeMutableBufferPointer { result in
      numbers.withUnsafeBufferPointer { numbers in
        right.withUnsafeBufferPointer { right in
          guard let result = result.baseAddress, let left = numbers.baseAddress,
            let right = right.baseAddress
          else { return }
          let matrix =
            isTransposed
            ? MatrixView(right, rows: count, columns: columns).transposed
            : MatrixView(right, rows: columns, columns: count)
          product.multiply(
            MatrixView(left + rows.lowerBound * columns, rows: rows.count, columns: columns),
            matrix, into: result, stride: count)
        }
      }
    }
    return result
  }
}

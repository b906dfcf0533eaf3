import Tensors

/// How much each block of some weights counts, and which blocks are removed.
struct WeightScores {
  let matrix: WeightMatrix
  /// The root mean square of the weights of each block, row by row.
  private(set) var scores: [Float]
  private(set) var isRemoved: [Bool]

  private let (blockRows, blockColumns): (Int, Int)
  private let blocksInLine: Int
  /// The number of blocks next to each other.
  let width: Int

  /// Scores weights, each multiplied with the size that its input channel has.
  ///
  /// `sizes` has an element for each channel of the data, or is nil where the weights alone count.
  init(
    _ values: UnsafeBufferPointer<Float>, _ matrix: WeightMatrix, _ pattern: SparsityPattern,
    sizes: [Double]?
  ) {
    self.matrix = matrix
    if case .blocks(let rows, let columns) = pattern {
      (blockRows, blockColumns) = (rows, columns)
    } else {
      (blockRows, blockColumns) = (1, 1)
    }
    blocksInLine = (matrix.lineLength + blockColumns - 1) / blockColumns
    width = matrix.lineCount * blocksInLine
    let height = (matrix.rows.count + blockRows - 1) / blockRows
    var sums = [Double](repeating: 0, count: height * width)
    var counts = [Double](repeating: 0, count: height * width)
    scores = []
    isRemoved = [Bool](repeating: false, count: height * width)
    for (row, start) in matrix.rows.enumerated() {
      for (column, offset) in matrix.columns.enumerated() {
        let size = sizes.map { $0[matrix.inputChannel(row: row, column: column)] } ?? 1
        let product = Double(values[start + offset]) * size
        let block = block(row, column)
        sums[block] += product * product
        counts[block] += 1
      }
    }
    scores = zip(sums, counts).map { Float(($0 / $1).squareRoot()) }
  }

  /// Whether a weight is removed.
  func removes(row: Int, column: Int) -> Bool { isRemoved[block(row, column)] }

  private func block(_ row: Int, _ column: Int) -> Int {
    let place = column / matrix.lineLength * blocksInLine
    return row / blockRows * width + place + column % matrix.lineLength / blockColumns
  }

  /// Divides all scores by a number.
  mutating func divide(by divisor: Double) {
    guard divisor > 0, divisor.isFinite else { return }
    scores = scores.map { Float(Double($0) / divisor) }
  }

  /// Removes the blocks that `lowest` takes.
  mutating func remove(_ lowest: inout LowestScores) {
    for block in scores.indices { isRemoved[block] = lowest.takes(scores[block]) }
  }

  /// Removes no more than a share of the blocks of each row.
  mutating func removeInRows(share: Double) {
    for start in stride(from: 0, to: scores.count, by: max(1, width)) {
      removeLowest(Int(share * Double(width)), in: start..<(start + width))
    }
  }

  /// Removes all but `kept` of each `length` weights in a line; fewer at its end are all kept.
  mutating func keep(_ kept: Int, of length: Int) {
    for line in stride(from: 0, to: scores.count, by: max(1, blocksInLine)) {
      var start = line
      while start + length <= line + blocksInLine {
        removeLowest(length - kept, in: start..<(start + length))
        start += length
      }
    }
  }

  private mutating func removeLowest(_ count: Int, in range: Range<Int>) {
    var lowest = LowestScores(count, of: scores[range])
    for block in range { isRemoved[block] = lowest.takes(scores[block]) }
  }
}

extension WeightScores {
  /// Returns the weights with zeros in the place of those that are removed.
  func applied(to tensor: Tensor) -> Tensor {
    let size = tensor.elementType.bitWidth / 8
    return Tensor(tensor.elementType, shape: tensor.shape) { target in
      target.copyMemory(from: tensor.bytes)
      for (row, start) in matrix.rows.enumerated() {
        for (column, offset) in matrix.columns.enumerated() where removes(row: row, column: column)
        {
          let place = (start + offset) * size
          for byte in place..<(place + size) { target[byte] = 0 }
        }
      }
    }
  }
}

import Tensors

/// What the elements of each channel of a value amount to over all samples.
///
/// Sums are formed in 64 bits in the order of the samples, so that they are the same everywhere.
struct ChannelStatistics {
  private var sums: [Double] = []
  private var squares: [Double] = []
  /// The elements of one channel that were seen.
  private var count = 0
  private var isConsistent = true

  /// The mean of each channel; empty when nothing was seen, or tensors of different extents.
  var means: [Double] {
    isConsistent && count > 0 ? sums.map { $0 / Double(count) } : []
  }

  /// The mean square of each channel.
  var meanSquares: [Double] { squares.map { $0 / Double(max(1, count)) } }

  /// The variance of each channel.
  var variances: [Double] {
    zip(meanSquares, means).map { max(0, $0 - $1 * $1) }
  }

  /// Adds the elements of a tensor whose channels lie along `axis`.
  mutating func add(_ tensor: Tensor, _ axis: Int) {
    guard tensor.elementType.isFloatingPoint, tensor.encoding == .dense, axis < tensor.rank else {
      isConsistent = false
      return
    }
    let extent = tensor.shape[axis]
    if sums.isEmpty {
      sums = [Double](repeating: 0, count: extent)
      squares = sums
    }
    guard extent == sums.count, extent > 0 else {
      isConsistent = false
      return
    }
    let inner = tensor.shape.dropFirst(axis + 1).reduce(1, *)
    count += tensor.count / extent
    tensor.converted(to: .float32).withScalars(of: Float.self) { elements in
      for start in stride(from: 0, to: elements.count, by: max(1, inner)) {
        var (sum, square) = (0.0, 0.0)
        for index in start..<(start + inner) {
          let element = Double(elements[index])
          sum += element
          square += element * element
        }
        let channel = start / inner % extent
        sums[channel] += sum
        squares[channel] += square
      }
    }
  }
}

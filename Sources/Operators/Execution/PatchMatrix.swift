/// The matrix whose product with a convolution's weights is the convolution.
///
/// One row for each channel and tap, one column for each output. It exists only block by block.
struct PatchMatrix<Scalar: RealScalar>: BlockSource {
  private let image: UnsafePointer<Scalar>
  private let axes: [WindowAxis]
  private let inputStrides: [Int]
  private let planeCount: Int
  private let kernelCount: Int

  let columns: Int

  /// It lies nowhere.
  var view: MatrixView<Scalar>? { nil }

  /// Creates the matrix of an image with at least one spatial axis.
  init(_ image: UnsafePointer<Scalar>, axes: [WindowAxis]) {
    self.image = image
    self.axes = axes
    inputStrides = rowMajorStrides(of: axes.map(\.input))
    planeCount = axes.inputCount
    kernelCount = axes.kernelCount
    columns = axes.outputCount
  }

  func copy(
    rows: Range<Int>, columns: Range<Int>, to block: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    let segments = segments(of: columns)
    var taps = [Int](repeating: 0, count: axes.count)
    for row in rows {
      setTaps(of: row, &taps)
      fill(
        block + (row - rows.lowerBound) * stride, from: image + row / kernelCount * planeCount,
        taps, segments)
    }
  }

  /// The columns of a block, cut where a row of outputs along the last axis ends.
  private struct Segments {
    var starts: [Int] = []
    var counts: [Int] = []
    /// For each segment the outputs along the other axes.
    var positions: [Int] = []
  }

  private func segments(of columns: Range<Int>) -> Segments {
    var segments = Segments()
    guard let last = axes.last else { return segments }
    var column = columns.lowerBound
    while column < columns.upperBound {
      let start = column % last.output
      let count = min(last.output - start, columns.upperBound - column)
      segments.starts.append(start)
      segments.counts.append(count)
      var stride = self.columns / last.output
      var row = column / last.output
      for axis in axes.dropLast() {
        stride /= axis.output
        segments.positions.append(row / stride)
        row %= stride
      }
      column += count
    }
    return segments
  }

  /// Finds the taps along each axis that a row belongs to.
  private func setTaps(of row: Int, _ taps: inout [Int]) {
    var tap = row % kernelCount
    for axis in axes.indices.reversed() {
      taps[axis] = tap % axes[axis].kernel
      tap /= axes[axis].kernel
    }
  }

  /// Writes the columns of one row one after the other.
  private func fill(
    _ line: UnsafeMutablePointer<Scalar>, from plane: UnsafePointer<Scalar>, _ taps: [Int],
    _ segments: borrowing Segments
  ) {
    let last = axes[axes.count - 1]
    let inside = last.outputs(of: taps[axes.count - 1])
    let shift = last.position(of: taps[axes.count - 1], at: 0)
    var target = line
    for index in segments.starts.indices {
      let (start, count) = (segments.starts[index], segments.counts[index])
      let lower = max(inside.lowerBound, start)
      let upper = min(inside.upperBound, start &+ count)
      if lower < upper, let offset = offset(of: index, in: segments, taps) {
        target.update(repeating: 0, count: lower - start)
        copy(
          upper - lower, from: plane + (offset + shift + lower * last.stride),
          step: last.stride, to: target + (lower - start))
        (target + (upper - start)).update(repeating: 0, count: start + count - upper)
      } else {
        target.update(repeating: 0, count: count)
      }
      target += count
    }
  }

  /// Returns where the row that a segment reads starts, or nil when it is padding.
  @inline(__always)
  private func offset(
    of segment: Int, in segments: borrowing Segments, _ taps: [Int]
  ) -> Int? {
    var offset = 0
    let outer = axes.count &- 1
    for axis in 0..<outer {
      let output = segments.positions[segment &* outer &+ axis]
      let position = axes[axis].position(of: taps[axis], at: output)
      guard position >= 0, position < axes[axis].input else { return nil }
      offset += position &* inputStrides[axis]
    }
    return offset
  }

  @inline(__always)
  private func copy(
    _ count: Int, from source: UnsafePointer<Scalar>, step: Int,
    to target: UnsafeMutablePointer<Scalar>
  ) {
    if step == 1 {
      target.update(from: source, count: count)
    } else {
      for index in 0..<count { target[index] = source[index &* step] }
    }
  }
}

/// The matrix whose product with a convolution's weights is the convolution.
///
/// One row for each channel and tap, one column for each output. It exists only block by block.
struct PatchMatrix<Scalar: RealScalar>: BlockSource {
  private let image: UnsafePointer<Scalar>
  private let outer: [WindowAxis]
  private let last: WindowAxis
  private let inputStrides: [Int]
  private let planeCount: Int
  private let kernelCount: Int

  let columns: Int

  /// It lies nowhere.
  var view: MatrixView<Scalar>? { nil }

  /// Creates the matrix of an image with at least one spatial axis.
  init(_ image: UnsafePointer<Scalar>, axes: [WindowAxis]) {
    self.image = image
    outer = axes.dropLast()
    last = axes[axes.count - 1]
    inputStrides = rowMajorStrides(of: axes.map(\.input))
    planeCount = axes.inputCount
    kernelCount = axes.kernelCount
    columns = axes.outputCount
  }

  func copy(
    rows: Range<Int>, columns: Range<Int>, to block: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    var segments = segments(of: columns)
    let origins = origins(of: segments)
    segments.withUnsafeMutableBufferPointer { segments in
      var outerTap = -1
      for row in rows {
        let tap = row % kernelCount
        if tap / last.kernel != outerTap {
          outerTap = tap / last.kernel
          setSources(of: segments, outerTap, origins)
        }
        fill(
          block + (row - rows.lowerBound) * stride, from: image + row / kernelCount * planeCount,
          tap % last.kernel, segments)
      }
    }
  }

  /// Some columns of a block: outputs that are neighbours along the last axis.
  private struct Segment {
    /// The place among all rows of outputs.
    let row: Int
    let start: Int
    let count: Int
    /// Where the row of inputs that a tap reads starts; nil when it is padding.
    var source: Int?
  }

  private func segments(of columns: Range<Int>) -> [Segment] {
    var segments: [Segment] = []
    var column = columns.lowerBound
    while column < columns.upperBound {
      let (row, start) = column.quotientAndRemainder(dividingBy: last.output)
      let count = min(last.output - start, columns.upperBound - column)
      segments.append(Segment(row: row, start: start, count: count))
      column += count
    }
    return segments
  }

  /// Returns for each segment what the first tap along each outer axis reads.
  private func origins(of segments: [Segment]) -> [Int] {
    var origins: [Int] = []
    for segment in segments {
      var stride = columns / last.output
      var rest = segment.row
      for axis in outer {
        stride /= axis.output
        origins.append(axis.position(of: 0, at: rest / stride))
        rest %= stride
      }
    }
    return origins
  }

  /// Finds what a combination of taps along the outer axes reads.
  private func setSources(
    of segments: UnsafeMutableBufferPointer<Segment>, _ outerTap: Int, _ origins: [Int]
  ) {
    for index in segments.indices { segments[index].source = 0 }
    var rest = outerTap
    for axis in outer.indices.reversed() {
      let window = outer[axis]
      let shift = rest % window.kernel &* window.dilation
      rest /= window.kernel
      for index in segments.indices {
        let position = origins[index &* outer.count &+ axis] &+ shift
        guard let source = segments[index].source, position >= 0, position < window.input else {
          segments[index].source = nil
          continue
        }
        segments[index].source = source &+ position &* inputStrides[axis]
      }
    }
  }

  /// Writes the columns of one row one after the other.
  private func fill(
    _ line: UnsafeMutablePointer<Scalar>, from plane: UnsafePointer<Scalar>, _ tap: Int,
    _ segments: UnsafeMutableBufferPointer<Segment>
  ) {
    let inside = last.outputs(of: tap)
    let shift = last.position(of: tap, at: 0)
    var target = line
    for segment in segments {
      let (start, count) = (segment.start, segment.count)
      let lower = max(inside.lowerBound, start)
      let upper = min(inside.upperBound, start &+ count)
      if lower < upper, let source = segment.source {
        target.update(repeating: 0, count: lower &- start)
        copy(
          upper &- lower, from: plane + (source &+ shift &+ lower &* last.stride),
          step: last.stride, to: target + (lower &- start))
        (target + (upper &- start)).update(repeating: 0, count: start &+ count &- upper)
      } else {
        target.update(repeating: 0, count: count)
      }
      target += count
    }
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

import CKernels
import Threads

/// The product of matrices of floating-point numbers, with the memory that it works in.
///
/// Each element of the result is summed in runs of 64 products, from first to last and without
/// fused operations, and the sums of the runs are added in order. Short runs keep the error of long
/// sums small; they are all that the bits depend on: not the processor, whose widest vectors are
/// used, nor the number of threads. The right matrix is copied block by block (see
/// ``BlockSource``), the left one is read where it lies.
struct MatrixProduct<Scalar: RealScalar>: ~Copyable {
  private let block: UnsafeMutablePointer<Scalar>
  /// The extent of a block of the right matrix; each thread has room for one.
  private let blockRows: Int
  private let blockColumns: Int
  /// The distance of rows of a block: no power of two, so that the cache holds a strip.
  private let blockStride: Int
  private let threadCount = Parallelism.threadCount

  /// So few columns would leave most of a strip empty.
  private static var fewColumns: Int { Scalar.stripWidth / 4 }

  /// The number of multiplications that are worth another thread.
  private static var smallestShare: Double { 0x1p19 }

  /// Allocates memory for products with right matrices up to the given extents.
  init(rows: Int, columns: Int) {
    let width = columns > Self.fewColumns ? min(columns, 512) : 512
    blockRows = min(max(rows, 1), 4 * FERRY_RUN_LENGTH)
    blockColumns = (width + Scalar.stripWidth - 1) / Scalar.stripWidth * Scalar.stripWidth
    blockStride = blockColumns + Scalar.stripWidth / 2
    let count = threadCount * blockRows * blockStride
    block = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: count)
  }

  deinit { block.deallocate() }

  /// Writes `left * right` to `result`, whose rows are `stride` numbers apart.
  func multiply<Right: BlockSource>(
    _ left: MatrixView<Scalar>, _ right: Right,
    into result: UnsafeMutablePointer<Scalar>, stride: Int
  ) where Right.Scalar == Scalar {
    guard left.columns > 0 else {
      for row in 0..<left.rows {
        (result + row * stride).update(repeating: 0, count: right.columns)
      }
      return
    }
    if right.columns <= Self.fewColumns, left.rows > Self.fewColumns, let view = right.view {
      multiplyTransposed(left, view, into: result, stride: stride)
    } else {
      share(left, right, into: result, stride: stride)
    }
  }

  /// Multiplies with few columns: the rows of the left matrix take the place of columns.
  private func multiplyTransposed(
    _ left: MatrixView<Scalar>, _ right: MatrixView<Scalar>,
    into result: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    let (rows, columns) = (left.rows, right.columns)
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: rows * columns) { transposed in
      guard let source = transposed.baseAddress else { return }
      share(right.transposed, left.transposed, into: source, stride: rows)
      for row in 0..<rows {
        for column in 0..<columns {
          result[row * stride + column] = source[column * rows + row]
        }
      }
    }
  }

  /// Shares the columns of the result among threads, or its rows if there are few columns.
  private func share<Right: BlockSource>(
    _ left: MatrixView<Scalar>, _ right: Right,
    into result: UnsafeMutablePointer<Scalar>, stride: Int
  ) where Right.Scalar == Scalar {
    let work = Double(left.rows) * Double(left.columns) * Double(right.columns)
    let useful = Int(min(work / Self.smallestShare, Double(4 * threadCount)))
    let strips = (right.columns + Scalar.stripWidth - 1) / Scalar.stripWidth
    if strips >= min(useful, threadCount) {
      let shares = max(1, min(useful, strips))
      WorkerPool.shared.run(shares, threads: threadCount) { share, worker in
        let first = strips * share / shares * Scalar.stripWidth
        let end = min(strips * (share + 1) / shares * Scalar.stripWidth, right.columns)
        multiply(left, right, columns: first..<end, into: result, stride: stride, worker)
      }
    } else {
      let shares = min(useful, threadCount, left.rows)
      WorkerPool.shared.run(shares, threads: threadCount) { share, worker in
        let rows = (left.rows * share / shares)..<(left.rows * (share + 1) / shares)
        multiply(
          left[rows: rows, columns: 0..<left.columns], right, columns: 0..<right.columns,
          into: result + rows.lowerBound * stride, stride: stride, worker)
      }
    }
  }

  /// Writes some columns of the product, block by block of the right matrix.
  private func multiply<Right: BlockSource>(
    _ left: MatrixView<Scalar>, _ right: Right, columns: Range<Int>,
    into result: UnsafeMutablePointer<Scalar>, stride: Int, _ worker: Int
  ) where Right.Scalar == Scalar {
    let block = block + worker * blockRows * blockStride
    for columns in blocks(of: blockColumns, in: columns) {
      fillStrip(of: block, from: columns.count)
      for depth in blocks(of: blockRows, in: 0..<left.columns) {
        right.copy(rows: depth, columns: columns, to: block, stride: blockStride)
        let product = ferry_product(
          rows: left.rows, columns: columns.count, depth: depth.count, row_stride: left.rowStride,
          depth_stride: left.columnStride, right_stride: blockStride, result_stride: stride,
          adds: depth.lowerBound > 0 ? 1 : 0)
        Scalar.multiply(
          product, left.base + depth.lowerBound * left.columnStride, block,
          into: result + columns.lowerBound)
      }
    }
  }

  /// Sets what the last strip has too many to zero: arbitrary numbers could be slow ones.
  private func fillStrip(of block: UnsafeMutablePointer<Scalar>, from column: Int) {
    let count = (Scalar.stripWidth - column % Scalar.stripWidth) % Scalar.stripWidth
    guard count > 0 else { return }
    for row in 0..<blockRows {
      (block + row * blockStride + column).update(repeating: 0, count: count)
    }
  }
}

/// Returns consecutive ranges of at most `size` that cover `range`.
func blocks(of size: Int, in range: Range<Int>) -> some Sequence<Range<Int>> {
  stride(from: range.lowerBound, to: range.upperBound, by: size).lazy.map {
    $0..<min($0 + size, range.upperBound)
  }
}

/// Returns consecutive ranges of at most `size` that cover `0..<count`.
func blocks(of size: Int, in count: Int) -> some Sequence<Range<Int>> {
  blocks(of: size, in: 0..<count)
}

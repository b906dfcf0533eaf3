/// The product of matrices of floating-point numbers, with the memory that it works in.
///
/// Each element of the result is summed in runs of 64 products, from first to last and without
/// fused operations, and the sums of the runs are added in order. Short runs keep the error of long
/// sums small; they are all that the bits depend on. The right matrix is copied
/// block by block (see ``PanelSource``), the left one is read where it lies.
struct MatrixProduct<Scalar: RealScalar>: ~Copyable {
  private let panels: UnsafeMutablePointer<Scalar>
  private let tile: UnsafeMutablePointer<Scalar>

  /// The extent of a block of the right matrix: 512 KiB of numbers of 32 bits.
  private static var blockRows: Int { 64 }
  private static var blockColumns: Int { 2048 }

  private static var tileRows: Int { 4 }
  private static var width: Int { Scalar.Lanes.scalarCount }

  /// Allocates memory for products with right matrices up to the given extents.
  init(rows: Int, columns: Int) {
    let depth = min(max(rows, 1), Self.blockRows)
    let width = min(max(columns, 1), Self.blockColumns)
    let count = depth * ((width + Self.width - 1) / Self.width) * Self.width
    panels = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: count)
    tile = .allocate(capacity: Self.tileRows * Self.width)
  }

  deinit {
    panels.deallocate()
    tile.deallocate()
  }

  /// Writes `left * right` to `result`, whose rows are `stride` numbers apart.
  func multiply<Right: PanelSource>(
    _ left: MatrixView<Scalar>, _ right: borrowing Right,
    into result: UnsafeMutablePointer<Scalar>, stride: Int
  ) where Right.Scalar == Scalar {
    guard left.columns > 0 else {
      for row in 0..<left.rows {
        (result + row * stride).update(repeating: 0, count: right.columns)
      }
      return
    }
    for columns in blocks(of: Self.blockColumns, in: right.columns) {
      for rows in blocks(of: Self.blockRows, in: left.columns) {
        right.pack(rows: rows, columns: columns, into: panels)
        addBlock(left, rows, width: columns.count, to: result + columns.lowerBound, stride)
      }
    }
  }

  /// Adds the product of some columns of `left` and the block in `panels`.
  private func addBlock(
    _ left: MatrixView<Scalar>, _ depth: Range<Int>, width: Int,
    to result: UnsafeMutablePointer<Scalar>, _ stride: Int
  ) {
    let start = left.base + depth.lowerBound * left.columnStride
    let isFirst = depth.lowerBound == 0
    var row = 0
    while row < left.rows {
      let count = left.rows - row >= Self.tileRows ? Self.tileRows : 1
      let rows = start + row * left.rowStride
      var panel = UnsafePointer(panels)
      for column in Swift.stride(from: 0, to: width, by: Self.width) {
        let target = result + row * stride + column
        let part = TilePart(
          rows: rows, rowStride: left.rowStride, columnStride: left.columnStride,
          panel: panel, depth: depth.count, isFirst: isFirst)
        if width - column >= Self.width {
          add(part, rows: count, to: target, stride)
        } else {
          addNarrow(part, rows: count, columns: width - column, to: target, stride)
        }
        panel += depth.count * Self.width
      }
      row += count
    }
  }

  /// Adds to a tile that has fewer columns than there are lanes.
  private func addNarrow(
    _ part: TilePart<Scalar>, rows: Int, columns: Int,
    to result: UnsafeMutablePointer<Scalar>, _ stride: Int
  ) {
    for row in 0..<rows {
      for column in 0..<Self.width {
        let isInside = column < columns && !part.isFirst
        tile[row * Self.width + column] = isInside ? result[row * stride + column] : 0
      }
    }
    add(part, rows: rows, to: tile, Self.width)
    for row in 0..<rows {
      for column in 0..<columns {
        result[row * stride + column] = tile[row * Self.width + column]
      }
    }
  }

  @inline(__always)
  private func add(
    _ part: TilePart<Scalar>, rows: Int, to result: UnsafeMutablePointer<Scalar>, _ stride: Int
  ) {
    if rows == Self.tileRows {
      part.addFourRows(to: result, stride)
    } else {
      part.addRow(to: result)
    }
  }
}

/// What is added to one tile of a result: some rows of the left matrix times one panel.
private struct TilePart<Scalar: RealScalar> {
  let rows: UnsafePointer<Scalar>
  let rowStride: Int
  let columnStride: Int
  let panel: UnsafePointer<Scalar>
  let depth: Int
  /// Whether the tile holds nothing yet.
  let isFirst: Bool

  @inline(__always)
  func addFourRows(to result: UnsafeMutablePointer<Scalar>, _ stride: Int) {
    var sum0 = Scalar.Lanes()
    var sum1 = Scalar.Lanes()
    var sum2 = Scalar.Lanes()
    var sum3 = Scalar.Lanes()
    let (row0, row1) = (rows, rows + rowStride)
    let (row2, row3) = (rows + 2 * rowStride, rows + 3 * rowStride)
    var right = panel
    var offset = 0
    for _ in 0..<depth {
      let lanes = loadLanes(right)
      sum0 += row0[offset] * lanes
      sum1 += row1[offset] * lanes
      sum2 += row2[offset] * lanes
      sum3 += row3[offset] * lanes
      right += Scalar.Lanes.scalarCount
      offset &+= columnStride
    }
    add(sum0, to: result)
    add(sum1, to: result + stride)
    add(sum2, to: result + 2 * stride)
    add(sum3, to: result + 3 * stride)
  }

  @inline(__always)
  func addRow(to result: UnsafeMutablePointer<Scalar>) {
    var sum = Scalar.Lanes()
    var right = panel
    var offset = 0
    for _ in 0..<depth {
      sum += rows[offset] * loadLanes(right)
      right += Scalar.Lanes.scalarCount
      offset &+= columnStride
    }
    add(sum, to: result)
  }

  @inline(__always)
  private func add(_ sum: Scalar.Lanes, to result: UnsafeMutablePointer<Scalar>) {
    storeLanes(isFirst ? sum : loadLanes(UnsafePointer(result)) + sum, to: result)
  }
}

/// Returns consecutive ranges of at most `size` that cover `0..<count`.
func blocks(of size: Int, in count: Int) -> some Sequence<Range<Int>> {
  stride(from: 0, to: count, by: size).lazy.map { $0..<min($0 + size, count) }
}

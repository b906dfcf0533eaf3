/// A matrix in memory whose rows, and whose columns, lie at equal distances.
struct MatrixView<Scalar: RealScalar> {
  let base: UnsafePointer<Scalar>
  let rows: Int
  let columns: Int
  let rowStride: Int
  let columnStride: Int

  /// Creates a view on a row-major matrix.
  init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int) {
    self.init(base, rows: rows, columns: columns, rowStride: columns, columnStride: 1)
  }

  init(
    _ base: UnsafePointer<Scalar>, rows: Int, columns: Int, rowStride: Int, columnStride: Int
  ) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// The same numbers with rows and columns exchanged.
  var transposed: MatrixView {
    MatrixView(
      base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }
}

/// A matrix that a product copies, block by block, to where it reads it.
///
/// The block lies in panels of as many columns as ``RealScalar/Lanes`` has numbers; within a panel
/// row follows row.
protocol PanelSource<Scalar> {
  associatedtype Scalar: RealScalar

  var rows: Int { get }
  var columns: Int { get }

  /// Copies a block into `panels`; columns that the last panel has too many become zero.
  func pack(
    rows: Range<Int>, columns: Range<Int>, into panels: UnsafeMutablePointer<Scalar>)
}

extension MatrixView: PanelSource {
  func pack(
    rows: Range<Int>, columns: Range<Int>, into panels: UnsafeMutablePointer<Scalar>
  ) {
    let width = Scalar.Lanes.scalarCount
    var panel = panels
    for first in stride(from: columns.lowerBound, to: columns.upperBound, by: width) {
      let count = min(width, columns.upperBound - first)
      let source = base + rows.lowerBound * rowStride + first * columnStride
      if count == width && columnStride == 1 {
        packRows(from: source, count: rows.count, into: panel)
      } else {
        packElements(from: source, rows: rows.count, columns: count, into: panel)
      }
      panel += rows.count * width
    }
  }

  private func packRows(
    from source: UnsafePointer<Scalar>, count: Int, into panel: UnsafeMutablePointer<Scalar>
  ) {
    let width = Scalar.Lanes.scalarCount
    for row in 0..<count {
      storeLanes(loadLanes(source + row * rowStride), to: panel + row * width)
    }
  }

  private func packElements(
    from source: UnsafePointer<Scalar>, rows: Int, columns: Int,
    into panel: UnsafeMutablePointer<Scalar>
  ) {
    let width = Scalar.Lanes.scalarCount
    for row in 0..<rows {
      let target = panel + row * width
      for column in 0..<columns {
        target[column] = source[row * rowStride + column * columnStride]
      }
      for column in columns..<width { target[column] = 0 }
    }
  }
}

/// Returns the lanes that start at `address`.
@inline(__always)
func loadLanes<Scalar: RealScalar>(_ address: UnsafePointer<Scalar>) -> Scalar.Lanes {
  UnsafeRawPointer(address).loadUnaligned(as: Scalar.Lanes.self)
}

/// Writes lanes to memory from `address` on.
@inline(__always)
func storeLanes<Scalar: RealScalar>(
  _ lanes: Scalar.Lanes, to address: UnsafeMutablePointer<Scalar>
) {
  UnsafeMutableRawPointer(address).storeBytes(of: lanes, as: Scalar.Lanes.self)
}

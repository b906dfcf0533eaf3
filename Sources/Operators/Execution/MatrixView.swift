/// A matrix in memory whose rows, and whose columns, lie at equal distances.
///
/// It may lie on any boundary; see ``Tensors/Tensor/withUnalignedScalars(of:_:)``.
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

  /// The numbers of some rows and columns.
  subscript(rows rows: Range<Int>, columns columns: Range<Int>) -> MatrixView {
    MatrixView(
      base + rows.lowerBound * rowStride + columns.lowerBound * columnStride, rows: rows.count,
      columns: columns.count, rowStride: rowStride, columnStride: columnStride)
  }
}

/// A matrix that a product copies, block by block, to where it reads it.
protocol BlockSource<Scalar> {
  associatedtype Scalar: RealScalar

  var columns: Int { get }

  /// The matrix, where it lies in memory as it is.
  var view: MatrixView<Scalar>? { get }

  /// Copies some rows and columns to a matrix whose rows lie `stride` apart.
  func copy(
    rows: Range<Int>, columns: Range<Int>, to block: UnsafeMutablePointer<Scalar>, stride: Int)
}

extension MatrixView: BlockSource {
  var view: MatrixView? { self }

  func copy(
    rows: Range<Int>, columns: Range<Int>, to block: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    Scalar.copy(self[rows: rows, columns: columns], to: block, stride: stride)
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

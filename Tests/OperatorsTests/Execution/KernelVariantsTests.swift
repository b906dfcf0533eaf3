import CKernels
import Testing

/// Every instruction set must compute the bits of a plain loop.
@Suite struct KernelVariantsTests {
  private static let variants = (0..<8).compactMap { index -> Variant? in
    ferry_kernels_at(index).map { Variant(kernels: $0.pointee) }
  }

  struct Variant: CustomTestStringConvertible, @unchecked Sendable {
    let kernels: ferry_kernels

    var testDescription: String { String(cString: kernels.name) }
  }

  /// Numbers of very different sizes: their sums depend on the order.
  private struct Numbers {
    private var generator = Generator()

    mutating func next<Scalar: BinaryFloatingPoint>(_ count: Int, as type: Scalar.Type) -> [Scalar]
    where Scalar.RawSignificand: FixedWidthInteger {
      (0..<count).map { _ in
        Scalar.random(in: -1...1, using: &generator)
          * (Int.random(in: 0..<8, using: &generator) == 0 ? 1e4 : 1)
      }
    }
  }

  private struct Generator: RandomNumberGenerator {
    private var state: UInt64 = 42

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  // MARK: - Products

  private static let shapes = [
    [1, 1, 1], [1, 33, 64], [3, 5, 65], [4, 32, 7], [8, 32, 64], [9, 31, 128], [12, 64, 130],
    [17, 100, 200], [23, 70, 3],
  ]

  @Test(arguments: variants, shapes)
  func multipliesFloats(variant: Variant, shape: [Int]) {
    checkProduct(shape, of: Float.self, stripWidth: 32) {
      variant.kernels.multiply_float($0, $1, $2, $3)
    }
  }

  @Test(arguments: variants, shapes)
  func multipliesDoubles(variant: Variant, shape: [Int]) {
    checkProduct(shape, of: Double.self, stripWidth: 16) {
      variant.kernels.multiply_double($0, $1, $2, $3)
    }
  }

  private func checkProduct<Scalar: BinaryFloatingPoint>(
    _ shape: [Int], of type: Scalar.Type, stripWidth: Int,
    _ multiply: (
      UnsafePointer<ferry_product>, UnsafePointer<Scalar>, UnsafePointer<Scalar>,
      UnsafeMutablePointer<Scalar>
    ) -> Void
  ) where Scalar.RawSignificand: FixedWidthInteger {
    let (rows, columns, depth) = (shape[0], shape[1], shape[2])
    let rightStride = (columns / stripWidth + 1) * stripWidth
    var numbers = Numbers()
    let left = numbers.next(rows * depth, as: Scalar.self)
    let right = numbers.next(depth * rightStride, as: Scalar.self)
    let start = numbers.next(rows * (columns + 3), as: Scalar.self)
    for (adds, isTransposed) in [(0, false), (1, false), (1, true)] {
      var product = ferry_product(
        rows: rows, columns: columns, depth: depth, row_stride: isTransposed ? 1 : depth,
        depth_stride: isTransposed ? rows : 1, right_stride: rightStride,
        result_stride: columns + 3, adds: Int32(adds))
      var result = start
      multiply(&product, left, right, &result)
      #expect(result == expected(product, left, right, start))
    }
  }

  private func expected<Scalar: BinaryFloatingPoint>(
    _ product: ferry_product, _ left: [Scalar], _ right: [Scalar], _ start: [Scalar]
  ) -> [Scalar] {
    var result = start
    for row in 0..<product.rows {
      for column in 0..<product.columns {
        let place = row * product.result_stride + column
        if product.adds == 0 { result[place] = 0 }
        for first in stride(from: 0, to: product.depth, by: 64) {
          var sum: Scalar = 0
          for k in first..<min(first + 64, product.depth) {
            sum +=
              left[row * product.row_stride + k * product.depth_stride]
              * right[k * product.right_stride + column]
          }
          result[place] += sum
        }
      }
    }
    return result
  }

  // MARK: - Windows

  /// Rows of outputs with 3 taps each, of which the outer ones lie outside at both ends.
  private static let rows = [1, 2, 5, 7, 16, 18, 33, 70].flatMap { columns in
    [1, 2, 3].map { step in [columns, step] }
  }

  @Test(arguments: variants, rows)
  func weighsAndComparesWindows(variant: Variant, row: [Int]) {
    let kernels = variant.kernels
    checkWindows(row, of: Float.self, kernels.weigh_float, kernels.maximize_float)
    checkWindows(row, of: Double.self, kernels.weigh_double, kernels.maximize_double)
  }

  private func checkWindows<Scalar: BinaryFloatingPoint>(
    _ row: [Int], of type: Scalar.Type,
    _ weigh: (
      UnsafePointer<ferry_window_row>, UnsafePointer<Scalar>, UnsafePointer<Scalar>,
      UnsafeMutablePointer<Scalar>
    ) -> Void,
    _ maximize: (
      UnsafePointer<ferry_window_row>, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>
    ) -> Void
  ) where Scalar.RawSignificand: FixedWidthInteger {
    let (columns, step) = (row[0], row[1])
    var numbers = Numbers()
    var source = numbers.next((columns - 1) * step + 1, as: Scalar.self)
    if columns > 20 { source[20 * step] = .nan }
    let weights = numbers.next(3, as: Scalar.self)
    let start = numbers.next(columns, as: Scalar.self)
    let taps = [
      ferry_tap(index: 2, offset: -step, first: 1, end: columns),
      ferry_tap(index: 0, offset: 0, first: 0, end: columns),
      ferry_tap(index: 1, offset: step, first: 0, end: columns - 1),
    ]
    for adds in [0, 1] as [Int32] {
      var (sums, maxima) = (start, start)
      taps.withUnsafeBufferPointer { taps in
        var row = ferry_window_row(
          taps: taps.baseAddress, tap_count: 3, step: step, columns: columns, first: 1,
          end: columns - 1, adds: adds)
        weigh(&row, source, weights, &sums)
        maximize(&row, source, &maxima)
      }
      for column in 0..<columns {
        var sum: Scalar = adds == 0 ? 0 : start[column]
        var maximum: Scalar = adds == 0 ? -.infinity : start[column]
        for tap in taps where column >= tap.first && column < tap.end {
          let number = source[tap.offset + column * step]
          sum += weights[tap.index] * number
          maximum = number > maximum || number.isNaN ? number : maximum
        }
        #expect(sums[column] == sum || (sum.isNaN && sums[column].isNaN))
        #expect(maxima[column] == maximum || (maximum.isNaN && maxima[column].isNaN))
      }
    }
  }

  // MARK: - Copies

  @Test(arguments: [[1, 1], [4, 4], [5, 7], [9, 4], [3, 30]])
  func copiesMatricesOfAnyStrides(shape: [Int]) {
    let (rows, columns) = (shape[0], shape[1])
    for (rowStride, columnStride) in [(columns + 1, 1), (1, rows + 2), (2, 2 * rows)] {
      let source = (0..<((rows + 2) * (2 * columns + 2))).map(Float.init)
      var target = [Float](repeating: -1, count: rows * (columns + 1))
      ferry_copy_float(source, rows, columns, rowStride, columnStride, &target, columns + 1)
      for row in 0..<rows {
        let expected = (0..<columns).map { source[row * rowStride + $0 * columnStride] }
        #expect(Array(target[(row * (columns + 1))...].prefix(columns)) == expected)
        #expect(target[row * (columns + 1) + columns] == -1)
      }
    }
  }
}

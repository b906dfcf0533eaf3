import CKernels
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A type that kernels compute with: 32 or 64 bits of floating point.
///
/// Elementary functions of 32 bits are computed in 64 bits and rounded once: the result does not
/// depend on which variant of the C library's function a CPU gets.
protocol RealScalar: TensorScalar, BinaryFloatingPoint, SIMDScalar, Codable {
  /// As many numbers as kernels compute at once.
  associatedtype Lanes: SIMD & BitwiseCopyable where Lanes.Scalar == Self

  init(_ value: Double)
  var double: Double { get }

  /// Multiplies two matrices whose extents and strides `product` holds.
  static func multiply(
    _ product: ferry_product, _ left: UnsafePointer<Self>, _ right: UnsafePointer<Self>,
    into result: UnsafeMutablePointer<Self>)

  /// Copies a matrix to one whose rows lie `stride` apart.
  static func copy(
    _ matrix: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int)

  /// Sums for each window of a row what its taps read, each multiplied by its weight.
  static func weigh(
    _ row: UnsafePointer<ferry_window_row>, _ source: UnsafePointer<Self>,
    _ weights: UnsafePointer<Self>, into result: UnsafeMutablePointer<Self>)

  /// Finds for each window of a row the greatest number that its taps read.
  static func maximize(
    _ row: UnsafePointer<ferry_window_row>, _ source: UnsafePointer<Self>,
    into result: UnsafeMutablePointer<Self>)
}

extension RealScalar {
  /// The number of columns of a product that are computed at once.
  static var stripWidth: Int { FERRY_STRIP_BYTES / MemoryLayout<Self>.stride }
}

/// The loops for the instruction set of this processor.
nonisolated(unsafe) private let kernels = ferry_best_kernels().pointee

extension Float: RealScalar {
  typealias Lanes = SIMD8<Float>

  var double: Double { Double(self) }

  static func multiply(
    _ product: ferry_product, _ left: UnsafePointer<Self>, _ right: UnsafePointer<Self>,
    into result: UnsafeMutablePointer<Self>
  ) {
    withUnsafePointer(to: product) { kernels.multiply_float($0, left, right, result) }
  }

  static func copy(
    _ matrix: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int
  ) {
    ferry_copy_float(
      matrix.base, matrix.rows, matrix.columns, matrix.rowStride, matrix.columnStride, target,
      stride)
  }

  static func weigh(
    _ row: UnsafePointer<ferry_window_row>, _ source: UnsafePointer<Self>,
    _ weights: UnsafePointer<Self>, into result: UnsafeMutablePointer<Self>
  ) {
    kernels.weigh_float(row, source, weights, result)
  }

  static func maximize(
    _ row: UnsafePointer<ferry_window_row>, _ source: UnsafePointer<Self>,
    into result: UnsafeMutablePointer<Self>
  ) {
    kernels.maximize_float(row, source, result)
  }
}

extension Double: RealScalar {
  typealias Lanes = SIMD4<Double>

  var double: Double { self }

  static func multiply(
    _ product: ferry_product, _ left: UnsafePointer<Self>, _ right: UnsafePointer<Self>,
    into result: UnsafeMutablePointer<Self>
  ) {
    withUnsafePointer(to: product) { kernels.multiply_double($0, left, right, result) }
  }

  static func copy(
    _ matrix: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int
  ) {
    ferry_copy_double(
      matrix.base, matrix.rows, matrix.columns, matrix.rowStride, matrix.columnStride, target,
      stride)
  }

  static func weigh(
    _ row: UnsafePointer<ferry_window_row>, _ source: UnsafePointer<Self>,
    _ weights: UnsafePointer<Self>, into result: UnsafeMutablePointer<Self>
  ) {
    kernels.weigh_double(row, source, weights, result)
  }

  static func maximize(
    _ row: UnsafePointer<ferry_window_row>, _ source: UnsafePointer<Self>,
    into result: UnsafeMutablePointer<Self>
  ) {
    kernels.maximize_double(row, source, result)
  }
}

// MARK: - Elementary functions

extension RealScalar {
  @inline(__always) static func exp(_ x: Self) -> Self { Self(Glibc.exp(x.double)) }
  @inline(__always) static func log(_ x: Self) -> Self { Self(Glibc.log(x.double)) }
  @inline(__always) static func tanh(_ x: Self) -> Self { Self(Glibc.tanh(x.double)) }
  @inline(__always) static func erf(_ x: Self) -> Self { Self(Glibc.erf(x.double)) }
  @inline(__always) static func pow(_ x: Self, _ y: Self) -> Self {
    Self(Glibc.pow(x.double, y.double))
  }

  /// The logistic function, without overflow for large negative arguments.
  @inline(__always) static func sigmoid(_ x: Self) -> Self {
    let value = x.double
    if value >= 0 { return Self(1 / (1 + Glibc.exp(-value))) }
    let power = Glibc.exp(value)
    return Self(power / (1 + power))
  }
}

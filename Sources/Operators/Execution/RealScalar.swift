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

  /// Copies rows that lie `stride` apart to columns of a matrix whose rows lie `targetStride` apart.
  static func transpose(
    _ source: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int,
    to target: UnsafeMutablePointer<Self>, targetStride: Int)
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

  static func transpose(
    _ source: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int,
    to target: UnsafeMutablePointer<Self>, targetStride: Int
  ) {
    ferry_transpose_float(source, rows, columns, stride, target, targetStride)
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

  static func transpose(
    _ source: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int,
    to target: UnsafeMutablePointer<Self>, targetStride: Int
  ) {
    ferry_transpose_double(source, rows, columns, stride, target, targetStride)
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

import Tensors
import Glibc

/// A type that kernels compute with: 32 or 64 bits of floating point.
///
/// Elementary functions of 32 bits are computed in 64 bits and rounded once: the result does not
/// depend on which variant of the C library's function a CPU gets.
protocol RealScalar: TensorScalar, BinaryFloatingPoint, SIMDScalar, Codable {
  /// As many numbers as kernels compute at once.
  associatedtype Lanes: SIMD & BitwiseCopyable where Lanes.Scalar == Self

  init(_ value: Double)
  var double: Double { get }
}

extension Float: RealScalar {
  typealias Lanes = SIMD8<Float>

  var double: Double { Double(self) }
}

extension Double: RealScalar {
  typealias Lanes = SIMD4<Double>

  var double: Double { self }
}

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

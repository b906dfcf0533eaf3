import Tensors

// Products of quantized tensors are those of 64-bit floats that hold their elements less the zero
// points. Such products of 8-bit numbers, and sums of up to 2^37 of them, are exact there.

extension Tensor {
  /// Returns the elements less their zero points, which broadcast, in 64 bits of floating point.
  func centered(
    on zeroPoint: Tensor?, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let wide = converted(to: .float64)
    guard let zeroPoint else { return wide }
    let zeros = zeroPoint.converted(to: .float64)
    return try combined(wide, zeros, as: Double.self, into: Double.self, in: context) { $0 - $1 }
  }

  /// Returns exact sums as 32-bit integers, which wrap around.
  ///
  /// - Precondition: the tensor is one of float64 that holds integers.
  var wrappedToInt32: Tensor {
    mapped(self, from: Double.self, to: Int32.self) { Int32(truncatingIfNeeded: Int64($0)) }
  }

  /// Returns zero points or scales in a shape that broadcasts to a tensor's: one number for all, or
  /// a number for each place of `axis` that may differ along the axes in `outer`.
  func quantizationParameter(
    _ name: String, of shape: [Int], axis: Int?, outer: Range<Int> = 0..<0
  ) throws(OperatorError) -> Tensor {
    if count == 1, rank <= max(1, shape.count), let scalar = reshaped(to: []) { return scalar }
    if let axis, rank == 1, count == shape[axis] {
      let ones = [Int](repeating: 1, count: shape.count - axis - 1)
      if let aligned = reshaped(to: [count] + ones) { return aligned }
    }
    let fits =
      rank == shape.count
      && zip(self.shape, shape).enumerated().allSatisfy { index, extents in
        extents.0 == 1 || (extents.0 == extents.1 && (index == axis || outer.contains(index)))
      }
    guard fits else {
      throw OperatorError(
        .incompatibleShapes,
        "\(name) of shape \(self.shape) does not suit a tensor of shape \(shape)",
        remedy: axis.map { "use one number, or one for each place of axis \($0)" }
          ?? "use one number")
    }
    return self
  }
}

/// The scale and the zero point of a quantized result.
struct ResultQuantization {
  private let scale: Tensor
  private let zeroPoint: Tensor

  /// Creates the quantization from the tensors that hold it, which must have one element.
  init(scale: Tensor, zeroPoint: Tensor) throws(OperatorError) {
    self.scale = try scale.quantizationParameter("y_scale", of: [], axis: nil)
    self.zeroPoint = try zeroPoint.quantizationParameter("y_zero_point", of: [], axis: nil)
  }

  /// Quantizes sums of products: of integers in 32 bits, of floats in 64.
  ///
  /// `scales` holds what one unit of each sum stands for; it broadcasts to the sums. The quotient by
  /// the scale is rounded, halves to even, before the zero point is added.
  func quantize<Scalar: RealScalar>(
    _ sums: Tensor, _ scales: [Tensor], in scalar: Scalar.Type, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let type = Scalar.elementType
    var factors = try combined(
      scales[0].converted(to: type), scales[1].converted(to: type), as: Scalar.self,
      into: Scalar.self, in: context
    ) { $0 * $1 }
    factors = try combined(
      factors, scale.converted(to: type), as: Scalar.self, into: Scalar.self, in: context
    ) { $0 / $1 }
    let quotients = try combined(
      sums.converted(to: type), factors, as: Scalar.self, into: Scalar.self, in: context
    ) { $0 * $1 }
    switch zeroPoint.elementType {
    case .int8: return integers(quotients, of: scalar, as: Int8.self)
    case .uint8: return integers(quotients, of: scalar, as: UInt8.self)
    case let small:
      let zeros = zeroPoint.converted(to: type)
      return try combined(
        quotients, zeros, as: Scalar.self, into: Scalar.self, in: context
      ) { $0 + $1 }.converted(to: small)
    }
  }

  private func integers<Scalar: RealScalar, Output: NumericScalar & FixedWidthInteger>(
    _ quotients: Tensor, of scalar: Scalar.Type, as output: Output.Type
  ) -> Tensor {
    let zero = zeroPoint.converted(to: .float64).scalars(of: Double.self)[0]
    return mapped(quotients, from: Scalar.self, to: Output.self) { quotient in
      Output(truncating: quotient.double.rounded(.toNearestOrEven) + zero)
    }
  }
}

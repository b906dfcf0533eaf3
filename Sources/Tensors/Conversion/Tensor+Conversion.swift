extension Tensor {
  /// Returns a dense tensor of the same shape whose elements are converted as ONNX's `Cast` does.
  ///
  /// Floats round once, to the nearest, ties to even; numbers too large for a float become infinite
  /// or, in the 8-bit formats, what `saturating` says (see ``SmallFloat``). Towards integers the
  /// fraction is dropped. Integers too large lose their high bits. Towards bool everything but zero
  /// is true. Of a complex number towards a real one the real part remains.
  ///
  /// What ONNX leaves open is as on x86: NaN, infinities and numbers outside the range become the
  /// least int32 or int64; integers below 32 bits take the low bits of that int32; uint32 and uint64
  /// take negative numbers modulo their size, numbers too large as 0 and NaN as the highest bit.
  /// float8e8m0 rounds up.
  ///
  /// - Precondition: the tensor is dense; neither type is `string`.
  public func converted(to type: ElementType, saturating: Bool = true) -> Tensor {
    precondition(
      elementType != .string && type != .string && encoding == .dense,
      "a tensor of \(elementType) is not converted to \(type)")
    if type == elementType { return self }
    if elementType.kind == .complex || type.kind == .complex {
      return convertedWithComplex(to: type, saturating: saturating)
    }
    return convertedDirectly(to: type) ?? convertedInChunks(to: type, saturating: saturating)
  }

  private func convertedInChunks(to type: ElementType, saturating: Bool) -> Tensor {
    switch type {
    case .float64: filled(with: Double.self, saturating)
    case .float32: filled(with: Float.self, saturating)
    case .float16: filled(with: Float16.self, saturating)
    case .bfloat16: filled(with: BFloat16.self, saturating)
    case .float8E4M3FN: filled(with: Float8E4M3FN.self, saturating)
    case .float8E4M3FNUZ: filled(with: Float8E4M3FNUZ.self, saturating)
    case .float8E5M2: filled(with: Float8E5M2.self, saturating)
    case .float8E5M2FNUZ: filled(with: Float8E5M2FNUZ.self, saturating)
    case .float8E8M0: filled(with: Float8E8M0.self, saturating)
    case .int64: filled(with: Int64.self, saturating)
    case .uint64: filled(with: UInt64.self, saturating)
    case .int32: filled(with: Int32.self, saturating)
    case .uint32: filled(with: UInt32.self, saturating)
    case .int16: filled(with: Int16.self, saturating)
    case .uint16: filled(with: UInt16.self, saturating)
    case .int8: filled(with: Int8.self, saturating)
    case .uint8: filled(with: UInt8.self, saturating)
    case .bool: filled(with: Bool.self, saturating)
    case .int4, .int2: filled(with: Int8.self, saturating).packed(as: type)
    case .uint4, .uint2: filled(with: UInt8.self, saturating).packed(as: type)
    case .float4E2M1: packed(with: Float4E2M1.self, as: type)
    case .float6E2M3: packed(with: Float6E2M3.self, as: type)
    case .float6E3M2: packed(with: Float6E3M2.self, as: type)
    case .string, .complex64, .complex128: preconditionFailure("handled by the caller")
    }
  }

  private func filled<Target: ConvertibleScalar & TensorScalar>(
    with type: Target.Type, _ saturating: Bool
  ) -> Tensor {
    Tensor(of: Target.self, shape: shape) { fill($0, saturating) }
  }

  private func packed<Target: ConvertibleScalar & FormattedFloat>(
    with _: Target.Type, as type: ElementType
  ) -> Tensor {
    Tensor(.uint8, shape: shape) { fill($0.bindMemory(to: Target.self), true) }.packed(as: type)
  }

  /// Sets `target` to the converted elements by way of doubles or 64-bit integers.
  private func fill<Target: ConvertibleScalar>(
    _ target: UnsafeMutableBufferPointer<Target>, _ saturating: Bool
  ) {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: Tensor.chunkCount) { scratch in
      for start in stride(from: 0, to: target.count, by: Tensor.chunkCount) {
        let end = min(start + Tensor.chunkCount, target.count)
        let wide = UnsafeMutableBufferPointer(rebasing: scratch[..<(end - start)])
        let part = UnsafeMutableBufferPointer(rebasing: target[start..<end])
        if elementType.isFloatingPoint {
          wide.withMemoryRebound(to: Double.self) { doubles in
            readDoubles(from: start, into: doubles)
            for index in part.indices {
              part[index] = Target(converting: doubles[index], saturating: saturating)
            }
          }
        } else {
          readIntegers(from: start, into: wide)
          convert(wide, to: part, saturating)
        }
      }
    }
  }

  private func convert<Target: ConvertibleScalar>(
    _ wide: UnsafeMutableBufferPointer<Int64>, to part: UnsafeMutableBufferPointer<Target>,
    _ saturating: Bool
  ) {
    if elementType == .uint64 {
      for index in part.indices {
        let value = UInt64(bitPattern: wide[index])
        part[index] = Target(converting: value, saturating: saturating)
      }
    } else {
      for index in part.indices {
        part[index] = Target(converting: wide[index], saturating: saturating)
      }
    }
  }
}

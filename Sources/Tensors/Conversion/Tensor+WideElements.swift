extension Tensor {
  /// How many elements the loops over wide elements handle at a time: they stay in the first cache.
  static let chunkCount = 1024

  /// The numbers that the tensor's bytes hold: two of each complex element.
  var componentCount: Int { elementType.kind == .complex ? count * 2 : count }

  /// Sets `target` to consecutive numbers of a dense tensor, exactly but for large 64-bit integers.
  ///
  /// - Precondition: the tensor holds numbers or booleans; complex ones count as two numbers.
  func readDoubles(from start: Int, into target: UnsafeMutableBufferPointer<Double>) {
    switch elementType {
    case .float64, .complex128: read(Double.self, start, target) { $0 }
    case .float32, .complex64: read(Float.self, start, target) { Double($0) }
    case .float16: read(Float16.self, start, target) { Double(Float(widening: $0)) }
    case .bfloat16: read(BFloat16.self, start, target) { Double($0) }
    case .float8E4M3FN: read(Float8E4M3FN.self, start, target) { Double($0) }
    case .float8E4M3FNUZ: read(Float8E4M3FNUZ.self, start, target) { Double($0) }
    case .float8E5M2: read(Float8E5M2.self, start, target) { Double($0) }
    case .float8E5M2FNUZ: read(Float8E5M2FNUZ.self, start, target) { Double($0) }
    case .float8E8M0: read(Float8E8M0.self, start, target) { Double($0) }
    case .uint64: read(UInt64.self, start, target) { Double($0) }
    case .float4E2M1: readPacked(Float4E2M1.self, start, target)
    case .float6E2M3: readPacked(Float6E2M3.self, start, target)
    case .float6E3M2: readPacked(Float6E3M2.self, start, target)
    default:
      target.withMemoryRebound(to: Int64.self) { readIntegers(from: start, into: $0) }
      for index in target.indices {
        target[index] = Double(Int64(bitPattern: target[index].bitPattern))
      }
    }
  }

  /// Sets `target` to consecutive elements of a dense tensor; of uint64 to the same bits.
  ///
  /// - Precondition: the tensor holds integers or booleans.
  func readIntegers(from start: Int, into target: UnsafeMutableBufferPointer<Int64>) {
    switch elementType {
    case .int64: read(Int64.self, start, target) { $0 }
    case .uint64: read(UInt64.self, start, target) { Int64(bitPattern: $0) }
    case .int32: read(Int32.self, start, target) { Int64($0) }
    case .uint32: read(UInt32.self, start, target) { Int64($0) }
    case .int16: read(Int16.self, start, target) { Int64($0) }
    case .uint16: read(UInt16.self, start, target) { Int64($0) }
    case .int8: read(Int8.self, start, target) { Int64($0) }
    case .uint8: read(UInt8.self, start, target) { Int64($0) }
    case .bool: read(UInt8.self, start, target) { $0 == 0 ? 0 : 1 }
    case .int4, .int2, .uint4, .uint2: readPacked(start, target)
    default: preconditionFailure("a tensor of \(elementType) holds no integers")
    }
  }

  private func readPacked<Source: FormattedFloat>(
    _ type: Source.Type, _ start: Int, _ target: UnsafeMutableBufferPointer<Double>
  ) {
    let (source, width) = (bytes, elementType.bitWidth)
    for index in target.indices {
      let pattern = packedElement(start + index, of: source, width: width, isSigned: false)
      target[index] = Double(Source(bitPattern: pattern))
    }
  }

  private func readPacked(_ start: Int, _ target: UnsafeMutableBufferPointer<Int64>) {
    let (source, width) = (bytes, elementType.bitWidth)
    let isSigned = elementType.kind == .signedInteger
    for index in target.indices {
      let element = packedElement(start + index, of: source, width: width, isSigned: isSigned)
      target[index] = isSigned ? Int64(Int8(bitPattern: element)) : Int64(element)
    }
  }

  @inline(__always)
  private func read<Source: BitwiseCopyable, Wide>(
    _ type: Source.Type, _ start: Int, _ target: UnsafeMutableBufferPointer<Wide>,
    _ widen: (Source) -> Wide
  ) {
    let source = bytes
    let size = MemoryLayout<Source>.size
    precondition(start >= 0 && (start + target.count) * size <= source.count)
    guard let first = source.baseAddress.map({ $0 + start * size }) else { return }
    for index in target.indices {
      target[index] = widen(first.loadUnaligned(fromByteOffset: index &* size, as: Source.self))
    }
  }
}

extension Tensor {
  /// Returns the converted tensor for the pairs of types that models use most, else nil.
  ///
  /// Each pair has a loop of its own; the results are those of the general way.
  func convertedDirectly(to type: ElementType) -> Tensor? {
    switch (elementType, type) {
    case (.float32, .float64): mapped(from: Float.self) { Double($0) }
    case (.float64, .float32): mapped(from: Double.self) { Float($0) }
    case (.float32, .float16): mapped(from: Float.self) { Float16(narrowing: $0) }
    case (.float16, .float32): mapped(from: Float16.self) { Float(widening: $0) }
    case (.float32, .bfloat16): mapped(from: Float.self) { BFloat16($0) }
    case (.bfloat16, .float32): mapped(from: BFloat16.self) { Float($0) }
    case (.int8, .float32): mapped(from: Int8.self) { Float($0) }
    case (.uint8, .float32): mapped(from: UInt8.self) { Float($0) }
    case (.bool, .float32): mapped(from: UInt8.self) { $0 == 0 ? 0 : 1 as Float }
    case (.int32, .float32): mapped(from: Int32.self) { Float($0) }
    case (.int64, .float32): mapped(from: Int64.self) { Float($0) }
    case (.int64, .int32): mapped(from: Int64.self) { Int32(truncatingIfNeeded: $0) }
    case (.int32, .int64): mapped(from: Int32.self) { Int64($0) }
    default: nil
    }
  }

  @inline(__always)
  private func mapped<Source: BitwiseCopyable, Target: TensorScalar>(
    from type: Source.Type, _ convert: (Source) -> Target
  ) -> Tensor {
    let source = bytes
    let size = MemoryLayout<Source>.size
    return Tensor(of: Target.self, shape: shape) { target in
      guard let first = source.baseAddress else { return }
      for index in target.indices {
        target[index] = convert(first.loadUnaligned(fromByteOffset: index &* size, as: type))
      }
    }
  }
}

/// The type of one element of a tensor.
///
/// The raw values are those of ONNX's `TensorProto.DataType`; `.edge` files use the same numbers.
public enum ElementType: UInt8, Hashable, Sendable, CaseIterable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case string = 8
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case complex64 = 14
  case complex128 = 15
  case bfloat16 = 16
  case float8E4M3FN = 17
  case float8E4M3FNUZ = 18
  case float8E5M2 = 19
  case float8E5M2FNUZ = 20
  case uint4 = 21
  case int4 = 22
  case float4E2M1 = 23
  case float8E8M0 = 24
  case uint2 = 25
  case int2 = 26
  case float6E2M3 = 27
  case float6E3M2 = 28
}

extension ElementType {
  /// What the bits of an element stand for.
  public enum Kind: Hashable, Sendable {
    case floatingPoint, signedInteger, unsignedInteger, boolean, complex, string
  }

  /// What the bits of an element stand for.
  public var kind: Kind { properties.kind }

  /// The name in the text form and in messages, such as `float32`.
  public var name: String { properties.name }

  /// The bits of one element; elements below 8 bits are packed without gaps, lowest bits first.
  ///
  /// Zero for strings, whose elements have no common size.
  public var bitWidth: Int { properties.bitWidth }

  /// Whether elements share bytes.
  public var isPacked: Bool { (1..<8).contains(bitWidth) }

  /// Whether the type is one of the real floating-point formats.
  public var isFloatingPoint: Bool { kind == .floatingPoint }

  /// Whether the type is a signed or unsigned integer.
  public var isInteger: Bool { kind == .signedInteger || kind == .unsignedInteger }

  /// Creates the type with a name of the text form, such as `float32`.
  public init?(name: some StringProtocol) {
    guard let type = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = type
  }

  /// Returns the bytes that `count` dense elements take, or nil when the number overflows.
  ///
  /// A string tensor takes what its contents need, so the answer for strings is nil too.
  public func byteCount(forElements count: Int) -> Int? {
    guard count >= 0, self != .string else { return nil }
    if isPacked {
      return count / 8 * bitWidth + (count % 8 * bitWidth + 7) / 8
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: bitWidth / 8)
    return overflow ? nil : bytes
  }

  private var properties: (name: String, kind: Kind, bitWidth: Int) {
    switch self {
    case .float32: ("float32", .floatingPoint, 32)
    case .uint8: ("uint8", .unsignedInteger, 8)
    case .int8: ("int8", .signedInteger, 8)
    case .uint16: ("uint16", .unsignedInteger, 16)
    case .int16: ("int16", .signedInteger, 16)
    case .int32: ("int32", .signedInteger, 32)
    case .int64: ("int64", .signedInteger, 64)
    case .string: ("string", .string, 0)
    case .bool: ("bool", .boolean, 8)
    case .float16: ("float16", .floatingPoint, 16)
    case .float64: ("float64", .floatingPoint, 64)
    case .uint32: ("uint32", .unsignedInteger, 32)
    case .uint64: ("uint64", .unsignedInteger, 64)
    case .complex64: ("complex64", .complex, 64)
    case .complex128: ("complex128", .complex, 128)
    case .bfloat16: ("bfloat16", .floatingPoint, 16)
    case .float8E4M3FN: ("float8e4m3fn", .floatingPoint, 8)
    case .float8E4M3FNUZ: ("float8e4m3fnuz", .floatingPoint, 8)
    case .float8E5M2: ("float8e5m2", .floatingPoint, 8)
    case .float8E5M2FNUZ: ("float8e5m2fnuz", .floatingPoint, 8)
    case .uint4: ("uint4", .unsignedInteger, 4)
    case .int4: ("int4", .signedInteger, 4)
    case .float4E2M1: ("float4e2m1", .floatingPoint, 4)
    case .float8E8M0: ("float8e8m0", .floatingPoint, 8)
    case .uint2: ("uint2", .unsignedInteger, 2)
    case .int2: ("int2", .signedInteger, 2)
    case .float6E2M3: ("float6e2m3", .floatingPoint, 6)
    case .float6E3M2: ("float6e3m2", .floatingPoint, 6)
    }
  }
}

extension ElementType: CustomStringConvertible {
  public var description: String { name }
}

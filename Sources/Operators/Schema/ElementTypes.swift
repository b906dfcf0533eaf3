public import Tensors

/// A set of element types.
public struct ElementTypes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Creates the set of one type.
  public init(_ type: ElementType) { rawValue = 1 << UInt32(type.rawValue) }

  /// Creates the set of some types.
  public init(_ types: [ElementType]) {
    rawValue = types.reduce(0) { $0 | ElementTypes($1).rawValue }
  }

  /// Whether the set has a type.
  public func contains(_ type: ElementType) -> Bool { contains(ElementTypes(type)) }

  /// The types, in the order of their numbers.
  public var elements: [ElementType] { ElementType.allCases.filter(contains) }
}

extension ElementTypes {
  public static let float32 = ElementTypes(.float32)
  public static let float64 = ElementTypes(.float64)
  public static let int32 = ElementTypes(.int32)
  public static let int64 = ElementTypes(.int64)
  public static let uint8 = ElementTypes(.uint8)
  public static let int8 = ElementTypes(.int8)
  public static let bool = ElementTypes(.bool)
  public static let string = ElementTypes(.string)
  public static let bfloat16 = ElementTypes(.bfloat16)
  public static let indices: ElementTypes = [.int32, .int64]

  /// The floating-point types of IEEE 754.
  public static let ieeeFloats = ElementTypes([.float16, .float32, .float64])
  /// The floating-point types with at least 16 bits.
  public static let floats: ElementTypes = [.ieeeFloats, .bfloat16]
  /// The floating-point types that ONNX Runtime has most kernels for.
  public static let singleOrHalf = ElementTypes([.float16, .float32])
  public static let signedIntegers = ElementTypes([.int8, .int16, .int32, .int64])
  public static let unsignedIntegers = ElementTypes([.uint8, .uint16, .uint32, .uint64])
  public static let integers: ElementTypes = [.signedIntegers, .unsignedIntegers]
  public static let numeric: ElementTypes = [.floats, .integers]
  public static let complex = ElementTypes([.complex64, .complex128])
  public static let float8 = ElementTypes([
    .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ,
  ])
  public static let fourBits = ElementTypes([.uint4, .int4, .float4E2M1])
  public static let sixBits = ElementTypes([.float6E2M3, .float6E3M2])
  public static let twoBits = ElementTypes([.uint2, .int2])
  /// The types of the first operator sets: no bfloat16 and nothing below 8 bits.
  public static let classic: ElementTypes = [
    .ieeeFloats, .integers, .complex, .bool, .string,
  ]
  /// Every type but the floats of 6 bits, which few operators take.
  public static let common = all.subtracting(.sixBits)
  /// Every type there is.
  public static let all = ElementTypes(ElementType.allCases)
}

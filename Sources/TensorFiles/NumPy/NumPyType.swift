import FormatSupport
import Tensors

/// The type of an array's elements, as NumPy describes it.
enum NumPyType: Hashable {
  case number(ElementType, isBigEndian: Bool)
  /// Strings of bytes, filled up with zeros to a width.
  case bytes(width: Int)
  /// Strings of 32-bit code points, filled up with zeros to a width.
  case text(width: Int, isBigEndian: Bool)

  /// The bytes of one element.
  var size: Int {
    switch self {
    case .number(let type, _): type.bitWidth / 8
    case .bytes(let width): width
    case .text(let width, _): width * 4
    }
  }
}

extension NumPyType {
  /// Reads a description such as `<f4`.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` and a remedy for what tensors cannot hold.
  init(_ descriptor: String) throws(FormatError) {
    if let type = Self.named[descriptor] {
      self = .number(type, isBigEndian: false)
      return
    }
    let hasOrder = descriptor.first.map { "<>|=".contains($0) } ?? false
    let isBigEndian = descriptor.first == ">"
    let code = String(hasOrder ? descriptor.dropFirst() : descriptor[...])
    if let type = Self.elementTypes[code] {
      self = .number(type, isBigEndian: isBigEndian)
      return
    }
    // The width is bounded so that its products with an extent of a file are checked as integers.
    let width = Int(code.dropFirst()).flatMap { (0..<1 << 28).contains($0) ? $0 : nil }
    switch (code.first, width) {
    case ("S", let width?), ("a", let width?): self = .bytes(width: width)
    case ("U", let width?): self = .text(width: width, isBigEndian: isBigEndian)
    default: throw Self.refusal(of: descriptor, code)
    }
  }

  private static func refusal(of descriptor: String, _ code: String) -> FormatError {
    let (reason, remedy) =
      switch code.first {
      case "O":
        (
          "Python objects, which only Python can load",
          "save an array of numbers or of fixed-width strings"
        )
      case "V":
        (
          "raw bytes: NumPy writes bfloat16, float8 and other types of ml_dtypes so, without saying"
            + " which", "save the array as float32"
        )
      case "M", "m": ("dates or durations", "save them as int64")
      default: ("no type of tensors", "save the array as float32 or as integers")
      }
    return FormatError(
      .unsupported, "the array is of type \(descriptor): \(reason)", remedy: remedy)
  }

  private static let elementTypes: [String: ElementType] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
    "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
    "c8": .complex64, "c16": .complex128,
  ]

  /// Types of ml_dtypes that have a byte or more per element, under their own names.
  private static let named: [String: ElementType] = [
    "bfloat16": .bfloat16, "float8_e4m3fn": .float8E4M3FN, "float8_e4m3fnuz": .float8E4M3FNUZ,
    "float8_e5m2": .float8E5M2, "float8_e5m2fnuz": .float8E5M2FNUZ, "float8_e8m0fnu": .float8E8M0,
  ]

  /// Returns how NumPy describes little-endian elements of a type, or nil when it has none.
  static func descriptor(of type: ElementType) -> String? {
    guard let code = elementTypes.first(where: { $0.value == type })?.key else { return nil }
    return (type.bitWidth == 8 ? "|" : "<") + code
  }
}

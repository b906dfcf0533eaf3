import FormatSupport
import Tensors

/// What stands before the elements in a `.npy` file (NumPy enhancement proposal 1).
struct NumPyHeader: Hashable {
  var type: NumPyType
  var isFortranOrdered: Bool
  var shape: [Int]

  /// The bytes of the header: where the elements start.
  var byteCount: Int

  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  private static let largestSize = 1 << 20

  /// Reads the header of an array whose bytes start at `origin` of the file, for errors.
  init(of bytes: UnsafeRawBufferPointer, at origin: Int) throws(FormatError) {
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(Self.magic) else {
      throw FormatError(.malformed, "no NumPy array starts here", at: origin)
    }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw FormatError(
        .unsupported, "version \(version).\(bytes[7]) of the .npy format is not known",
        at: origin + 6, remedy: "save the array with numpy.save")
    }
    let start = version == 1 ? 10 : 12
    guard bytes.count >= start else {
      throw FormatError(.truncated, "the header is cut off", at: origin + bytes.count)
    }
    let file = LittleEndianBytes(bytes: bytes)
    let length =
      version == 1
      ? Int(try file.load(UInt16.self, at: 8)) : Int(try file.load(UInt32.self, at: 8))
    guard length <= Self.largestSize, length <= bytes.count - start else {
      throw FormatError(.truncated, "a header of \(length) bytes does not fit", at: origin + 8)
    }
    byteCount = start + length
    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<byteCount])
    let literal = try PythonLiteral(parsing: text, at: origin + start)
    do {
      (type, isFortranOrdered, shape) = try Self.fields(of: literal)
    } catch {
      var error = error
      error.offset = origin + start
      throw error
    }
  }

  private static func fields(
    of literal: PythonLiteral
  ) throws(FormatError) -> (NumPyType, Bool, [Int]) {
    guard case .dictionary(let pairs) = literal, pairs.count == 3 else {
      throw FormatError(.malformed, "the header does not have its three fields")
    }
    func field(_ name: String) -> PythonLiteral? {
      pairs.first { $0.key == .string(name) }?.value
    }
    guard case .bool(let isFortranOrdered) = field("fortran_order"),
      case .sequence(let extents) = field("shape"), let descriptor = field("descr")
    else { throw FormatError(.malformed, "the header lacks descr, fortran_order or shape") }
    guard case .string(let description) = descriptor else {
      throw FormatError(
        .unsupported, "the array is of records", remedy: "save each field as an array")
    }
    return (try NumPyType(description), isFortranOrdered, try shape(extents))
  }

  private static func shape(_ extents: [PythonLiteral]) throws(FormatError) -> [Int] {
    var shape: [Int] = []
    for extent in extents {
      guard case .int(let value) = extent, value >= 0 else {
        throw FormatError(.malformed, "the shape has an extent that is no count")
      }
      shape.append(value)
    }
    guard Tensor.elementCount(of: shape) != nil else {
      throw FormatError(.invalid, "the shape \(shape) has more elements than can be counted")
    }
    return shape
  }
}

extension NumPyHeader {
  /// Returns the header of a little-endian array in row-major order; its size divides by 64.
  static func encoded(descriptor: String, shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(extents)), }"
    let isLong = text.utf8.count + 1 + 10 + 63 > Int(UInt16.max)
    let start = isLong ? 12 : 10
    let padding = 63 - (start + text.utf8.count) % 64
    let length = text.utf8.count + padding + 1
    var header = magic + [isLong ? 2 : 1, 0]
    if isLong {
      header.append(littleEndian: UInt32(length))
    } else {
      header.append(littleEndian: UInt16(length))
    }
    return header + text.utf8 + [UInt8](repeating: 0x20, count: padding) + [0x0a]
  }
}

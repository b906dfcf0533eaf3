import Tensors

/// Numbers of 2, 4 or 8 bits that lie one behind the other from the low bits of each byte up.
struct PackedNumbers {
  static let bits = AttributeKey<Int>("bits", default: 4)

  let bytes: [UInt8]
  let bits: Int

  init(_ tensor: Tensor, bits: Int) throws(OperatorError) {
    guard [2, 4, 8].contains(bits) else {
      throw OperatorError(.invalidAttribute, "bits is \(bits)", remedy: "use 2, 4 or 8")
    }
    bytes = tensor.scalars(of: UInt8.self)
    self.bits = bits
  }

  /// The zero point where none is given.
  var middle: UInt8 { 1 << UInt8(bits - 1) }

  /// Returns a number of the row that starts at a byte.
  @inline(__always)
  func number(_ index: Int, ofRowAt start: Int) -> UInt8 {
    let position = index * bits
    return (bytes[start + position / 8] >> UInt8(position % 8)) & UInt8((1 << bits) - 1)
  }
}

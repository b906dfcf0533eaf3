extension Tensor {
  /// Returns the elements of a packed type with a byte each.
  ///
  /// Signed integers become int8 and unsigned ones uint8; float4 becomes uint8 with the pattern of
  /// each ``Float4E2M1``, and so do the floats of 6 bits. Other tensors return themselves.
  ///
  /// - Precondition: the tensor is dense.
  public func unpacked() -> Tensor {
    guard elementType.isPacked else { return self }
    precondition(encoding == .dense, "a sparse tensor is unpacked after it is decoded")
    let isSigned = elementType.kind == .signedInteger
    let (source, count, width) = (bytes, self.count, elementType.bitWidth)
    return Tensor(isSigned ? .int8 : .uint8, shape: shape) { target in
      for index in 0..<count {
        target[index] = packedElement(index, of: source, width: width, isSigned: isSigned)
      }
    }
  }

  /// Returns the low bits of each byte as elements of a packed type.
  ///
  /// - Precondition: the tensor is dense and of int8 or uint8; `type` is packed.
  public func packed(as type: ElementType) -> Tensor {
    precondition(
      encoding == .dense && (elementType == .int8 || elementType == .uint8) && type.isPacked,
      "a tensor of \(elementType) is not packed as \(type)")
    let (source, count, width) = (bytes, self.count, type.bitWidth)
    let mask = UInt8(1) << UInt8(width) - 1
    return Tensor(type, shape: shape) { target in
      target.initializeMemory(as: UInt8.self, repeating: 0)
      for index in 0..<count {
        let bits = UInt16(source[index] & mask) &<< UInt16(truncatingIfNeeded: index &* width & 7)
        let position = (index &* width) &>> 3
        target[position] |= UInt8(truncatingIfNeeded: bits)
        if bits > 0xff { target[position + 1] |= UInt8(truncatingIfNeeded: bits &>> 8) }
      }
    }
  }
}

/// Returns an element of packed bytes in the low bits of a byte, its sign extended when asked.
@inline(__always)
func packedElement(
  _ index: Int, of bytes: UnsafeRawBufferPointer, width: Int, isSigned: Bool
) -> UInt8 {
  let place = index &* width & 7
  let position = (index &* width) &>> 3
  var bits = UInt16(bytes[position])
  if place &+ width > 8 { bits |= UInt16(bytes[position &+ 1]) &<< 8 }
  let unused = UInt8(truncatingIfNeeded: 8 - width)
  let raised = UInt8(truncatingIfNeeded: bits &>> UInt16(truncatingIfNeeded: place)) &<< unused
  guard isSigned else { return raised &>> unused }
  return UInt8(bitPattern: Int8(bitPattern: raised) &>> Int8(bitPattern: unused))
}

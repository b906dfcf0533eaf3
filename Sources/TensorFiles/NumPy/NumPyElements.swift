import FormatSupport
import Tensors

/// The elements of an array that is being read.
struct NumPyElements {
  var header: NumPyHeader
  var count: Int
  var storage: Storage
  /// The bytes of exactly `count` elements.
  var range: Range<Int>
  var memory: Int

  private var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: storage.bytes[range])
  }

  /// Returns the elements in row-major order: a view on the storage where that is possible.
  func tensor() throws(FormatError) -> Tensor {
    switch header.type {
    case .number(let type, let isBigEndian):
      return try numbers(type, isBigEndian: isBigEndian)
    case .bytes(let width):
      let bytes = self.bytes
      return try strings { index throws(FormatError) in
        trimmed(bytes[(index * width)..<((index + 1) * width)])
      }
    case .text(let width, let isBigEndian):
      return try strings { index throws(FormatError) in
        try text(at: index, width: width, isBigEndian: isBigEndian)
      }
    }
  }

  // MARK: - Numbers

  private func numbers(_ type: ElementType, isBigEndian: Bool) throws(FormatError) -> Tensor {
    let isTransposed = header.isFortranOrdered && header.shape.count { $0 > 1 } > 1
    let wordSize = type.kind == .complex ? type.bitWidth / 16 : type.bitWidth / 8
    let isSwapped = isBigEndian && wordSize > 1
    // Swift traps on booleans that are neither 0 nor 1.
    let isLoose = type == .bool && bytes.contains { $0 > 1 }
    if !isTransposed, !isSwapped, !isLoose {
      guard let view = Tensor(type, shape: header.shape, storage: storage, range: range) else {
        throw FormatError(.malformed, "the bytes are no \(type) array", at: range.lowerBound)
      }
      return view
    }
    try checkMemory(range.count)
    return Tensor(type, shape: header.shape) { target in
      if isTransposed {
        transpose(into: target, elementSize: type.bitWidth / 8)
      } else {
        target.copyMemory(from: bytes)
      }
      if isSwapped { swapBytes(of: target, wordSize: wordSize) }
      if isLoose {
        for index in target.indices where target[index] > 1 { target[index] = 1 }
      }
    }
  }

  private func transpose(into target: UnsafeMutableRawBufferPointer, elementSize: Int) {
    switch elementSize {
    case 1: transpose(into: target, UInt8.self)
    case 2: transpose(into: target, UInt16.self)
    case 4: transpose(into: target, UInt32.self)
    case 8: transpose(into: target, UInt64.self)
    default: transpose(into: target, SIMD2<UInt64>.self)
    }
  }

  private func transpose<Word: BitwiseCopyable>(
    into target: UnsafeMutableRawBufferPointer, _ word: Word.Type
  ) {
    let source = bytes
    let size = MemoryLayout<Word>.size
    forEachColumnMajorPosition { index, position in
      let element = source.loadUnaligned(fromByteOffset: position * size, as: Word.self)
      target.storeBytes(of: element, toByteOffset: index * size, as: Word.self)
    }
  }

  private func swapBytes(of target: UnsafeMutableRawBufferPointer, wordSize: Int) {
    for start in stride(from: 0, to: target.count, by: wordSize) {
      for byte in 0..<(wordSize / 2) {
        target.swapAt(start + byte, start + wordSize - 1 - byte)
      }
    }
  }

  /// Calls `body` with each row-major position and where column-major order has that element.
  @inline(__always)
  private func forEachColumnMajorPosition(_ body: (_ index: Int, _ position: Int) -> Void) {
    var strides: [Int] = []
    var stride = 1
    for extent in header.shape {
      strides.append(stride)
      stride *= extent
    }
    var coordinates = [Int](repeating: 0, count: header.shape.count)
    var position = 0
    for index in 0..<count {
      body(index, position)
      for axis in header.shape.indices.reversed() {
        coordinates[axis] += 1
        position += strides[axis]
        if coordinates[axis] < header.shape[axis] { break }
        position -= strides[axis] * header.shape[axis]
        coordinates[axis] = 0
      }
    }
  }

  // MARK: - Strings

  private func strings(
    _ element: (Int) throws(FormatError) -> ByteString
  ) throws(FormatError) -> Tensor {
    // What an array of byte strings takes beside their bytes: even empty ones cost memory.
    let overhead = 64
    let (fixed, overflow) = count.multipliedReportingOverflow(by: overhead)
    try checkMemory(overflow ? .max : fixed)
    try checkMemory(range.count)
    var strings: [ByteString] = []
    strings.reserveCapacity(count)
    for index in 0..<count { strings.append(try element(index)) }
    guard header.isFortranOrdered else { return Tensor(shape: header.shape, strings: strings) }
    var ordered: [ByteString] = []
    ordered.reserveCapacity(count)
    forEachColumnMajorPosition { _, position in ordered.append(strings[position]) }
    return Tensor(shape: header.shape, strings: ordered)
  }

  private func text(
    at index: Int, width: Int, isBigEndian: Bool
  ) throws(FormatError) -> ByteString {
    var encoded: [UInt8] = []
    var zeros = 0
    for offset in stride(from: index * width * 4, to: (index + 1) * width * 4, by: 4) {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      let code = isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
      guard code != 0 else {
        zeros += 1
        continue
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw FormatError(
          .malformed, "\(code) is no Unicode character", at: range.lowerBound + offset)
      }
      // Only zeros at the end fill up; those inside are characters.
      encoded.append(contentsOf: repeatElement(0, count: zeros))
      zeros = 0
      encoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    return ByteString(bytes: encoded)
  }

  private func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> ByteString {
    let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? bytes.startIndex
    return ByteString(bytes: bytes[..<end])
  }

  private func checkMemory(_ needed: Int) throws(FormatError) {
    guard needed <= memory else {
      throw FormatError(
        .limitExceeded, "an array needs more than the allowed \(memory) bytes",
        at: range.lowerBound)
    }
  }
}

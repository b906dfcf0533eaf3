/// The sparse form of a dense tensor, of which any part can be made without the rest.
public struct SparseEncoder: Sendable {
  /// The dense tensor.
  public let tensor: Tensor

  /// Per chunk the elements with a bit set before it, and at the end all of them.
  private let ranks: [Int]

  /// Elements of a chunk: whole bytes of the mask.
  private static let chunkSize = 1 << 16
  /// Elements and runs of them that are looked at before all are.
  private static let (sampledRuns, runLength) = (64, 64)

  /// Smaller masks are not worth it.
  private static let smallestMask = 65

  /// Encodes a tensor, or returns nil when that is not worthwhile.
  ///
  /// Reads all elements only where a sample of them has half of the zeros that it takes.
  public init?(_ tensor: Tensor) {
    guard Self.canEncode(tensor),
      Self.sampledRuns * Self.runLength > tensor.count || Self.sampleHasZeros(tensor)
    else { return nil }
    var ranks = [0]
    ranks.reserveCapacity(tensor.count / Self.chunkSize + 2)
    for start in stride(from: 0, to: tensor.count, by: Self.chunkSize) {
      let end = min(start + Self.chunkSize, tensor.count)
      ranks.append((ranks.last ?? 0) + tensor.countNonzeros(in: start..<end))
    }
    self.tensor = tensor
    self.ranks = ranks
    guard Self.isWorthwhile(tensor, storing: valueCount) else { return nil }
  }

  /// Whether a tensor that is not small takes 7/8 of its bytes at most when `valueCount` elements
  /// are stored.
  public static func isWorthwhile(_ tensor: Tensor, storing valueCount: Int) -> Bool {
    canEncode(tensor) && sparseSize(of: tensor, storing: valueCount) <= tensor.range.count / 8 * 7
  }

  /// Returns the bytes that a tensor takes when `valueCount` elements are not zero: sparse where
  /// that is worthwhile, otherwise dense.
  public static func storedSize(of tensor: Tensor, storing valueCount: Int) -> Int {
    isWorthwhile(tensor, storing: valueCount)
      ? sparseSize(of: tensor, storing: valueCount) : tensor.range.count
  }

  /// Returns the bytes that a tensor takes.
  public static func storedSize(of tensor: Tensor) -> Int {
    let count = tensor.sparseElements?.values.count ?? SparseEncoder(tensor)?.valueCount
    return count.map { storedSize(of: tensor, storing: $0) } ?? tensor.range.count
  }

  private static func canEncode(_ tensor: Tensor) -> Bool {
    tensor.encoding == .dense && tensor.elementType.hasSparseForm
      && SparseElements.maskSize(of: tensor.count) >= smallestMask
  }

  private static func sparseSize(of tensor: Tensor, storing valueCount: Int) -> Int {
    SparseElements.maskSize(of: tensor.count) + valueCount * tensor.elementType.bitWidth / 8
  }

  /// The number of elements that are stored.
  public var valueCount: Int { ranks.last ?? 0 }

  /// The bytes of the mask.
  public var maskSize: Int { SparseElements.maskSize(of: tensor.count) }

  /// The bytes of the elements that are stored.
  public var valuesSize: Int { valueCount * tensor.elementType.bitWidth / 8 }

  /// Fills a buffer with the bytes of the mask from `first` on.
  public func copyMask(from first: Int, into target: UnsafeMutableRawBufferPointer) {
    let source = tensor.bytes
    switch tensor.elementType.bitWidth {
    case 8: source.copyMask(of: UInt8.self, from: first, into: target)
    case 16: source.copyMask(of: UInt16.self, from: first, into: target)
    case 32: source.copyMask(of: UInt32.self, from: first, into: target)
    default: source.copyMask(of: UInt64.self, from: first, into: target)
    }
  }

  /// Fills a buffer with the bytes of the stored elements from `first` on.
  ///
  /// - Precondition: `first` and the buffer's size are multiples of an element's size.
  public func copyValues(from first: Int, into target: UnsafeMutableRawBufferPointer) {
    let rank = first / (tensor.elementType.bitWidth / 8)
    var (low, high) = (0, ranks.count)
    while low < high {
      let middle = (low + high) / 2
      if ranks[middle] <= rank { low = middle + 1 } else { high = middle }
    }
    let chunk = max(low - 1, 0)
    let (start, skipped) = (chunk * Self.chunkSize, rank - ranks[chunk])
    let source = tensor.bytes
    switch tensor.elementType.bitWidth {
    case 8: source.copyNonzeros(of: UInt8.self, from: start, skipping: skipped, into: target)
    case 16: source.copyNonzeros(of: UInt16.self, from: start, skipping: skipped, into: target)
    case 32: source.copyNonzeros(of: UInt32.self, from: start, skipping: skipped, into: target)
    default: source.copyNonzeros(of: UInt64.self, from: start, skipping: skipped, into: target)
    }
  }

  private static func sampleHasZeros(_ tensor: Tensor) -> Bool {
    let free = tensor.count - runLength
    var zeros = sampledRuns * runLength
    for run in 0..<sampledRuns {
      let start = free / (sampledRuns - 1) * run
      zeros -= tensor.countNonzeros(in: start..<(start + runLength))
    }
    // Zeros pay for the mask, 1 bit an element, and for the eighth.
    let needed = 1 / 8 + 1 / Double(tensor.elementType.bitWidth)
    return Double(zeros) >= needed / 2 * Double(sampledRuns * runLength)
  }
}

extension Tensor {
  /// Returns how many elements of a range have a bit set.
  fileprivate func countNonzeros(in range: Range<Int>) -> Int {
    switch elementType.bitWidth {
    case 8: bytes.countNonzeros(of: UInt8.self, in: range)
    case 16: bytes.countNonzeros(of: UInt16.self, in: range)
    case 32: bytes.countNonzeros(of: UInt32.self, in: range)
    default: bytes.countNonzeros(of: UInt64.self, in: range)
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func countNonzeros<Bits: FixedWidthInteger & BitwiseCopyable>(
    of type: Bits.Type, in range: Range<Int>
  ) -> Int {
    let size = Bits.bitWidth / 8
    var count = 0
    for index in range where loadUnaligned(fromByteOffset: index * size, as: type) != 0 {
      count &+= 1
    }
    return count
  }

  fileprivate func copyMask<Bits: FixedWidthInteger & BitwiseCopyable>(
    of type: Bits.Type, from first: Int, into target: UnsafeMutableRawBufferPointer
  ) {
    let size = Bits.bitWidth / 8
    for byte in target.indices {
      let start = 8 * (first + byte)
      var bits: UInt8 = 0
      for index in start..<Swift.min(start + 8, count / size)
      where loadUnaligned(fromByteOffset: index * size, as: type) != 0 {
        bits |= 1 << UInt8(truncatingIfNeeded: index - start)
      }
      target[byte] = bits
    }
  }

  fileprivate func copyNonzeros<Bits: FixedWidthInteger & BitwiseCopyable>(
    of type: Bits.Type, from start: Int, skipping skipped: Int,
    into target: UnsafeMutableRawBufferPointer
  ) {
    let size = Bits.bitWidth / 8
    var place = -skipped * size
    for offset in stride(from: start * size, to: count, by: size) where place < target.count {
      let element = loadUnaligned(fromByteOffset: offset, as: type)
      guard element != 0 else { continue }
      if place >= 0 { target.storeBytes(of: element, toByteOffset: place, as: type) }
      place += size
    }
  }
}

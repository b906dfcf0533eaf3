import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Random numbers that depend on a key and a position only: the same bits on every run.
///
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011).
struct RandomNumbers: Sendable {
  /// The attribute of every random operator that names a sequence.
  static let seed = OptionalAttributeKey<Float>("seed")

  private let key: UInt64

  init(key: UInt64) { self.key = key }

  /// Creates the sequence of a node: that of its seed, or else one that belongs to its name.
  init(for node: Node) throws(OperatorError) {
    if let seed = try node.attributes.value(of: Self.seed) {
      self.init(key: UInt64(seed.bitPattern))
      return
    }
    // FNV-1a, whose offset is the sequence of nodes without a name; no seed has such a key.
    let hash = node.name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    self.init(key: hash | 1 << 63)
  }

  /// Returns 128 random bits.
  func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = SIMD2(
      UInt32(truncatingIfNeeded: self.key), UInt32(truncatingIfNeeded: self.key >> 32))
    for _ in 0..<10 {
      let first = 0xd251_1f53 * UInt64(counter[0])
      let second = 0xcd9e_8d57 * UInt64(counter[2])
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter[1] ^ key[0],
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter[3] ^ key[1],
        UInt32(truncatingIfNeeded: first))
      key &+= SIMD2(0x9e37_79b9, 0xbb67_ae85)
    }
    return counter
  }

  /// Returns number `index` of those evenly spread over [0, 1), a multiple of 2⁻⁵³.
  func uniform(_ index: Int) -> Double {
    let pair = uniformPair(index >> 1)
    return index & 1 == 0 ? pair.0 : pair.1
  }

  /// Returns number `index` of those normally distributed with mean 0 and variance 1.
  ///
  /// Box and Muller: A note on the generation of random normal deviates, 1958.
  func normal(_ index: Int) -> Double {
    let pair = uniformPair(index >> 1)
    // The complement is never zero, so that its logarithm is finite.
    let radius = (-2 * log(1 - pair.0)).squareRoot()
    let angle = 2 * Double.pi * pair.1
    return radius * (index & 1 == 0 ? cos(angle) : sin(angle))
  }

  private func uniformPair(_ index: Int) -> (Double, Double) {
    let counter = UInt64(bitPattern: Int64(index))
    let bits = block(
      SIMD4(
        UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), 0, 0))
    func unit(_ low: UInt32, _ high: UInt32) -> Double {
      Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53
    }
    return (unit(bits[0], bits[1]), unit(bits[2], bits[3]))
  }
}

extension Tensor {
  /// Creates a tensor of a floating-point type whose elements are computed in 64 bits by their
  /// position; types below 32 bits are rounded by way of float32.
  init(_ type: ElementType, shape: [Int], computedBy element: (Int) -> Double) {
    guard type != .float64 else {
      self.init(of: Double.self, shape: shape) { result in
        for index in result.indices { result[index] = element(index) }
      }
      return
    }
    let narrow = Tensor(of: Float.self, shape: shape) { result in
      for index in result.indices { result[index] = Float(element(index)) }
    }
    self = narrow.converted(to: type)
  }
}

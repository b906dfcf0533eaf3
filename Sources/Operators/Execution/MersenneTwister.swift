/// Random numbers of a seed, the same as NumPy's `RandomState` draws: where ONNX's own tests use
/// random numbers, they are these.
///
/// Matsumoto, Nishimura: Mersenne twister, a 623-dimensionally equidistributed uniform
/// pseudo-random number generator, 1998, with the seeding of 2002.
struct MersenneTwister {
  private static let count = 624
  private static let offset = 397

  private var state: [UInt32] = []
  private var place = MersenneTwister.count

  init(seed: UInt32) {
    state.reserveCapacity(Self.count)
    state.append(seed)
    for index in 1..<Self.count {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
  }

  /// Returns the next number evenly spread over [0, 1), a multiple of 2⁻⁵³.
  mutating func nextUnit() -> Double {
    let (high, low) = (next() >> 5, next() >> 6)
    return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
  }

  private mutating func next() -> UInt32 {
    if place == Self.count { twist() }
    var bits = state[place]
    place += 1
    bits ^= bits >> 11
    bits ^= bits << 7 & 0x9d2c_5680
    bits ^= bits << 15 & 0xefc6_0000
    return bits ^ bits >> 18
  }

  private mutating func twist() {
    for index in 0..<Self.count {
      let following = state[(index + 1) % Self.count]
      let bits = state[index] & 0x8000_0000 | following & 0x7fff_ffff
      let twisted = bits >> 1 ^ (bits & 1 == 0 ? 0 : 0x9908_b0df)
      state[index] = state[(index + Self.offset) % Self.count] ^ twisted
    }
    place = 0
  }
}

import Tensors
import Testing

/// A format with what ONNX and the paper that defines it say of its patterns.
struct SmallFloatCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var patterns: ClosedRange<UInt16>
  var signBit: UInt16
  var largestFinite: UInt16
  /// Patterns of NaN, and of zero, one and the largest numbers.
  var values: [UInt16: Double]
  /// Results without saturation: of infinity, of minus infinity, of 1e9 and of NaN.
  var unsaturated: [UInt16]
  /// Results with saturation, in the same order.
  var saturated: [UInt16]
  /// Encodes a number, saturating or not.
  var encode: @Sendable (Double, Bool) -> UInt16
  var decode: @Sendable (UInt16) -> Float

  init<Scalar: SmallFloat>(
    _ type: Scalar.Type, bits: Int, largest: UInt16, values: [UInt16: Double],
    unsaturated: [UInt16], saturated: [UInt16]
  ) {
    testDescription = "\(type)"
    patterns = 0...UInt16(truncatingIfNeeded: 1 << bits - 1)
    signBit = 1 << (bits - 1)
    largestFinite = largest
    self.values = values
    self.unsaturated = unsaturated
    self.saturated = saturated
    encode = { UInt16(Scalar($0, saturating: $1).bitPattern) }
    decode = { Scalar(bitPattern: Scalar.BitPattern($0)).float }
  }

  static let all = [
    SmallFloatCase(
      BFloat16.self, bits: 16, largest: 0x7f7f,
      values: [0x3f80: 1, 0x0001: 0x1p-133, 0x7f7f: 0x1.fep127, 0x7f80: .infinity, 0x7f81: .nan],
      unsaturated: [0x7f80, 0xff80, 0x4e6e, 0x7fc0], saturated: [0x7f80, 0xff80, 0x4e6e, 0x7fc0]),
    SmallFloatCase(
      Float8E4M3FN.self, bits: 8, largest: 0x7e,
      values: [0: 0, 0x38: 1, 0x01: 0x1p-9, 0x08: 0x1p-6, 0x7e: 448, 0x7f: .nan, 0xff: .nan],
      unsaturated: [0x7f, 0xff, 0x7f, 0x7f], saturated: [0x7e, 0xfe, 0x7e, 0x7f]),
    SmallFloatCase(
      Float8E4M3FNUZ.self, bits: 8, largest: 0x7f,
      values: [0: 0, 0x40: 1, 0x01: 0x1p-10, 0x08: 0x1p-7, 0x7f: 240, 0x80: .nan],
      unsaturated: [0x80, 0x80, 0x80, 0x80], saturated: [0x7f, 0xff, 0x7f, 0x80]),
    SmallFloatCase(
      Float8E5M2.self, bits: 8, largest: 0x7b,
      values: [0x3c: 1, 0x01: 0x1p-16, 0x7b: 57344, 0x7c: .infinity, 0xfc: -.infinity, 0x7d: .nan],
      unsaturated: [0x7c, 0xfc, 0x7c, 0x7e], saturated: [0x7b, 0xfb, 0x7b, 0x7e]),
    SmallFloatCase(
      Float8E5M2FNUZ.self, bits: 8, largest: 0x7f,
      values: [0: 0, 0x40: 1, 0x01: 0x1p-17, 0x7f: 57344, 0x80: .nan],
      unsaturated: [0x80, 0x80, 0x80, 0x80], saturated: [0x7f, 0xff, 0x7f, 0x80]),
    SmallFloatCase(
      Float4E2M1.self, bits: 4, largest: 7,
      values: [0: 0, 1: 0.5, 2: 1, 3: 1.5, 4: 2, 5: 3, 6: 4, 7: 6, 0xf: -6],
      unsaturated: [7, 0xf, 7, 8], saturated: [7, 0xf, 7, 8]),
    SmallFloatCase(
      Float6E2M3.self, bits: 6, largest: 0x1f,
      values: [0: 0, 1: 0.125, 8: 1, 0x0f: 1.875, 0x10: 2, 0x1f: 7.5, 0x3f: -7.5],
      unsaturated: [0x1f, 0x3f, 0x1f, 0x20], saturated: [0x1f, 0x3f, 0x1f, 0x20]),
    SmallFloatCase(
      Float6E3M2.self, bits: 6, largest: 0x1f,
      values: [0: 0, 1: 0.0625, 4: 0.25, 0x0c: 1, 0x1f: 28, 0x3f: -28],
      unsaturated: [0x1f, 0x3f, 0x1f, 0x20], saturated: [0x1f, 0x3f, 0x1f, 0x20]),
  ]
}

@Suite struct SmallFloatTests {
  @Test(arguments: SmallFloatCase.all)
  func decodesKnownPatterns(_ format: SmallFloatCase) {
    for (pattern, value) in format.values {
      let decoded = Double(format.decode(pattern))
      #expect(decoded == value || decoded.isNaN && value.isNaN, "pattern \(pattern)")
    }
  }

  @Test(arguments: SmallFloatCase.all)
  func keepsEveryPattern(_ format: SmallFloatCase) {
    for pattern in format.patterns {
      let value = Double(format.decode(pattern))
      guard !value.isNaN else { continue }
      #expect(format.encode(value, value.isFinite) == pattern)
    }
  }

  /// Exhaustive: what is nearest changes at the halves and nowhere else, even by one bit in 53.
  @Test(arguments: SmallFloatCase.all)
  func roundsToTheNearestOrTheEven(_ format: SmallFloatCase) {
    for pattern in 0..<format.largestFinite {
      let low = Double(format.decode(pattern))
      let half = (low + Double(format.decode(pattern + 1))) / 2
      let even = pattern % 2 == 0 ? pattern : pattern + 1
      #expect(format.encode(half, true) == even)
      #expect(format.encode(half.nextDown, true) == pattern)
      #expect(format.encode(half.nextUp, true) == pattern + 1)
      #expect(format.encode(-half.nextUp, true) == (pattern + 1) | format.signBit)
    }
  }

  @Test(arguments: SmallFloatCase.all)
  func treatsSpecialNumbersAsONNX(_ format: SmallFloatCase) {
    let numbers = [Double.infinity, -.infinity, 1e9, .nan]
    #expect(numbers.map { format.encode($0, false) } == format.unsaturated)
    #expect(numbers.map { format.encode($0, true) } == format.saturated)
    let negativeZero = format.values[format.signBit]?.isNaN == true ? 0 : format.signBit
    #expect(format.encode(-0.0, true) == negativeZero)
    #expect(format.encode(-1e-300, true) == negativeZero)
  }

  @Test func roundsFloatsToBFloat16LikeDoubles() {
    for bits in stride(from: UInt32(0), through: .max - 0x7f3b, by: 0x7f3b) {
      let value = Float(bitPattern: bits)
      #expect(BFloat16(value) == BFloat16(Double(value), saturating: true))
    }
  }

  @Test(
    arguments: [
      (1, 127, 127, 127), (1.25, 128, 127, 127), (1.5, 128, 127, 128), (0x1p-127, 0, 0, 0),
      (0x1.8p-127, 1, 0, 1), (0x1p127, 254, 254, 254), (0x1.9p127, 254, 254, 254),
      (0, 0, 0, 0), (.infinity, 254, 254, 254), (.nan, 255, 255, 255), (-1, 255, 255, 255),
    ] as [(Double, UInt8, UInt8, UInt8)])
  func roundsToPowersOfTwo(value: Double, up: UInt8, down: UInt8, nearest: UInt8) {
    let results = [Float8E8M0.Rounding.up, .down, .nearest].map {
      Float8E8M0(value, rounding: $0, saturating: true).bitPattern
    }
    #expect(results == [up, down, nearest])
  }

  @Test(arguments: [0, 0x1p-128, 0x1.9p127, .infinity, .nan])
  func hasNoPowerOfTwoOutsideTheRange(value: Double) {
    let result = Float8E8M0(value, rounding: .nearest, saturating: false)
    #expect(result.bitPattern == 255 && result.float.isNaN)
  }

  @Test func decodesPowersOfTwo() {
    for pattern in 0...254 {
      let scale = Float8E8M0(bitPattern: UInt8(pattern))
      #expect(Float8E8M0(Double(scale)) == scale)
    }
    #expect(Float(Float8E8M0(bitPattern: 0)) == 0x1p-127)
    #expect(Float(Float8E8M0(bitPattern: 127)) == 1)
  }
}

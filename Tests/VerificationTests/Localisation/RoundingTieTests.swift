import IR
import Testing
import Verification

@Suite struct RoundingTieTests {
  /// A sum that is quantized, and a bound that hides all of it.
  static func model(_ lines: String..., quantizing sum: String) throws -> Model {
    try VerifierTests.model(
      """
      graph main(%a: float32[8192], %b: float32[8192], %c: float32[8192]) -> (%y) {
        const %scale: float32[] = 0.0001
        const %zero: int16[] = 3
        const %low: float32[] = -50.0
        const %place: int64[1] = [7]
        const %update: float32[1] = [2.5]
        \(lines.joined(separator: "\n"))
        %q = QuantizeLinear(%\(sum), %scale, %zero) "quantize"
        %d = DequantizeLinear(%q, %scale, %zero) "dequantize"
        %y = Clip(%d, %low, %low) "bound"
        return %y
      }
      """)
  }

  static func reference() throws -> Model {
    try model("%ab = Add(%a, %b)", "%sum = Add(%ab, %c)", quantizing: "sum")
  }

  @Test(arguments: [0, 1, 3, 4, 5] as [UInt64])
  func explainsAStepThatASumNextToATieTakes(seed: UInt64) throws {
    // The names differ, so that the quantizer is given what the candidate sums.
    let candidate = try Self.model("%bc = Add(%b, %c)", "%abc = Add(%a, %bc)", quantizing: "abc")
    let report = try VerifierTests.report(
      Self.reference(), candidate, seeds: seed..<(seed + 1))
    #expect(report.layers.contains { $0.node == "quantize" && $0.cumulative > 0 })
    #expect(report.culprit == nil)
  }

  @Test func findsASingleNumberThatIsFurtherOff() throws {
    let candidate = try Self.model(
      "%bc = Add(%b, %c)", "%abc = Add(%a, %bc)", "%off = ScatterElements(%abc, %place, %update)",
      quantizing: "off")
    let report = try VerifierTests.report(Self.reference(), candidate)
    #expect(report.culprit?.isHidden == true)
    #expect(report.culprit?.node == "quantize")
  }
}

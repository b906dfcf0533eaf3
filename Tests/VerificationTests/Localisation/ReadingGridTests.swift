import IR
import Testing
import Verification

@Suite struct ReadingGridTests {
  /// A scale and a Transpose before a quantizer, with what may be put between the two, and a bound
  /// that may hide what comes before it.
  static func model(
    between: String = "", turning moved: String = "m", as turned: String = "a",
    quantizer: String = "%q = QuantizeLinear(%a, %s, %z)", high: String = "0.6",
    besides: String = ""
  ) throws -> Model {
    try VerifierTests.model(
      """
      graph main(%x: float32[8, 2]) -> (%y) {
        const %f: float32[] = 0.7
        const %s: float32[] = 0.125
        const %z: int8[] = 3
        const %wide: float32[] = 0.25
        const %low: float32[] = 0.0
        const %high: float32[] = \(high)
        %m = Mul(%x, %f) "scale"
        \(between)
        %\(turned) = Transpose(%\(moved)) {perm = [1, 0]} "turn"
        \(quantizer)
        %d = DequantizeLinear(%q, %s, %z) "dequantize"
        %c = Clip(%d, %low, %high) "bound"
        \(besides.isEmpty ? "%y = Identity(%c)" : besides)
        return %y
      }
      """)
  }

  static func moved(by scale: String) -> String {
    """
    %early = QuantizeLinear(%m, %\(scale), %z)
    %grid = DequantizeLinear(%early, %\(scale), %z)
    """
  }

  @Test func passesANameThatHoldsWhatItsReaderQuantizesItTo() throws {
    let candidate = try Self.model(between: Self.moved(by: "s"), turning: "grid")
    let report = try VerifierTests.report(Self.model(), candidate)
    #expect(report.verdict == .identical)
    #expect(report.culprit == nil)
    #expect(report.layers.contains { $0.node == "turn" && $0.cumulative > 0 })
  }

  @Test func findsAHiddenFaultOnAnotherGrid() throws {
    let candidate = try Self.model(between: Self.moved(by: "wide"), turning: "grid", high: "0.0")
    let report = try VerifierTests.report(Self.model(high: "0.0"), candidate)
    #expect(report.comparisons.map(\.verdict) == [.identical])
    #expect(report.culprit?.isHidden == true)
    #expect(report.culprit?.node == "turn")
  }

  @Test func findsAHiddenFaultWhereOthersReadTheValueToo() throws {
    let besides = "%t = Transpose(%a)\n %n = Clip(%t, %low, %low)\n %y = Concat(%n, %n) {axis = 0}"
    let candidate = try Self.model(
      between: Self.moved(by: "s"), turning: "grid", besides: besides)
    let report = try VerifierTests.report(Self.model(besides: besides), candidate)
    #expect(report.comparisons.map(\.verdict) == [.identical])
    #expect(report.culprit?.node == "turn")
  }

  @Test func doesNotCompareRealNumbersWithQuantizedOnesOfTheSameName() throws {
    let candidate = try Self.model(
      between: "%early = QuantizeLinear(%m, %s, %z)", turning: "early",
      quantizer: "%q = Identity(%a)")
    let report = try VerifierTests.report(Self.model(), candidate)
    #expect(report.verdict == .identical)
    #expect(!report.layers.contains { $0.node == "turn" })
  }

  @Test func takesNoHiddenFaultFromANameOfAnotherShape() throws {
    let candidate = try VerifierTests.model(
      """
      graph main(%x: float32[8, 2]) -> (%y) {
        const %f: float32[] = 1.5
        %m = Transpose(%x) {perm = [1, 0]} "turn"
        %n = Mul(%m, %f)
        %y = Transpose(%n) {perm = [1, 0]}
        return %y
      }
      """)
    let reference = try VerifierTests.model(
      """
      graph main(%x: float32[8, 2]) -> (%y) {
        const %f: float32[] = 1.5
        %m = Mul(%x, %f) "scale"
        %y = Identity(%m)
        return %y
      }
      """)
    let report = try VerifierTests.report(reference, candidate)
    #expect(report.verdict == .identical)
  }
}

import Tensors
import Testing

@Suite struct Float16LoopsTests {
  @Test func widensEveryPattern() {
    for pattern in 0...UInt16.max {
      let value = Float16(bitPattern: pattern)
      let widened = Float(widening: value)
      #expect(widened.isNaN ? value.isNaN : widened == Float(value))
      #expect(widened.sign == value.sign)
      #expect(value.isNaN || Float16(narrowing: widened).bitPattern == pattern)
    }
  }

  /// What is nearest changes at the halves, of subnormal numbers too.
  @Test func narrowsToTheNearestOrTheEven() {
    for pattern in 0..<UInt16(0x7bff) {
      let half = (Float(Float16(bitPattern: pattern)) + Float(Float16(bitPattern: pattern + 1))) / 2
      #expect(Float16(narrowing: half).bitPattern == (pattern % 2 == 0 ? pattern : pattern + 1))
      #expect(Float16(narrowing: half.nextDown).bitPattern == pattern)
      #expect(Float16(narrowing: -half.nextUp).bitPattern == (pattern + 1) | 0x8000)
    }
  }

  @Test(
    arguments: [
      (65519.996, 65504), (65520, .infinity), (1e30, .infinity), (-.infinity, -.infinity), (0, 0),
    ] as [(Float, Float16)])
  func overflowsToInfinity(value: Float, expected: Float16) {
    #expect(Float16(narrowing: value) == expected)
    #expect(Float16(narrowing: .nan).isNaN)
  }
}

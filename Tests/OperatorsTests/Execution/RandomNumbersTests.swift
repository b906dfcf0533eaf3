import IR
import Testing

@testable import Operators

@Suite struct RandomNumbersTests {
  /// The known answers that the generator's authors publish for Philox4x32-10.
  @Test(
    arguments: [
      (0, .init(repeating: 0), .init(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
      (
        .max, .init(repeating: .max),
        .init(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        0x299f_31d0_a409_3822, .init(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        .init(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ] as [(UInt64, SIMD4<UInt32>, SIMD4<UInt32>)])
  func givesTheKnownAnswers(
    _ key: UInt64, _ counter: SIMD4<UInt32>, _ expected: SIMD4<UInt32>
  ) {
    #expect(RandomNumbers(key: key).block(counter) == expected)
  }

  @Test func staysWithinTheUnitInterval() {
    let numbers = RandomNumbers(key: 1)
    let drawn = (0..<10_000).map { numbers.uniform($0) }
    #expect(drawn.allSatisfy { (0..<1).contains($0) })
    #expect(Set(drawn).count == drawn.count)
  }

  @Test func followsTheNormalDistribution() {
    let numbers = RandomNumbers(key: 1)
    let count = 100_000
    let drawn = (0..<count).map { numbers.normal($0) }
    func share(_ bound: Double) -> Double { Double(drawn.count { $0 < bound }) / Double(count) }
    // The distribution function, within five deviations of a share.
    let shares = [-2: 0.022750, -1: 0.158655, 0: 0.5, 1: 0.841345, 2: 0.977250] as [Double: Double]
    for (bound, expected) in shares {
      let deviation = (expected * (1 - expected) / Double(count)).squareRoot()
      #expect(abs(share(bound) - expected) < 5 * deviation)
    }
  }

  @Test func tellsSeedsAndNamesApart() throws {
    func first(_ name: String, _ attributes: Attributes = [:]) throws -> Double {
      let node = Node(OperatorID("RandomNormal"), attributes: attributes, name: name)
      return try RandomNumbers(for: node).uniform(0)
    }
    #expect(try first("a") == first("a"))
    #expect(try first("a") != first("b"))
    #expect(try first("") != first("a"))
    #expect(try first("a", ["seed": .float(1)]) == first("b", ["seed": .float(1)]))
    #expect(try first("a", ["seed": .float(1)]) != first("a", ["seed": .float(2)]))
    #expect(throws: OperatorError.self) { try first("a", ["seed": .int(1)]) }
  }
}

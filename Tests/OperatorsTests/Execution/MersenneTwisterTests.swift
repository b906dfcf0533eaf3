import Testing

@testable import Operators

@Suite struct MersenneTwisterTests {
  /// Against `numpy.random.RandomState(seed).uniform(size=count)[-2:]`, over several refills.
  @Test(
    arguments: [
      (0, 2, [0.5488135039273248, 0.7151893663724195]),
      (12345, 700, [0.3823958863611815, 0.010526395989324033]),
      (4_294_967_295, 3, [0.9123828453026218, 0.78903530185164]),
    ] as [(UInt32, Int, [Double])])
  func drawsTheNumbersOfNumPy(_ seed: UInt32, _ count: Int, _ expected: [Double]) {
    var numbers = MersenneTwister(seed: seed)
    let drawn = (0..<count).map { _ in numbers.nextUnit() }
    #expect(Array(drawn.suffix(2)) == expected)
  }
}

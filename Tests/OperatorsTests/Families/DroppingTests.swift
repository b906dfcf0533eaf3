import IR
import Operators
import TestSupport
import Tensors
import Testing

@Suite struct DroppingTests {
  private static let ones = Tensor(
    shape: [100, 100], scalars: [Float](repeating: 1, count: 10_000))

  private static func training(seed: Int64, ratio: Float) throws -> [Tensor] {
    try OperatorCase(
      "in training", "Dropout", ["seed": .int(seed)],
      inputs: [ones, Tensor(scalar: ratio), Tensor(scalar: true)], expected: [ones, ones]
    ).evaluate()
  }

  @Test func keepsEverythingInInference() throws {
    let example = OperatorCase(
      "in inference", "Dropout", inputs: [Self.ones, Tensor(scalar: 0.9 as Float)],
      expected: [Self.ones, Self.ones])
    let outputs = try example.evaluate()
    #expect(outputs[0] == Self.ones)
    #expect(outputs[1].scalars(of: Bool.self).allSatisfy { $0 })
  }

  @Test func dropsAShareAndScalesTheRest() throws {
    let outputs = try Self.training(seed: 7, ratio: 0.75)
    let values = outputs[0].scalars(of: Float.self)
    #expect(zip(values, outputs[1].scalars(of: Bool.self)).allSatisfy { $0 == ($1 ? 4 : 0) })
    // Five standard deviations of 10,000 draws.
    let kept = values.count { $0 != 0 }
    #expect(abs(kept - 2500) < 217)
  }

  @Test func drawsTheSameFromTheSameSeed() throws {
    #expect(try Self.training(seed: 7, ratio: 0.5) == Self.training(seed: 7, ratio: 0.5))
    #expect(try Self.training(seed: 7, ratio: 0.5) != Self.training(seed: 8, ratio: 0.5))
  }

  @Test(arguments: [-0.1, 1, .nan] as [Float])
  func refusesOtherRatios(ratio: Float) {
    let error = #expect(throws: OperatorError.self) { try Self.training(seed: 1, ratio: ratio) }
    #expect(error?.code == .invalidValue)
  }

  @Test func trainsInOldVersionsUnlessTheyTest() throws {
    let x = UpgradeCase.Input.value(.tensor(.float32, [4]))
    let training = try UpgradeCase("Dropout", version: 6, inputs: [x]).upgraded()
    #expect(training.constants(ofFirst: "Dropout")?.last == Tensor(scalar: true))
    let test = try UpgradeCase("Dropout", version: 6, ["is_test": .int(1)], inputs: [x]).upgraded()
    #expect(test.constants(ofFirst: "Dropout")?.count != 3)
  }
}

import Interpreter
import Operators
import Passes
import Tensors
import Testing

/// What can be told from the channels that are left is not lost.
@Suite struct WeightRefitTests {
  /// The second channel is twice the first plus 3, but for the damping.
  static let twins = """
    model opset 21
    graph main(%x: float32[16, 1]) -> (%y) {
      const %w: float32[1, 2] = [1.0, 2.0]
      const %b: float32[2] = [0.0, 3.0]
      const %c: float32[2] = [0.0, 1.0]
      const %v: float32[2, 2] = [1.0, 2.0, 0.5, -1.0]
      %h = Gemm(%x, %w, %b)
      %y = MatMul(%h, %v)
      %z = Add(%y, %c)
      return %z
    }
    """

  static func change(_ pass: String, _ settings: [String: OptionValue]) throws -> Double {
    let plain = try RewriteCase(twins, [])
    let all = settings.merging(["multiple": .number(1)]) { old, _ in old }
    let pass = try PassCatalog.pass(pass, pass == "prune-channels" ? all : settings)
      .calibrated(by: .sample(plain.inputs))
    let rewritten = try RewriteCase(twins, [pass])
    let expected = try #require(try Interpreter(plain.before).run(plain.inputs).first?.tensor)
    let got = try #require(try Interpreter(rewritten.after).run(plain.inputs).first?.tensor)
    #expect(rewritten.after.shape("v") != plain.before.shape("v") || pass.name == "prune-weights")
    let pairs = zip(got.scalars(of: Float.self), expected.scalars(of: Float.self))
    let error = pairs.reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = pairs.reduce(0.0) { $0 + Double($1.1 * $1.1) }
    return (error / size).squareRoot()
  }

  @Test func makesUpForAChannel() throws {
    let settings: [String: OptionValue] = ["ratio": .number(0.5)]
    #expect(try Self.change("prune-channels", settings) < 0.02)
    let mean = try Self.change(
      "prune-channels", settings.merging(["compensate": .word("mean")]) { $1 })
    let none = try Self.change(
      "prune-channels", settings.merging(["compensate": .word("none")]) { $1 })
    #expect(mean > 0.1 && none > mean)
  }

  @Test func makesUpForWeights() throws {
    let settings: [String: OptionValue] = ["scope": .word("row"), "sparsity": .number(0.5)]
    let refitted = try Self.change("prune-weights", settings)
    let mean = try Self.change(
      "prune-weights", settings.merging(["compensate": .word("mean")]) { $1 })
    #expect(refitted < 0.5 * mean)
  }
}

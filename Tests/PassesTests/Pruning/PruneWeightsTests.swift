import Operators
import Passes
import Tensors
import Testing

@Suite struct PruneWeightsTests {
  static let gemm = """
    model opset 21
    graph main(%x: float32[2, 4]) -> (%y) {
      const %w: float32[4, 2] = [1.0, -0.1, 0.2, -2.0, 0.3, 0.05, -4.0, 0.6]
      const %b: float32[2] = [1.0, 2.0]
      const %v: float32[2, 2] = [0.01, 9.0, -8.0, 7.0]
      %h = Gemm(%x, %w, %b)
      %y = MatMul(%h, %v)
      return %y
    }
    """

  static func pruned(
    _ text: String, _ settings: [String: OptionValue], layers: [LayerRule] = []
  ) throws -> RewriteCase {
    try RewriteCase(text, [try PassCatalog.pass("prune-weights", settings, layers: layers)])
  }

  @Test func comparesWeightsOfAllLayers() throws {
    let rewritten = try Self.pruned(Self.gemm, ["sparsity": .number(0.5)])
    #expect(rewritten.after.numbers("w") == [1, 0, 0, -2, 0, 0, -4, 0])
    #expect(rewritten.after.numbers("v") == [0, 9, -8, 7])
    #expect(rewritten.after.numbers("b") == [1, 2])
    #expect(rewritten.isUnchanged)
  }

  @Test func comparesWeightsOfALayer() throws {
    let rewritten = try Self.pruned(
      Self.gemm, ["sparsity": .number(0.5), "scope": .word("layer")])
    #expect(rewritten.after.numbers("w") == [1, 0, 0, -2, 0, 0, -4, 0.6])
    #expect(rewritten.after.numbers("v") == [0, 9, -8, 0])
  }

  @Test func comparesWeightsOfAnOutputChannel() throws {
    let rewritten = try Self.pruned(Self.gemm, ["sparsity": .number(0.5), "scope": .word("row")])
    #expect(rewritten.after.numbers("w") == [1, 0, 0, -2, 0, 0, -4, 0.6])
    #expect(rewritten.after.numbers("v") == [0, 9, -8, 0])
  }

  @Test func keepsTwoOfFourInputChannels() throws {
    let rewritten = try Self.pruned(Self.gemm, ["pattern": .word("2:4")])
    #expect(rewritten.after.numbers("w") == [1, 0, 0, -2, 0, 0, -4, 0.6])
    // Two input channels make no group of four.
    #expect(rewritten.after.numbers("v") == [0.01, 9, -8, 7])
  }

  @Test func removesBlocksOfOutputByInputChannels() throws {
    let rewritten = try Self.pruned(
      Self.gemm,
      ["pattern": .word("block:2x1"), "scope": .word("layer"), "sparsity": .number(0.5)])
    #expect(rewritten.after.numbers("w") == [0, 0, 0.2, -2, 0, 0, -4, 0.6])
  }

  @Test func keepsTwoOfFourChannelsAtEachKernelPosition() throws {
    let rewritten = try Self.pruned(
      """
      model opset 21
      graph main(%x: float32[1, 4, 3, 3]) -> (%y) {
        const %w: float32[1, 4, 1, 2] = [1.0, 5.0, 2.0, 6.0, 3.0, 1.0, 4.0, 2.0]
        %y = Conv(%x, %w)
        return %y
      }
      """, ["pattern": .word("2:4")])
    #expect(rewritten.after.numbers("w") == [0, 5, 0, 6, 3, 0, 4, 0])
  }

  @Test func followsRulesForLayers() throws {
    let rule = LayerRule(
      LayerSelector(operatorName: "Gemm"), PassSettings(["sparsity": .number(0.25)]))
    let rewritten = try Self.pruned(
      Self.gemm, ["sparsity": .number(0.5), "scope": .word("layer")], layers: [rule])
    #expect(rewritten.after.numbers("w") == [1, 0, 0.2, -2, 0.3, 0, -4, 0.6])
    #expect(rewritten.after.numbers("v") == [0, 9, -8, 0])
    let disabled = LayerRule(
      LayerSelector(operatorName: "MatMul"), PassSettings(["enabled": .flag(false)]))
    let other = try Self.pruned(Self.gemm, ["sparsity": .number(1)], layers: [disabled])
    #expect(other.after.numbers("w")?.allSatisfy { $0 == 0 } == true)
    #expect(other.after.numbers("v") == [0.01, 9, -8, 7])
  }

  @Test func leavesTablesOfEmbeddingsAlone() throws {
    let rewritten = try Self.pruned(
      """
      model opset 21
      graph main(%i: int64[2]) -> (%y) {
        const %w: float32[2, 2] = [1.0, 2.0, 3.0, 4.0]
        %e = Gather(%w, %i)
        %y = MatMul(%e, %w)
        return %y
      }
      """, ["sparsity": .number(1)])
    #expect(rewritten.after.numbers("w") == [1, 2, 3, 4])
  }

  @Test func prunesSharedWeightsOnce() throws {
    let rewritten = try Self.pruned(
      """
      model opset 21
      graph main(%x: float32[2, 2]) -> (%y) {
        const %w: float32[2, 2] = [1.0, 2.0, 3.0, 4.0]
        %h = MatMul(%x, %w)
        %y = MatMul(%h, %w)
        return %y
      }
      """, ["sparsity": .number(0.5)])
    #expect(rewritten.after.numbers("w") == [0, 0, 3, 4])
  }

  @Test func prunesRecurrentWeights() throws {
    let rewritten = try Self.pruned(
      """
      model opset 21
      graph main(%x: float32[3, 1, 2]) -> (%y) {
        const %w: float32[1, 3, 2] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        const %r: float32[1, 3, 1] = [1.0, 2.0, 3.0]
        const %b: float32[1, 6] = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
        %y, _ = GRU(%x, %w, %r, %b) {hidden_size = 1}
        return %y
      }
      """, ["sparsity": .number(0.5), "scope": .word("layer")])
    #expect(rewritten.after.numbers("w") == [0, 0, 0, 4, 5, 6])
    #expect(rewritten.after.numbers("r") == [0, 0, 3])
    #expect(rewritten.after.numbers("b") == [0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
  }

  @Test func addsTheMeanOfWhatIsRemovedToTheBias() throws {
    let text = """
      model opset 21
      graph main(%x: float32[2, 2]) -> (%y) {
        const %w: float32[2, 1] = [1.0, 2.0]
        const %b: float32[1] = [0.5]
        %m = MatMul(%x, %w)
        %y = Add(%m, %b)
        return %y
      }
      """
    // The second input hardly varies, so its larger weight counts less.
    let activations = ActivationSource.sample([
      "x": .tensor(Tensor(shape: [2, 2], scalars: [-3, 5, 3, 5.5] as [Float]))
    ])
    let pass = try PassCatalog.pass(
      "prune-weights", ["sparsity": .number(0.5), "compensate": .word("mean")]
    )
    .calibrated(by: activations)
    let rewritten = try RewriteCase(text, [pass])
    #expect(rewritten.after.numbers("w") == [1, 0])
    #expect(rewritten.after.numbers("b") == [0.5 + 2 * 5.25])
  }

  @Test func comparesLayersByTheirResultsToo() throws {
    let text = """
      model opset 21
      graph main(%x: float32[2, 2], %z: float32[2, 2]) -> (%a, %b) {
        const %v: float32[2, 1] = [1.0, 0.5]
        const %w: float32[2, 1] = [1.0, 0.5]
        %a = MatMul(%x, %v)
        %b = MatMul(%z, %w)
        return %a, %b
      }
      """
    // The products of the first layer cancel out, those of the second one add up.
    let activations = ActivationSource.sample([
      "x": .tensor(Tensor(shape: [2, 2], scalars: [1, -1, -1, 1] as [Float])),
      "z": .tensor(Tensor(shape: [2, 2], scalars: [1, 1, -1, -1] as [Float])),
    ])
    let pass = try PassCatalog.pass(
      "prune-weights", ["sparsity": .number(0.25), "compensate": .word("none")]
    )
    .calibrated(by: activations)
    let rewritten = try RewriteCase(text, [pass])
    #expect(rewritten.after.numbers("v") == [1, 0.5])
    #expect(rewritten.after.numbers("w") == [1, 0])
  }

  private static let large = """
    model opset 21
    graph main(%x: float32[2, 64]) -> (%y, %z) {
      \(constant("w", [64, 64]))
      \(constant("v", [64, 64]))
      %y = Gemm(%x, %w)
      %z = MatMul(%x, %v)
      return %y, %z
    }
    """

  @Test(arguments: [28_000, 20_000, 8000])
  func holdsALimitOfBytes(size: Int) throws {
    let rewritten = try Self.pruned(Self.large, ["size": .number(Double(size))])
    // Two masks, and 4 bytes for each weight that is left.
    let numbers = ["w", "v"].compactMap { rewritten.after.numbers($0) }.joined()
    let stored = 2 * 512 + 4 * numbers.count { $0 != 0 }
    #expect(stored <= size && stored > size - 100)
  }

  @Test func keepsRulesBesideALimitOfBytes() throws {
    let rule = LayerRule(
      LayerSelector(operatorName: "Gemm"), PassSettings(["sparsity": .number(0.25)]))
    let settings = ["size": OptionValue.number(20_000), "scope": .word("layer")]
    let rewritten = try Self.pruned(Self.large, settings, layers: [rule])
    #expect(rewritten.after.numbers("w")?.count { $0 != 0 } == 3072)
  }

  @Test func leavesWhatFitsInALimit() throws {
    let rewritten = try Self.pruned(Self.large, ["size": .number(40_000)])
    #expect(rewritten.after.numbers("w") == rewritten.before.numbers("w"))
  }

  @Test func refusesALimitThatCannotBeReached() {
    let error = #expect(throws: PassError.self) {
      _ = try Self.pruned(Self.large, ["size": .number(1000)])
    }
    #expect(error?.code == .unreachableBudget)
  }

  @Test func saysWhyThereIsNoLatency() {
    let error = #expect(throws: PassError.self) {
      try PassCatalog.pass("prune-weights", ["latency": .number(0.5)])
    }
    #expect(error?.message.contains("make no engine faster") == true)
  }

  @Test(arguments: [
    ["sparsity": OptionValue.number(1.5)], ["scope": .word("model")], ["pattern": .word("4:2")],
    ["size": .number(-1)], ["size": .number(1000), "pattern": .word("2:4")],
    ["budget": .number(-1)], ["share": .number(0.5)], ["sparsity": .word("half")],
  ])
  func refusesOtherSettings(_ settings: [String: OptionValue]) {
    #expect(throws: PassError.self) { try PassCatalog.pass("prune-weights", settings) }
  }

  @Test func statesItsBudget() throws {
    let pass = try PassCatalog.pass("prune-weights", ["budget": .number(0.25)])
    #expect(pass.contract == .lossy(budget: 0.25))
  }
}

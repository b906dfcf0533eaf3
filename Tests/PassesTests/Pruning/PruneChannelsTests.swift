import IR
import Interpreter
import Operators
import Passes
import Tensors
import Testing

/// Channels whose weights are zero are the first to go, and the outputs keep every bit.
@Suite struct PruneChannelsTests {
  static func pruned(
    _ body: String, ratio: Double = 0.5, _ settings: [String: OptionValue] = [:],
    layers: [LayerRule] = [], channels: String = "float32[2, 3, 4, 4]"
  ) throws -> RewriteCase {
    let all: [String: OptionValue] = [
      "ratio": .number(ratio), "multiple": .number(1), "scope": .word("layer"),
    ]
    let pass = try PassCatalog.pass(
      "prune-channels", all.merging(settings) { $1 }, layers: layers)
    return try RewriteCase(
      """
      model opset 21
      graph main(%x: \(channels)) -> (%y) {
      \(body)
        return %y
      }
      """, [pass])
  }

  @Test func followsNormalizationsActivationsAndPoolings() throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 3, 3, 3], zeroRows: [1, 2]))
      \(constant("scale", [4]))
      \(constant("shift", [4], zeroRows: [1, 2]))
      const %mean: float32[4] = [0.1, 0.0, 0.0, -0.1]
      const %variance: float32[4] = [1.0, 1.0, 1.0, 2.0]
      \(constant("v", [2, 4, 1, 1]))
      %a = Conv(%x, %w) {pads = [1, 1, 1, 1]}
      %n = BatchNormalization(%a, %scale, %shift, %mean, %variance)
      %r = Relu(%n)
      %p = MaxPool(%r) {kernel_shape = [2, 2]}
      %y = Conv(%p, %v)
      """)
    #expect(rewritten.after.shape("w") == [2, 3, 3, 3])
    #expect(rewritten.after.shape("mean") == [2])
    #expect(rewritten.after.shape("v") == [2, 2, 1, 1])
    try rewritten.expectSameBits()
  }

  @Test func followsConvolutionsByChannel() throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 3, 1, 1], zeroRows: [0, 3]))
      \(constant("d", [8, 1, 3, 3]))
      \(constant("v", [2, 8, 1, 1]))
      %a = Conv(%x, %w)
      %c = Conv(%a, %d) {group = 4}
      %y = Conv(%c, %v)
      """)
    #expect(rewritten.after.shape("w") == [2, 3, 1, 1])
    #expect(rewritten.after.shape("d") == [4, 1, 3, 3])
    #expect(rewritten.after.shape("v") == [2, 4, 1, 1])
    try rewritten.expectSameBits()
  }

  @Test func removesTheSameChannelsFromBothSidesOfASum() throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 3, 1, 1], zeroRows: [0, 3]))
      \(constant("u", [4, 4, 1, 1], zeroRows: [0, 3]))
      \(constant("v", [2, 4, 1, 1]))
      %a = Conv(%x, %w)
      %b = Conv(%a, %u)
      %s = Add(%a, %b)
      %y = Conv(%s, %v)
      """)
    #expect(rewritten.after.shape("w") == [2, 3, 1, 1])
    #expect(rewritten.after.shape("u") == [2, 2, 1, 1])
    #expect(rewritten.after.shape("v") == [2, 2, 1, 1])
    try rewritten.expectSameBits()
  }

  @Test func followsJoins() throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 3, 1, 1], zeroRows: [0, 3]))
      \(constant("u", [2, 3, 1, 1], zeroRows: [0]))
      \(constant("v", [2, 9, 1, 1]))
      %a = Conv(%x, %w)
      %b = Conv(%x, %u)
      %j = Concat(%a, %x, %b) {axis = 1}
      %y = Conv(%j, %v)
      """)
    #expect(rewritten.after.shape("w") == [2, 3, 1, 1])
    #expect(rewritten.after.shape("u") == [1, 3, 1, 1])
    #expect(rewritten.after.shape("v") == [2, 6, 1, 1])
    try rewritten.expectSameBits()
  }

  @Test(arguments: [
    "%f = Flatten(%a)",
    """
    const %shape: int64[2] = [-1, 64]
    %f = Reshape(%a, %shape)
    """,
    """
    const %shape: int64[2] = [0, -1]
    %f = Reshape(%a, %shape)
    """,
  ])
  func followsWhatIsFlattened(_ view: String) throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 3, 1, 1], zeroRows: [1, 3]))
      \(constant("v", [64, 5]))
      \(constant("b", [5]))
      %a = Conv(%x, %w)
      \(view)
      %y = Gemm(%f, %v, %b)
      """)
    #expect(rewritten.after.shape("w") == [2, 3, 1, 1])
    #expect(rewritten.after.shape("v") == [32, 5])
    try rewritten.expectSameBits()
  }

  @Test func followsMeansAndMovements() throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 3, 1, 1], zeroRows: [1, 3]))
      \(constant("v", [4, 5]))
      const %axes: int64[2] = [1, 2]
      %a = Conv(%x, %w)
      %t = Transpose(%a) {perm = [0, 2, 3, 1]}
      %m = ReduceMean(%t, %axes) {keepdims = 0}
      %y = MatMul(%m, %v)
      """)
    #expect(rewritten.after.shape("w") == [2, 3, 1, 1])
    #expect(rewritten.after.shape("v") == [2, 5])
    try rewritten.expectSameBits()
  }

  @Test func followsTransposedConvolutions() throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [3, 4, 2, 2], zeroColumns: [0, 1]))
      \(constant("v", [4, 2, 1, 1]))
      %a = ConvTranspose(%x, %w) {strides = [2, 2]}
      %y = ConvTranspose(%a, %v)
      """)
    #expect(rewritten.after.shape("w") == [3, 2, 2, 2])
    #expect(rewritten.after.shape("v") == [2, 2, 1, 1])
    try rewritten.expectSameBits()
  }

  /// Outputs keep their shapes, and so does what needs all channels.
  @Test(arguments: [
    "%y = Relu(%a)",
    "%y = Softmax(%a) {axis = 1}",
    """
    const %sizes: int64[2] = [1, 3]
    %l, %r = Split(%a, %sizes) {axis = 1}
    %y = Mul(%l, %r)
    """,
    """
    const %shape: int64[5] = [0, 2, 2, 4, 4]
    %s = Reshape(%a, %shape)
    %y = Transpose(%s) {perm = [0, 2, 1, 3, 4]}
    """,
  ])
  func leavesAloneWhatNeedsAllChannels(_ rest: String) throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 3, 1, 1], zeroRows: [1, 3]))
      %a = Conv(%x, %w)
      \(rest)
      """)
    #expect(rewritten.after.shape("w") == [4, 3, 1, 1])
    #expect(rewritten.after.graph.outputs.count == 1)
  }

  @Test(arguments: ["Conv", "ConvTranspose"])
  func leavesAloneWhatHasABiasOfUnknownExtent(_ product: String) throws {
    let rewritten = try Self.pruned(
      """
      \(constant("w", [4, 4, 1, 1], zeroRows: [1, 3]))
      \(constant("v", [4, 4, 1, 1]))
      \(constant("c", [5]))
      const %kept: bool[5] = [true, true, false, true, true]
      %b = Compress(%c, %kept) {axis = 0}
      %a = \(product)(%x, %w, %b)
      %y = Conv(%a, %v)
      """, channels: "float32[2, 4, 4, 4]")
    #expect(rewritten.after.shape("w") == [4, 4, 1, 1])
    try rewritten.expectSameBits()
  }

  static let chain = """
    \(constant("w", [8, 3, 1, 1], zeroRows: [1, 3, 4]))
    \(constant("u", [8, 8, 1, 1], zeroRows: [2, 5, 6]))
    \(constant("v", [2, 8, 1, 1]))
    %a = Conv(%x, %w)
    %b = Conv(%a, %u)
    %y = Conv(%b, %v)
    """

  @Test func leavesMultiples() throws {
    let rewritten = try Self.pruned(Self.chain, ratio: 0.6, ["multiple": .number(4)])
    #expect(rewritten.after.shape("u") == [4, 4, 1, 1])
    // Three channels are no bundle of four.
    let other = try Self.pruned(Self.chain, ratio: 0.4, ["multiple": .number(4)])
    #expect(other.after.shape("u") == [8, 8, 1, 1])
  }

  @Test func neverTakesAllChannels() throws {
    let rewritten = try Self.pruned(Self.chain, ratio: 1)
    #expect(rewritten.after.shape("w") == [1, 3, 1, 1])
    #expect(rewritten.after.shape("u") == [1, 1, 1, 1])
  }

  @Test func holdsALimitOfParameters() throws {
    // 24 + 64 + 16 of them.
    let rewritten = try Self.pruned(Self.chain, ["parameters": .number(60)])
    let count = ["w", "u", "v"].compactMap { rewritten.after.numbers($0)?.count }.reduce(0, +)
    #expect(count <= 60 && count > 40)
    let share = try Self.pruned(Self.chain, ratio: 0.5, ["of": .word("parameters")])
    let half = ["w", "u", "v"].compactMap { share.after.numbers($0)?.count }.reduce(0, +)
    #expect(half <= 52 && half > 30)
  }

  @Test func holdsALimitOfBytes() throws {
    let rewritten = try Self.pruned(Self.chain, ["size": .number(240)])
    let count = ["w", "u", "v"].compactMap { rewritten.after.numbers($0)?.count }.reduce(0, +)
    #expect(4 * count <= 240 && 4 * count > 160)
  }

  @Test func holdsALimitOfMultiplications() throws {
    // The first layer has the fewest parameters and the most positions.
    let text = """
      \(constant("w", [8, 3, 1, 1]))
      \(constant("u", [8, 8, 1, 1]))
      \(constant("v", [2, 8, 1, 1]))
      %a = Conv(%x, %w)
      %b = Conv(%a, %u) {strides = [4, 4]}
      %y = Conv(%b, %v)
      """
    let rewritten = try Self.pruned(
      text, ["latency": .number(0.5)], channels: "float32[batch, 3, 8, 8]")
    let counts = ["w", "u", "v"].map { rewritten.after.numbers($0)?.count ?? 0 }
    let multiplications = 64 * counts[0] + 4 * (counts[1] + counts[2])
    let whole = 64 * 24 + 4 * (64 + 16)
    #expect(multiplications <= whole / 2 && multiplications > whole / 2 - 64 * 3 - 4 * 8)
  }

  @Test(arguments: ["parameters", "size", "latency"])
  func refusesALimitThatCannotBeReached(option: String) {
    let limit = option == "latency" ? 0.001 : 1
    let error = #expect(throws: PassError.self) {
      _ = try Self.pruned(Self.chain, [option: .number(limit)])
    }
    #expect(error?.code == .unreachableBudget)
  }

  @Test func followsRulesForLayers() throws {
    let text = Self.chain.replacing(
      "%b = Conv(%a, %u)", with: "%b = Conv(%a, %u) {dilations = [1, 1]}")
    let rule = LayerRule(
      LayerSelector(minimumSize: 64), PassSettings(["enabled": .flag(false)]))
    let rewritten = try Self.pruned(text, ratio: 0.375, layers: [rule])
    #expect(rewritten.after.shape("w") == [5, 3, 1, 1])
    #expect(rewritten.after.shape("u") == [8, 5, 1, 1])
  }

  @Test func addsTheMeanOfWhatIsRemovedToTheBias() throws {
    let text = """
      model opset 21
      graph main(%x: float32[2, 2]) -> (%y) {
        const %w: float32[2, 2] = [1.0, 0.0, 0.0, 0.125]
        const %b: float32[2] = [0.0, 3.0]
        const %v: float32[2, 1] = [1.0, 1.0]
        %h = Gemm(%x, %w, %b)
        %r = Relu(%h)
        %y = Gemm(%r, %v)
        return %y
      }
      """
    let values: [String: RuntimeValue] = [
      "x": .tensor(Tensor(shape: [2, 2], scalars: [1, 8, 5, -8] as [Float]))
    ]
    let pass = try PassCatalog.pass(
      "prune-channels",
      ["ratio": .number(0.5), "multiple": .number(1), "compensate": .word("mean")]
    )
    .calibrated(by: .sample(values))
    let rewritten = try RewriteCase(text, [pass])
    #expect(rewritten.after.shape("w") == [2, 1])
    // The second channel was 4 and 2.
    let outputs = try Interpreter(rewritten.after).run(values)
    #expect(outputs.first?.tensor?.scalars(of: Float.self) == [4, 8])
  }

  @Test(arguments: [
    ["ratio": OptionValue.number(-0.5)], ["of": .word("bytes")], ["multiple": .number(0)],
    ["parameters": .number(1.5)], ["size": .number(-1)], ["latency": .number(2)],
    ["size": .number(9), "latency": .number(0.5)], ["budget": .number(-1)], ["scope": .word("row")],
  ])
  func refusesOtherSettings(_ settings: [String: OptionValue]) {
    #expect(throws: PassError.self) { try PassCatalog.pass("prune-channels", settings) }
  }
}

import Testing

@Suite struct CancelTransposesTests {
  static func graph(_ body: String, _ inputs: String = "%x: float32[2, 3, 4, 5]") -> String {
    """
    model opset 18
    graph main(\(inputs)) -> (%y) {
      const %bias: float32[5] = [1.0, -2.0, 0.5, 0.25, 3.0]
      const %channels: float32[5, 1, 1] = [1.0, -2.0, 0.5, 0.25, 3.0]
      const %plane: float32[2, 1, 3, 4] = [
        0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5,
        6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0, 11.5
      ]
      const %slope: float32[] = 0.5
      const %parts: int64[2] = [2, 3]
      const %space: int64[2] = [2, 3]
      const %last: int64[1] = [3]
      const %ones: int64[2] = [1, 1]
      const %ends: int64[2] = [3, 4]
      const %pads: int64[8] = [0, 0, 1, 2, 0, 0, 0, 1]
      const %repeats: int64[4] = [1, 2, 1, 1]
      const %sizes: float32[4] = [1.0, 1.0, 2.0, 2.0]
      const %scales: float32[5] = [0.1, 0.2, 0.3, 0.4, 0.5]
      const %kernel: int64[4] = [5, 1, 1, 1]
      const %index: int64[] = 2
      const %rows: int64[2] = [2, -1]
      \(body)
      return %y
    }
    """
  }

  static let toChannelsFirst = "%a = Transpose(%x) {perm = [0, 3, 1, 2]}\n"
  static let toChannelsLast = "\n%y = Transpose(%b) {perm = [0, 2, 3, 1]}"

  /// What is computed between two transposes that cancel, and the nodes that are left.
  static let between: [(String, [String])] = [
    ("%b = Relu(%a)", ["Relu"]),
    ("%b = Add(%a, %channels)", ["Add"]),
    ("%b = Mul(%slope, %a)", ["Mul"]),
    ("%b = Concat(%a, %plane) {axis = 1}", ["Concat"]),
    ("%c = Sigmoid(%a)\n%b = Mul(%a, %c)", ["Sigmoid", "Mul"]),
    ("%c = Relu(%a)\n%b = Concat(%a, %c, %a) {axis = 1}", ["Relu", "Concat"]),
    (
      "%c, %d = Split(%a, %parts) {axis = 1}\n%b = Concat(%d, %c) {axis = -3}",
      ["Split", "Concat"]
    ),
    ("%b = Softmax(%a) {axis = 1}", ["Softmax"]),
    ("%b = ReduceMean(%a, %space)", ["ReduceMean"]),
    ("%b = Slice(%a, %ones, %ends, %space)", ["Slice"]),
    ("%b = Slice(%a, %ones, %ends)", ["Slice"]),
    ("%b = Pad(%a, %pads)", ["Pad"]),
    ("%b = Tile(%a, %repeats)", ["Tile"]),
    ("%b = Resize(%a, _, %sizes) {mode = \"linear\"}", ["Resize"]),
    (
      "%c = QuantizeLinear(%a, %scales) {axis = 1}\n"
        + "%b = DequantizeLinear(%c, %scales) {axis = 1}", ["QuantizeLinear", "DequantizeLinear"]
    ),
  ]

  @Test(arguments: between) func cancelsAPair(_ body: String, _ operators: [String]) throws {
    let rewritten = try RewriteCase(
      Self.graph(Self.toChannelsFirst + body + Self.toChannelsLast), "cancel-transposes")
    #expect(rewritten.operators == operators)
    try rewritten.expectSameBits()
  }

  /// What ends in a value whose axes are not transposed any more.
  @Test(arguments: [
    "%c = ReduceMax(%a, %space) {keepdims = 0}\n%y = Neg(%c)",
    "%c = ReduceMean(%a, %space)\n%d = Squeeze(%c, %space)\n%y = Neg(%d)",
    "%c = ReduceSum(%a, %space)\n%d = Reshape(%c, %rows)\n%y = Neg(%d)",
    "%c = Gather(%a, %index) {axis = 1}\n%y = Neg(%c)",
  ])
  func endsInWhatNeedsNoOrder(_ body: String) throws {
    let rewritten = try RewriteCase(Self.graph(Self.toChannelsFirst + body), "cancel-transposes")
    #expect(!rewritten.operators.contains("Transpose"))
    try rewritten.expectSameBits()
  }

  @Test func transposesOnceWhereTwoWereNeeded() throws {
    let body = """
      %a = Transpose(%x) {perm = [0, 3, 1, 2]}
      %b = Transpose(%z) {perm = [0, 3, 1, 2]}
      %y = Add(%a, %b)
      """
    let rewritten = try RewriteCase(
      Self.graph(body, "%x: float32[2, 3, 4, 5], %z: float32[2, 3, 4, 5]"), "cancel-transposes")
    #expect(rewritten.operators == ["Add", "Transpose"])
    try rewritten.expectSameBits()
  }

  @Test func decidesForAllNodesBetweenAtOnce() throws {
    // Neither sum gains on its own.
    let body = """
      %a = Transpose(%x) {perm = [0, 3, 1, 2]}
      %b = Relu(%a)
      %c = Exp(%b)
      %d = Add(%b, %c)
      %e = Transpose(%d) {perm = [0, 2, 3, 1]}
      %f = Add(%e, %x)
      %g = Transpose(%f) {perm = [0, 3, 1, 2]}
      %h = Mul(%g, %b)
      %y = Transpose(%h) {perm = [0, 2, 3, 1]}
      """
    let rewritten = try RewriteCase(Self.graph(body), "cancel-transposes")
    #expect(rewritten.operators == ["Relu", "Exp", "Add", "Add", "Mul"])
    try rewritten.expectSameBits()
  }

  @Test func cancelsAnOrderThatIsItsOwnInverse() throws {
    let body = """
      %a = Transpose(%x) {perm = [0, 2, 1]}
      %b = Relu(%a)
      %c = Exp(%b)
      %d = Transpose(%c) {perm = [0, 2, 1]}
      %e = Add(%d, %x)
      %f = Transpose(%e) {perm = [0, 2, 1]}
      %g = Mul(%f, %b)
      %y = Transpose(%g) {perm = [0, 2, 1]}
      """
    let rewritten = try RewriteCase(Self.graph(body, "%x: float32[2, 3, 4]"), "cancel-transposes")
    #expect(rewritten.operators == ["Relu", "Exp", "Add", "Mul"])
    try rewritten.expectSameBits()
  }

  @Test(arguments: [("[2, 6, 1, 4]", ["Transpose"]), ("[2, 4, 1, 6]", ["Transpose", "Reshape"])])
  func movesAxesOfOneElementAtOnce(_ shape: String, _ operators: [String]) throws {
    let body = """
      const %shape: int64[4] = \(shape)
      %a = Transpose(%x) {perm = [0, 2, 3, 1]}
      %y = Reshape(%a, %shape)
      """
    let rewritten = try RewriteCase(
      Self.graph(body, "%x: float32[2, 4, 1, 6]"), "cancel-transposes")
    #expect(rewritten.operators == operators)
    try rewritten.expectSameBits()
  }

  @Test func letsAProductTakeTheTransposeIn() throws {
    let body = """
      %a = Transpose(%x) {perm = [1, 0]}
      %b = Transpose(%z) {perm = [1, 0]}
      %y = Gemm(%a, %b) {transB = 1}
      """
    let rewritten = try RewriteCase(
      Self.graph(body, "%x: float32[3, 2], %z: float32[3, 4]"), "cancel-transposes")
    #expect(rewritten.operators == ["Gemm"])
    try rewritten.expectSameBits()
  }

  @Test func leavesTheTransposesAtTheEdgesOfANetwork() throws {
    // As converters from channels-last frameworks write it.
    let body = """
      %k = Reshape(%bias, %kernel)
      %a = Transpose(%x) {perm = [0, 3, 1, 2]}
      %b = Conv(%a, %k) {group = 5}
      %c = Transpose(%b) {perm = [0, 2, 3, 1]}
      %d = Add(%c, %bias)
      %e = Relu(%d)
      %f = Transpose(%e) {perm = [0, 3, 1, 2]}
      %g = Conv(%f, %k) {group = 5}
      %h = Transpose(%g) {perm = [0, 2, 3, 1]}
      %i = Add(%h, %e)
      %j = Concat(%i, %e) {axis = 3}
      %y = Softmax(%j)
      """
    let rewritten = try RewriteCase(Self.graph(body), "fold-constants", "cancel-transposes")
    #expect(
      rewritten.operators == [
        "Transpose", "Conv", "Add", "Relu", "Conv", "Add", "Concat", "Transpose", "Softmax",
      ])
    try rewritten.expectSameBits()
  }

  /// What gains nothing, or would change bits.
  @Test(arguments: [
    // A pool needs its channels first: the transpose can only be before or behind the function.
    "%a = Transpose(%x) {perm = [0, 3, 1, 2]}\n%b = Relu(%a)\n%y = GlobalMaxPool(%b)",
    // The sum would run over rows and columns the other way round.
    """
    %a = Transpose(%x) {perm = [0, 1, 3, 2]}
    %b = ReduceSum(%a, %space)
    %y = Transpose(%b) {perm = [0, 1, 3, 2]}
    """,
    // The rows of the result lie in the order of the transpose.
    "%a = Transpose(%x) {perm = [0, 3, 1, 2]}\n%b = Relu(%a)\n%y = Reshape(%b, %rows)",
  ])
  func leavesAloneWhatWouldGainNothing(_ body: String) throws {
    #expect(try RewriteCase(Self.graph(body), "cancel-transposes").isUnchanged)
  }
}

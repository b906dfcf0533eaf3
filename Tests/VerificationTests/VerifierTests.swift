import IR
import Interpreter
import Operators
import Tensors
import Testing
import Verification

@Suite struct VerifierTests {
  static func model(_ body: String) throws -> Model {
    var model = try Model(text: "model opset 22\n" + body)
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  static func report(
    _ reference: Model, _ candidate: Model, seeds: Range<UInt64> = 0..<1,
    options: Verifier.Options = Verifier.Options(), threads: Int = 2,
    expected: [ModelOutputs]? = nil
  ) throws -> VerificationReport {
    let execution = Interpreter.Options(threads: threads)
    let samples = try seeds.map { try Sample.generated(for: reference.graph, .init(seed: $0)) }
    return try Verifier(
      reference: Subject(reference, options: execution),
      candidate: Subject(candidate, options: execution), options: options
    ).verify(samples, expected: expected)
  }

  /// A product, a scale and a bound, of which each line may be replaced.
  static func layers(
    weights: String = "[0.5, -1.25, 0.75, 0.3]", scale: String = "1.5", high: String = "0.6",
    activation: String = "Relu"
  ) throws -> Model {
    try model(
      """
      graph main(%x: float32[8, 2]) -> (%y) {
        const %w: float32[2, 2] = \(weights)
        const %s: float32[] = \(scale)
        const %low: float32[] = 0.0
        const %high: float32[] = \(high)
        %p = MatMul(%x, %w) "product"
        %m = Mul(%p, %s) "scale"
        %r = \(activation)(%m) "activation"
        %y = Clip(%r, %low, %high) "bound"
        return %y
      }
      """)
  }

  // MARK: - Verdicts

  @Test func callsAModelIdenticalToItself() throws {
    let report = try Self.report(Self.layers(), Self.layers())
    #expect(report.verdict == .identical)
    #expect(report.culprit == nil)
    #expect(report.layers.map(\.node) == ["product", "scale", "activation", "bound"])
    #expect(report.layers.allSatisfy { $0.cumulative == 0 && $0.isolated == 0 })
  }

  @Test func explainsAnotherOrderOfSumsByRounding() throws {
    let before = try Self.model(
      """
      graph main(%x: float32[1000]) -> (%y) {
        const %s: float32[] = 0.1
        %m = Mul(%x, %s)
        %y = ReduceSum(%m) {keepdims = 0}
        return %y
      }
      """)
    let after = try Self.model(
      """
      graph main(%x: float32[1000]) -> (%y) {
        const %s: float32[] = 0.1
        %t = ReduceSum(%x) {keepdims = 0}
        %y = Mul(%t, %s)
        return %y
      }
      """)
    #expect(try Self.report(before, after, seeds: 0..<6).verdict == .withinRounding)
  }

  @Test(arguments: [
    ("[0.5, -1.25, 0.75, 0.31]", "1.5", "0.6", "product"),
    ("[0.5, -1.25, 0.75, 0.3]", "1.501", "0.6", "scale"),
    ("[0.5, -1.25, 0.75, 0.3]", "1.5", "0.5", "bound"),
  ])
  func namesTheNodeThatComputesSomethingElse(
    weights: String, scale: String, high: String, node: String
  ) throws {
    let wrong = try Self.layers(weights: weights, scale: scale, high: high)
    let report = try Self.report(Self.layers(), wrong)
    #expect(report.verdict == .semanticChange)
    #expect(report.culprit?.node == node)
    #expect(report.culprit?.isHidden == false)
  }

  @Test func tellsTheErrorOfANodeFromWhatItInherits() throws {
    let report = try Self.report(Self.layers(), Self.layers(scale: "1.6"))
    let errors = Dictionary(report.layers.map { ($0.node, $0) }) { first, _ in first }
    #expect(errors["product"]?.cumulative == 0)
    #expect(errors["scale"]?.isolated ?? 0 > 0.01)
    #expect(errors["activation"]?.cumulative ?? 0 > 0.01)
    #expect(errors["activation"]?.isolated == 0)
  }

  @Test func seesAFaultThatTheOutputsHide() throws {
    let hidden = try Self.report(Self.layers(high: "0.0"), Self.layers(scale: "1.6", high: "0.0"))
    #expect(hidden.comparisons.map(\.verdict) == [.identical])
    #expect(hidden.verdict == .semanticChange)
    #expect(hidden.culprit?.node == "scale")
    #expect(hidden.culprit?.isHidden == true)
  }

  @Test func allowsALossWithinTheBudget() throws {
    let coarse = try Self.layers(scale: "1.51")
    let options = Verifier.Options(budget: 0.05)
    #expect(try Self.report(Self.layers(), coarse, options: options).verdict == .withinBudget)
    let small = Verifier.Options(budget: 1e-4)
    #expect(try Self.report(Self.layers(), coarse, options: small).verdict == .semanticChange)
  }

  @Test(arguments: [(0.1, Verdict.withinRounding), (1e-4, .semanticChange)])
  func letsAToleranceDecide(tolerance: Double, verdict: Verdict) throws {
    let options = Verifier.Options(tolerance: Tolerance(absolute: tolerance, relative: 0))
    let report = try Self.report(Self.layers(), Self.layers(scale: "1.51"), options: options)
    #expect(report.comparisons.map(\.verdict) == [verdict])
  }

  @Test func countsAMissingOutput() throws {
    let less = try Self.model(
      "graph main(%x: float32[8, 2]) -> (%z) {\n %z = Relu(%x)\n return %z\n}")
    let report = try Self.report(Self.layers(), less)
    #expect(report.verdict == .semanticChange)
  }

  @Test func reportsACandidateThatCannotBeExecuted() throws {
    let broken = try Self.model(
      """
      graph main(%x: float32[8, 2]) -> (%y) {
        const %five: float32[1] = [5.0]
        %sum = ReduceSum(%x) {keepdims = 0}
        %zero = Sub(%sum, %sum)
        %f = Add(%zero, %five)
        %s = Cast(%f) {to = 7}
        %y = Reshape(%x, %s) "view"
        return %y
      }
      """)
    let report = try Self.report(Self.layers(), broken)
    #expect(report.verdict == .semanticChange)
    #expect(report.failure?.place == "Reshape \"view\"")
  }

  // MARK: - Names

  @Test func forgivesAValueThatHasTheNameOfAnother() throws {
    let before = try Self.model(
      """
      graph main(%x: float32[4, 2]) -> (%y) {
        const %w: float32[2, 2] = [0.5, -1.25, 0.75, 0.3]
        const %s: float32[2] = [1.5, 0.5]
        %p = MatMul(%x, %w) "product"
        %m = Mul(%p, %s) "scale"
        %y = Relu(%m) "activation"
        return %y
      }
      """)
    // The scale is folded into the weights, whose product keeps its name.
    let after = try Self.model(
      """
      graph main(%x: float32[4, 2]) -> (%y) {
        const %w: float32[2, 2] = [0.75, -0.625, 1.125, 0.15]
        %p = MatMul(%x, %w) "product"
        %m = Identity(%p) "nothing"
        %y = Relu(%m) "activation"
        return %y
      }
      """)
    #expect(try Self.report(before, after, seeds: 0..<4).verdict <= .withinRounding)
  }

  @Test(arguments: ["0.99999500", "0.99950000", "0.97000000"])
  func forgivesNamesThatScalesLeaveBehindThatHardlyChangeANumber(scale: String) throws {
    let before = try Self.model(
      """
      graph main(%x: float32[4, 2]) -> (%y) {
        const %w: float32[2, 2] = [1.0, -1.0, 1.0, 1.0]
        const %s: float32[] = \(scale)
        %p = MatMul(%x, %w) "first"
        %m = Mul(%p, %s) "scale"
        %r = Relu(%m) "ramp"
        %q = MatMul(%r, %w) "second"
        %n = Mul(%q, %s) "again"
        %y = Relu(%n) "activation"
        return %y
      }
      """)
    // The names of the products are those of what was scaled.
    let after = try Self.model(
      """
      graph main(%x: float32[4, 2]) -> (%y) {
        const %w: float32[2, 2] = [\(scale), -\(scale), \(scale), \(scale)]
        %p = MatMul(%x, %w) "first"
        %r = Relu(%p) "ramp"
        %q = MatMul(%r, %w) "second"
        %y = Relu(%q) "activation"
        return %y
      }
      """)
    #expect(try Self.report(before, after, seeds: 0..<4).verdict <= .withinRounding)
  }

  @Test(arguments: [
    Verifier.Options(budget: 0.05),
    Verifier.Options(tolerance: Tolerance(absolute: 0.01, relative: 0)),
  ])
  func looksAtOutputsAloneWhereALossIsAllowed(options: Verifier.Options) throws {
    let report = try Self.report(
      Self.layers(high: "0.0"), Self.layers(scale: "1.6", high: "0.0"), options: options)
    #expect(report.verdict == .identical)
    #expect(report.culprit == nil)
  }

  // MARK: - Bounds

  /// A product in a type, beside numbers of another size.
  private static func product(_ scale: String, type: String, beside constant: String) throws
    -> Model
  {
    try model(
      """
      graph main(%x: \(type)[8, 8]) -> (%y) {
        const %s: \(type)[] = \(scale)
        const %c: \(type)[1, 8] = [\([String](repeating: constant, count: 8).joined(separator: ", "))]
        %m = Mul(%x, %s)
        %y = Concat(%m, %c) {axis = 0}
        return %y
      }
      """)
  }

  @Test(arguments: [
    ("float32", "1.0001", "-3.0e38"), ("float16", "1.1", "1.0"), ("bfloat16", "1.3", "1.0"),
  ])
  func letsNeitherShortFormatsNorAMaskHideAFactor(type: String, scale: String, mask: String) throws
  {
    let right = try Self.product("1.0", type: type, beside: mask)
    let wrong = try Self.product(scale, type: type, beside: mask)
    #expect(try Self.report(right, right).verdict == .identical)
    #expect(try Self.report(right, wrong).verdict == .semanticChange)
  }

  // MARK: - Decisions

  @Test func countsWholeNumbersThatAreFurtherThanRoundingTakesThem() throws {
    func whole(_ factor: String) throws -> Model {
      try Self.model(
        """
        graph main(%x: float32[16]) -> (%y) {
          const %f: float32[] = \(factor)
          %m = Mul(%x, %f)
          %y = Cast(%m) {to = 7}
          return %y
        }
        """)
    }
    #expect(try Self.report(whole("1e9"), whole("-7.0")).verdict == .semanticChange)
  }

  /// The position of the largest of three sums, the last two of which are nearly equal.
  private static func decision(between difference: String, order: String) throws -> Model {
    try model(
      """
      graph main(%x: float32[4]) -> (%y) {
        const %parts: float32[3, 3] = [0.1, 0.2, 0.3, 0.7, 0.1, \(difference), \(order)]
        %sums = ReduceSum(%parts) {keepdims = 0}
        const %axes: int64[1] = [1]
        %scores = ReduceSum(%parts, %axes) {keepdims = 0}
        %y = ArgMax(%scores) {keepdims = 0}
        return %y
      }
      """)
  }

  @Test func doesNotCountADecisionThatRoundingFlips() throws {
    let before = try Self.decision(between: "0.3", order: "0.3, 0.7, 0.1")
    let after = try Self.decision(between: "0.3", order: "0.1, 0.3, 0.7")
    #expect(try Self.report(before, after).comparisons.first?.verdict != .semanticChange)
  }

  @Test func countsADecisionThatItDoesNot() throws {
    let before = try Self.decision(between: "0.3", order: "0.3, 0.7, 0.2")
    let after = try Self.decision(between: "0.5", order: "0.3, 0.7, 0.2")
    #expect(try Self.report(before, after).verdict == .semanticChange)
  }

  @Test func namesANodeThatMakesOtherStrings() throws {
    func spelled(_ change: String) throws -> Model {
      try Self.model(
        """
        graph main(%x: string[4]) -> (%y) {
          const %word: string[1] = ["Ferry"]
          %j = StringConcat(%x, %word) "join"
          %n = StringNormalizer(%j) "spell" {case_change_action = "\(change)"}
          %y = Identity(%n)
          return %y
        }
        """)
    }
    let report = try Self.report(spelled("LOWER"), spelled("UPPER"))
    #expect(report.verdict == .semanticChange)
    #expect(report.culprit?.node == "spell")
  }

  // MARK: - Several samples

  @Test func findsTheSameInParallelAsOneByOne() throws {
    let wrong = try Self.layers(scale: "1.6")
    let serial = try Self.report(Self.layers(), wrong, seeds: 0..<5, threads: 1)
    let parallel = try Self.report(Self.layers(), wrong, seeds: 0..<5, threads: 4)
    #expect(serial == parallel)
    #expect(serial.samples.count == 5)
  }

  // MARK: - Expected outputs

  private static func normalization(epsilon: String) throws -> Model {
    try model(
      """
      graph main(%x: float32[1, 2, 4]) -> (%y) {
        const %s: float32[2] = [1.5, 0.5]
        const %b: float32[2] = [0.1, -0.1]
        const %m: float32[2] = [0.2, 0.0]
        const %v: float32[2] = [0.7, 0.3]
        %n = BatchNormalization(%x, %s, %b, %m, %v) "norm" {epsilon = \(epsilon)}
        %y = Relu(%n)
        return %y
      }
      """)
  }

  @Test func findsTheEpsilonThatNoFrameworkMeant() throws {
    let right = try Self.normalization(epsilon: "1e-5")
    let sample = try Sample.generated(for: right.graph)
    let outputs = try Interpreter(right).run(sample.values)
    let report = try Self.report(
      Self.normalization(epsilon: "3e12"), Self.normalization(epsilon: "3e12"),
      expected: [["y": outputs[0]]])
    #expect(report.verdict == .semanticChange)
    #expect(report.comparisons.map(\.verdict) == [.identical])
    #expect(report.suspicions.map(\.node) == ["norm"])
    #expect(report.suspicions.map(\.isConfirmed) == [true])
  }

  @Test func suspectsNothingWhereOutputsAreThoseExpected() throws {
    let model = try Self.normalization(epsilon: "3e12")
    let sample = try Sample.generated(for: model.graph)
    let outputs = try Interpreter(model).run(sample.values)
    let report = try Self.report(model, model, expected: [["y": outputs[0]]])
    #expect(report.verdict == .identical)
    #expect(report.suspicions.isEmpty)
  }
}

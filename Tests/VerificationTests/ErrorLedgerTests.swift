import IR
import Interpreter
import Operators
import Passes
import Tensors
import Testing
import Verification

/// Holds passes that are wrong on purpose, among right ones, to their contracts.
@Suite struct ErrorLedgerTests {
  /// Numbers in [-1, 1) that look random, as a list of the text form.
  private static func numbers(_ count: Int, from seed: Int) -> String {
    let numbers = (0..<count).map { Float(($0 * 7919 + seed * 104_729) % 2003) / 1001.5 - 1 }
    return "[\(numbers.map { "\($0)" }.joined(separator: ", "))]"
  }

  static let model: Model = {
    let text = """
      model opset 22
      graph main(%x: float32[1, 2, 4, 4], %z: float32[1, 2, 4, 4]) -> (%y0, %y1, %y2, %y3) {
        const %w: float32[2, 2, 3, 3] = \(numbers(36, from: 1))
        const %b: float32[2] = [0.3, -0.2]
        const %scale: float32[2] = [1.25, 0.75]
        const %shift: float32[2] = [0.1, -0.1]
        const %mean: float32[2] = [0.05, -0.3]
        const %variance: float32[2] = [0.7, 0.4]
        const %low: float32[] = -0.9
        const %high: float32[] = 0.8
        const %q: float32[4, 4] = \(numbers(16, from: 2))
        const %v: float32[64, 64] = \(numbers(4096, from: 3))
        const %one: float32[] = 1.0
        %i = Mul(%x, %one)
        %a = Conv(%i, %w, %b) {pads = [1, 1, 1, 1]}
        %n = BatchNormalization(%a, %scale, %shift, %mean, %variance) {epsilon = 0.01}
        %h = Add(%n, %x)
        %c = Clip(%h, %low, %high)
        %j = Concat(%c, %z) {axis = 1}
        %f = Flatten(%j)
        %y0 = Gemm(%f, %v) {transB = 1}
        %m = MatMul(%c, %q)
        %y1 = Softmax(%m) {axis = -1}
        %y2 = Sub(%y1, %c)
        %y3 = Round(%y2)
        return %y0, %y1, %y2, %y3
      }
      """
    // The text is ours: a model that lacks a node would fail every test.
    var model = (try? Model(text: text)) ?? Model()
    _ = model.prepare()
    return model
  }()

  static let samples: [Sample] = (0..<2).compactMap { seed in
    try? Sample.generated(for: model.graph, .init(seed: seed))
  }

  /// Runs passes under a ledger.
  static func run(
    _ passes: [any Pass], on source: Model = model
  ) throws -> (model: Model, records: [PassRecord], ledger: ErrorLedger) {
    var model = source
    var ledger = try ErrorLedger(of: Subject(source), on: samples)
    let records = try PassPipeline(passes).run(on: &model) { pass, before, after in
      ledger.judge(pass.name, pass.contract, before: before, after: after)
    }
    return (model, records, ledger)
  }

  static func right(_ names: String...) throws -> [any Pass] {
    try names.map { try PassCatalog.pass(named: $0) }
  }

  @Test func theModelIsWhatTheTestsTakeItFor() throws {
    #expect(Self.model.graph.nodeCount(in: Self.model.graph.body) == 12)
    #expect(Self.samples.count == 2)
  }

  // MARK: - Wrong passes

  @Test(arguments: WrongPasses.all)
  func takesBackAWrongPass(pass: EditPass) throws {
    let before = try Self.right("remove-identities", "order-operands")
    let after = try Self.right("fuse-epilogues", "remove-dead")
    let without = try Self.run(before + after)
    let with = try Self.run(before + [pass] + after)
    #expect(with.records.filter { $0.rollbackReason != nil }.map(\.pass) == [pass.name])
    #expect(with.ledger.entries.filter { $0.violation != nil }.map(\.pass) == [pass.name])
    #expect(with.model.isEquivalent(to: without.model))
    #expect(with.ledger.verification.verdict == .identical)
  }

  @Test(arguments: WrongPasses.all)
  func roundingExplainsNoneOfThem(pass: EditPass) throws {
    let result = try Self.run([pass.promising(.reassociating)])
    #expect(result.records.map { $0.rollbackReason != nil } == [true])
    #expect(result.model.isEquivalent(to: Self.model))
  }

  @Test(arguments: WrongPasses.all)
  func aSmallBudgetExplainsNoneOfThem(pass: EditPass) throws {
    let result = try Self.run([pass.promising(.lossy(budget: 1e-5))])
    #expect(result.records.map { $0.rollbackReason != nil } == [true])
  }

  @Test func chargesEachOfSeveralWrongPasses() throws {
    let wrong = [WrongPasses.attributes[0], WrongPasses.constants[0], WrongPasses.wiring[0]]
    let right = try Self.right("remove-identities", "fuse-epilogues", "remove-dead")
    let passes: [any Pass] = [wrong[0], right[0], wrong[1], wrong[2], right[1], right[2]]
    let result = try Self.run(passes)
    #expect(
      result.records.filter { $0.rollbackReason != nil }.map(\.pass) == wrong.map(\.name))
    #expect(result.model.isEquivalent(to: try Self.run(right).model))
  }

  @Test func doesNotRunAWrongPassAgain() throws {
    let wrong = WrongPasses.wiring[2]
    let result = try Self.run([wrong, wrong])
    #expect(result.records.count == 1)
  }

  // MARK: - Bisection

  @Test(arguments: WrongPasses.all)
  func findsAWrongPassByItsResult(pass: EditPass) throws {
    let before = try Self.right("remove-identities", "order-operands")
    let after = try Self.right("fuse-epilogues", "remove-dead")
    var ledger = try ErrorLedger(of: Subject(Self.model), on: Self.samples)
    let result = try ledger.run(PassPipeline(before + [pass] + after), on: Self.model)
    #expect(result.records.filter { $0.rollbackReason != nil }.map(\.pass) == [pass.name])
    #expect(result.model.isEquivalent(to: try Self.run(before + after).model))
    #expect(ledger.verification.verdict == .identical)
    #expect(ledger.entries.isEmpty)
  }

  @Test func findsSeveralWrongPassesByTheirResult() throws {
    let wrong = [WrongPasses.attributes[0], WrongPasses.constants[0], WrongPasses.wiring[0]]
    let right = try Self.right("remove-identities", "fuse-epilogues", "remove-dead")
    let passes: [any Pass] = [wrong[0], right[0], wrong[1], wrong[2], right[1], right[2]]
    var ledger = try ErrorLedger(of: Subject(Self.model), on: Self.samples)
    let result = try ledger.run(PassPipeline(passes), on: Self.model)
    #expect(
      result.records.filter { $0.rollbackReason != nil }.map(\.pass) == wrong.map(\.name))
    #expect(result.model.isEquivalent(to: try Self.run(right).model))
  }

  // MARK: - Contracts

  @Test func refusesAnExactPassThatReassociates() throws {
    let fold = try PassCatalog.pass(named: "fold-scales")
    let exact = EditPass("fold exactly") { model throws(PassError) in try fold.run(on: &model) }
    let result = try Self.run([exact])
    #expect(result.records.map { $0.rollbackReason != nil } == [true])
    #expect(result.model.isEquivalent(to: Self.model))
  }

  @Test(arguments: [(1e-6, true), (0.1, false)])
  func holdsALossyPassToItsBudget(budget: Double, isTakenBack: Bool) throws {
    let lossy = EditPass.replacing("coarse weights", 1, of: "Gemm") { weights in
      weights.map { ($0 * 64).rounded() / 64 }
    }
    let result = try Self.run([lossy.promising(.lossy(budget: budget))])
    #expect(result.records.map { $0.rollbackReason != nil } == [isTakenBack])
  }

  @Test func refusesALossyPassThatChangesIntegers() throws {
    let source = try Self.prepared(
      """
      graph main(%x: float32[1, 2, 4, 4]) -> (%y) {
        %y = Cast(%x) {to = 7}
        return %y
      }
      """)
    let wrong = EditPass("other integers") { model throws(PassError) in
      let one = model.graph.addConstant(Tensor(scalar: 1 as Int64))
      let sum = model.graph.add(
        Node(OperatorID("Add", version: 14)), inputs: [model.graph.outputs[0], one],
        results: ["z"])
      model.graph.setOutputs(model.graph.outputs(of: sum).compactMap { $0 }, named: ["y"])
      return 1
    }
    let result = try Self.run([wrong.promising(.lossy(budget: 10))], on: source)
    #expect(result.records.map { $0.rollbackReason != nil } == [true])
  }

  @Test func takesBackWhatCannotBeExecuted() throws {
    var ledger = try ErrorLedger(of: Subject(Self.model), on: Self.samples)
    var broken = Self.model
    for node in Self.model.graph.nodes {
      broken.graph.update(node) { $0.operatorID = OperatorID("Unknown", version: 1) }
    }
    let judgement = ledger.judge("p", .exact, before: Self.model, after: broken)
    #expect(judgement != .keep)
    #expect(ledger.verification.verdict == .identical)
  }

  // MARK: - Right passes

  @Test(arguments: PassCatalog.all.filter { !$0.contract.isLossy }.map(\.name))
  func raisesNoFalseAlarm(name: String) throws {
    let result = try Self.run([try PassCatalog.pass(named: name)])
    #expect(result.records.allSatisfy { $0.rollbackReason == nil })
  }

  @Test func keepsAPipelineOfRightPasses() throws {
    let passes = PassPipeline.level(.standard).passes
    let result = try Self.run(passes)
    #expect(result.records.allSatisfy { $0.rollbackReason == nil })
    #expect(result.records.map(\.pass).contains("fold-scales"))
    // Rounding alone: the verdict says that bits changed, and no budget was needed.
    #expect(result.ledger.verification.verdict != .identical)
  }

  private static func prepared(_ text: String) throws -> Model {
    var model = try Model(text: "model opset 22\n" + text)
    #expect(model.prepare().errors.isEmpty)
    return model
  }
}

import IR
import Passes
import Testing

@Suite struct PassPipelineTests {
  /// A pass that renames nodes of one operator.
  private static func pass(_ name: String, _ old: String, _ new: String) -> RewritePass {
    RewritePass(
      name, "For a test", .exact,
      rules: [
        RewriteRule(of: old) { node, _ in
          { $0.graph.update(node) { $0.operatorID.name = new } }
        }
      ])
  }

  private static func model() throws -> Model {
    try Rewrite("", "%a = Sin(%x) %y = Neg(%a)", "").model()
  }

  @Test func runsPassesInOrder() throws {
    var model = try Self.model()
    let records = try PassPipeline([
      Self.pass("first", "Sin", "Cos"), Self.pass("second", "Cos", "Tan"),
      Self.pass("third", "Sin", "Exp"),
    ]).run(on: &model)
    #expect(records.map(\.pass) == ["first", "second"])
    #expect(model.graph.expressions == ["Neg(Tan(x))"])
  }

  @Test func repeatsUntilNothingChanges() throws {
    var model = try Self.model()
    let passes = [Self.pass("later", "Cos", "Tan"), Self.pass("sooner", "Sin", "Cos")]
    let records = try PassPipeline([.untilStable(passes, limit: 9)]).run(on: &model)
    #expect(records.map(\.pass) == ["sooner", "later"])
    #expect(model.graph.expressions == ["Neg(Tan(x))"])
  }

  @Test func repeatsNoMoreThanItsLimit() throws {
    var model = try Self.model()
    let passes = [Self.pass("there", "Sin", "Cos"), Self.pass("back", "Cos", "Sin")]
    let records = try PassPipeline([.untilStable(passes, limit: 3)]).run(on: &model)
    #expect(records.count == 6)
  }

  @Test func takesBackWhatAJudgeRefuses() throws {
    var model = try Self.model()
    let records = try PassPipeline([
      Self.pass("first", "Sin", "Cos"), Self.pass("second", "Neg", "Abs"),
    ]).run(on: &model) { pass, _, _ in
      pass.name == "first" ? .rollBack(reason: "no") : .keep
    }
    #expect(records.map(\.rollbackReason) == ["no", nil])
    #expect(model.graph.expressions == ["Abs(Sin(x))"])
  }

  @Test func theFirstLevelIsExactAndTheZerothEmpty() {
    #expect(PassPipeline.level(.none).passes.isEmpty)
    #expect(PassPipeline.level(.exact).passes.allSatisfy { $0.contract == .exact })
  }

  @Test func aLevelTakesOtherSettingsInPlaceAndOtherPassesBeforeFusion() throws {
    let level = PassPipeline.level(.exact).passes.map(\.name)
    let none = LayerRule(LayerSelector(), PassSettings(["enabled": .flag(false)]))
    let kept = try PassCatalog.pass(named: "fuse-epilogues").configured(
      with: PassSettings(), layers: [none])
    let added = Self.pass("extra", "Sin", "Cos")
    let pipeline = PassPipeline.level(.exact, with: [kept, added, added])
    let place = try #require(level.firstIndex(of: "fuse-normalizations"))
    let expected = Array(level[..<place]) + ["extra", "extra"] + Array(level[place...])
    #expect(pipeline.passes.map(\.name) == expected)
    var model = try Rewrite(
      "", inputs: "%x: float32[2, 3], %w: float32[3, 4]", "%a = MatMul(%x, %w) %y = Relu(%a)", ""
    ).model()
    _ = try pipeline.run(on: &model)
    #expect(model.graph.expressions == ["Relu(MatMul(x, w))"])
  }

  @Test func aLevelTakesApartWhatWasFusedForOtherPasses() throws {
    let source = try Rewrite(
      "", inputs: "%x: float32[2, 3], %w: float32[3, 4]", "%a = MatMul(%x, %w) %y = Relu(%a)", ""
    ).model()
    var model = source
    _ = try PassPipeline.level(.exact).run(on: &model)
    #expect(model.graph.expressions == ["ferry::MatMulRelu(x, w)"])
    let added = Self.pass("extra", "Relu", "Tanh")
    var other = model
    _ = try PassPipeline.level(.exact, with: [added]).run(on: &other)
    #expect(other.graph.expressions == ["ferry::MatMulTanh(x, w)"])
    _ = try PassPipeline([InlineFunctions(includingFused: true)]).run(on: &model)
    #expect(model.graph.expressions == source.graph.expressions)
  }

  @Test func withoutALevelPassesRunAlone() {
    let passes: [any Pass] = [RemoveDead(), ShareDuplicates(), RemoveDead()]
    #expect(PassPipeline.level(.none, with: passes).passes.map(\.name) == passes.map(\.name))
  }

  @Test(
    arguments: [
      (.exact, .exact, .exact), (.exact, .reassociating, .reassociating),
      (.lossy(budget: 0.25), .exact, .lossy(budget: 0.25)),
      (.reassociating, .lossy(budget: 0.25), .lossy(budget: 0.25)),
      (.lossy(budget: 0.25), .lossy(budget: 0.5), .lossy(budget: 0.75)),
    ] as [(NumericalContract, NumericalContract, NumericalContract)])
  func contractsAddUp(first: NumericalContract, second: NumericalContract, sum: NumericalContract) {
    #expect(first + second == sum)
    #expect(second + first == sum)
  }
}

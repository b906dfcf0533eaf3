import IR
import Interpreter
import Operators
import Tensors
import Testing
import Verification

/// What runs exercise of conditions, loops and ranges.
@Suite struct CoverageTests {
  private func model(_ text: String) throws -> Model {
    var model = try Model(text: "model opset 22\n" + text)
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  /// Runs a model on values of its inputs, one run each.
  private func coverage(
    of model: Model, _ runs: [[String: RuntimeValue]]
  ) throws -> Coverage {
    var coverage = Coverage(of: model.graph)
    let interpreter = try Interpreter(model)
    for values in runs {
      coverage.observe(inputs: values)
      _ = try interpreter.run(values) { value, _, content in coverage.observe(value, content) }
    }
    return coverage
  }

  private func numbers(_ numbers: Float...) -> RuntimeValue {
    .tensor(Tensor(shape: [numbers.count], scalars: numbers))
  }

  // MARK: - Conditions

  static let condition = """
    graph main(%x: float32[1], %c: bool[]) -> (%y) {
      %y = If(%c) "choice" {
        then_branch = block {
          %a = Neg(%x)
          return %a
        },
        else_branch = block {
          %b = Abs(%x)
          return %b
        }
      }
      return %y
    }
    """

  private func flag(_ flag: Bool) -> [String: RuntimeValue] {
    ["x": numbers(1), "c": .tensor(Tensor(scalar: flag))]
  }

  @Test func tellsWhichBranchesWereTaken() throws {
    let model = try model(Self.condition)
    let one = try coverage(of: model, [flag(true), flag(true)]).summary
    #expect(one.controls.map(\.reached) == [["then"]])
    #expect(one.missing == ["choice: else"])
    #expect(one.exercisedCount == 1 && one.goalCount == 2)
    let both = try coverage(of: model, [flag(true), flag(false)]).summary
    #expect(both.controls.map(\.reached) == [["then", "else"]])
    #expect(both.missing.isEmpty && both.share == 1)
  }

  @Test(arguments: [true, false]) func concludesOnABranchWithoutNodes(taken: Bool) throws {
    let model = try model(
      Self.condition.replacing("%b = Abs(%x)", with: "").replacing("return %b", with: "return %x"))
    let summary = try coverage(of: model, [flag(taken)]).summary
    #expect(summary.controls.map(\.reached) == [[taken ? "then" : "else"]])
  }

  @Test func addsUpWhatSamplesExercise() throws {
    let model = try model(Self.condition)
    var sum = try coverage(of: model, [flag(true)])
    sum += try coverage(of: model, [flag(false)])
    #expect(sum.summary.missing.isEmpty)
  }

  @Test func forgetsARunThatDidNotEnd() throws {
    let model = try model(Self.condition)
    var coverage = Coverage(of: model.graph)
    let inner = try #require(model.graph.values.first { model.graph.name(of: $0) == "a" })
    let outer = try #require(model.graph.outputs.first)
    coverage.observe(inner, numbers(1))
    coverage.abandonRun()
    coverage.observe(outer, numbers(1))
    #expect(coverage.summary.controls.map(\.reached) == [[]])
    coverage.observe(inner, numbers(1))
    coverage.observe(outer, numbers(1))
    #expect(coverage.summary.controls.map(\.reached) == [["then"]])
  }

  // MARK: - Loops

  static func loop(limit: String, condition: String) -> String {
    """
    graph main(%x: float32[1], %m: int64[], %c: bool[]) -> (%y) {
      const %three: int64[] = 3
      const %true: bool[] = true
      %y = Loop(\(limit), \(condition), %x) "repeat" {
        body = block(%i: int64[], %go: bool[], %v: float32[1]) {
          %w = Add(%v, %x)
          return %go, %w
        }
      }
      return %y
    }
    """
  }

  private func steps(_ count: Int64) -> [String: RuntimeValue] {
    [
      "x": numbers(1), "m": .tensor(Tensor(scalar: count)),
      "c": .tensor(Tensor(scalar: true)),
    ]
  }

  @Test func tellsHowOftenALoopRan() throws {
    let model = try model(Self.loop(limit: "%m", condition: "%c"))
    #expect(
      try coverage(of: model, [steps(0)]).summary.controls.map(\.reached) == [["no step"]])
    #expect(
      try coverage(of: model, [steps(1), steps(5)]).summary.missing == ["repeat: no step"])
    let all = try coverage(of: model, [steps(0), steps(1), steps(2)]).summary
    #expect(all.controls.map(\.reached) == [["no step", "one step", "many steps"]])
  }

  @Test func asksOnlyForWhatALoopCanDo() throws {
    let model = try model(Self.loop(limit: "%three", condition: "%true"))
    let summary = try coverage(of: model, [steps(0)]).summary
    #expect(summary.controls.map(\.reached) == [["many steps"]])
    #expect(summary.missing.isEmpty && summary.goalCount == 1)
  }

  // MARK: - Ranges

  @Test func tellsWhatIsReachedOfTheRangeOfAQuantizer() throws {
    let model = try model(
      """
      graph main(%x: float32[2]) -> (%y) {
        const %scale: float32[] = 1.0
        const %zero: uint8[] = 0
        %y = QuantizeLinear(%x, %scale, %zero) "quantize"
        return %y
      }
      """)
    let inside = try coverage(of: model, [["x": numbers(51, 153)]]).summary
    #expect(inside.ranges.map(\.share) == [0.4])
    #expect(inside.missing == ["quantize: low end", "quantize: high end"])
    let beyond = try coverage(
      of: model, [["x": numbers(51, 300)], ["x": numbers(0, .nan)]]
    ).summary
    #expect(beyond.ranges.map(\.share) == [1])
    #expect(beyond.ranges.map(\.reachesLow) == [true])
    #expect(beyond.missing.isEmpty && beyond.goalCount == 2)
  }

  @Test func seesAClipInsideOfAModel() throws {
    let model = try model(
      """
      graph main(%x: float32[2]) -> (%z) {
        const %low: float32[] = -3.4028235e38
        const %high: float32[] = 6.0
        %y = Neg(%x)
        %z = Clip(%y, %low, %high) "clip"
        return %z
      }
      """)
    let summary = try coverage(of: model, [["x": numbers(-5, 2)]]).summary
    #expect(summary.ranges.map(\.low) == [nil] && summary.ranges.map(\.high) == [6])
    #expect(summary.missing == ["clip: high end"])
    #expect(try coverage(of: model, [["x": numbers(-6, 2)]]).summary.missing.isEmpty)
  }

  @Test func hasNothingToSayOfOtherModels() throws {
    let model = try model(
      """
      graph main(%x: float32[2]) -> (%y) {
        %y = Neg(%x)
        return %y
      }
      """)
    let summary = try coverage(of: model, [["x": numbers(1, 2)]]).summary
    #expect(summary.goalCount == 0 && summary.share == 1)
  }
}

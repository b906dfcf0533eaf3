import IR
import Interpreter
import Operators
import Tensors
import Testing

@Suite struct ExecutionTests {
  private static func model() throws -> Model {
    var model = try Model(
      text: """
        model opset 22
        graph main(%x: float32[3]) -> (%y, %z) {
          const %third: float32[] = 0.333
          %a = Mul(%x, %third) "scale"
          %y = Add(%a, %x) "sum"
          %z = Relu(%a)
          return %y, %z
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  private static let inputs = [
    "x": RuntimeValue.tensor(Tensor(shape: [3], scalars: [1.5, -2, 0.1] as [Float]))
  ]

  @Test func advancesNodeByNodeToTheSameOutputs() throws {
    let interpreter = try Interpreter(Self.model())
    let execution = try Execution(of: interpreter, Self.inputs)
    var names: [String] = []
    while let step = try execution.advance() {
      names.append(execution.graph[step.node].operatorID.name)
    }
    #expect(names == ["Mul", "Add", "Relu"])
    #expect(execution.next == nil)
    #expect(try execution.outputs() == interpreter.run(Self.inputs))
  }

  @Test func goesOnWithAValueThatTakesAnothersPlace() throws {
    let execution = try Execution(of: try Interpreter(Self.model()), Self.inputs)
    let step = try #require(try execution.advance())
    let zeros = RuntimeValue.tensor(Tensor(shape: [3], scalars: [0, 0, 0] as [Float]))
    execution.replace(try #require(step.results.first).value, with: zeros)
    while try execution.advance() != nil {}
    #expect(try execution.outputs() == [try #require(Self.inputs["x"]), zeros])
  }

  @Test func takesResultsInsteadOfExecuting() throws {
    let execution = try Execution(of: try Interpreter(Self.model()), Self.inputs)
    let ones = RuntimeValue.tensor(Tensor(shape: [3], scalars: [1, 1, 1] as [Float]))
    #expect(execution.advance(taking: [ones])?.results.map(\.content) == [ones])
    while try execution.advance() != nil {}
    #expect(try execution.outputs().last == ones)
  }

  @Test func perturbsWhatIsComputedByFewUnits() throws {
    let plain = try Interpreter(Self.model()).run(Self.inputs)
    let options = Interpreter.Options(perturbation: Perturbation(seed: 1, units: 4))
    let perturbed = try Interpreter(Self.model(), options: options).run(Self.inputs)
    let figures = TensorComparison(
      of: try #require(perturbed[0].tensor), to: try #require(plain[0].tensor))
    #expect(figures.differingCount > 0)
    #expect(figures.maxRelativeError < 16 * 0x1p-23)
    // The same seed gives the same numbers, and what is selected is not computed.
    #expect(try Interpreter(Self.model(), options: options).run(Self.inputs) == perturbed)
    let other = Interpreter.Options(perturbation: Perturbation(seed: 2, units: 4))
    #expect(try Interpreter(Self.model(), options: other).run(Self.inputs) != perturbed)
  }

  @Test func perturbsTheSignOfAZeroThatIsComputed() throws {
    let model = try Model(
      text: """
        model opset 22
        graph main(%x: float32[2]) -> (%y, %z) {
          %y = Mul.14(%x, %x)
          %z = Relu.14(%x)
          return %y, %z
        }
        """)
    let zeros = ["x": RuntimeValue.tensor(Tensor(shape: [2], scalars: [0, 0] as [Float]))]
    var signs: Set<FloatingPointSign> = []
    for seed in 1...6 {
      let perturbation = Perturbation(seed: UInt64(seed) << 32, units: 4)
      let options = Interpreter.Options(perturbation: perturbation)
      let outputs = try Interpreter(model, options: options).run(zeros)
      signs.formUnion(outputs[0].tensor?.scalars(of: Float.self).map(\.sign) ?? [])
      // What is selected is not computed.
      #expect(outputs[1] == zeros["x"])
    }
    #expect(signs == [.plus, .minus])
  }
}

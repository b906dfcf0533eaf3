import IR
import Interpreter
import Operators
import Tensors
import Testing
import Verification

/// Plants bugs in a model and expects each to come down to the node that has it.
@Suite struct ReducerTests {
  /// Numbers in [-1, 1) that look random, as a list of the text form.
  private static func numbers(_ count: Int, from seed: Int) -> String {
    let numbers = (0..<count).map { Float(($0 * 7919 + seed * 104_729) % 2003) / 1001.5 - 1 }
    return "[\(numbers.map { "\($0)" }.joined(separator: ", "))]"
  }

  static let source = """
    model opset 22
    graph main(%x: float32[2, 8, 6, 6]) -> (%scores) {
      const %w: float32[16, 8, 3, 3] = \(numbers(1152, from: 1))
      const %b: float32[16] = \(numbers(16, from: 2))
      const %scale: float32[16] = \(numbers(16, from: 3))
      const %variance: float32[16] = [\(Array(repeating: "0.5", count: 16).joined(separator: ", "))]
      const %low: float32[] = -0.4
      const %high: float32[] = 0.7
      const %v: float32[16, 12] = \(numbers(192, from: 4))
      %a = Conv(%x, %w, %b) {pads = [1, 1, 1, 1]}
      %n = BatchNormalization(%a, %scale, %b, %b, %variance) {epsilon = 0.00001}
      %c = Clip(%n, %low, %high)
      %p = GlobalAveragePool(%c)
      %f = Flatten(%p)
      %m = MatMul(%f, %v)
      %s = Sigmoid(%m)
      %scores = Softmax(%s)
      return %scores
    }
    """

  static func model(_ text: String) throws -> Model {
    var model = try Model(text: text)
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  static func execute(
    _ model: Model, _ sample: Sample, _ precision: Precision,
    _ observe: @escaping (ValueID, RuntimeValue) -> Void
  ) throws -> ModelOutputs {
    let interpreter = try Interpreter(model, options: .init(precision: precision))
    let outputs = try interpreter.run(sample.values) { value, _, held in observe(value, held) }
    let names = model.graph.outputNames(of: model.graph.body)
    return Dictionary(zip(names, outputs)) { first, _ in first }
  }

  static func reduce(
    _ reference: Model, _ candidate: Model, keepsNames: Bool = false
  ) throws -> Reduction? {
    let sample = try Sample.generated(for: reference.graph, .init(seed: 3))
    return try Reducer(execute: Self.execute)
      .reduce(reference: reference, candidate: candidate, on: sample, keepsNames: keepsNames)
  }

  static func operators(_ model: Model) -> [String] {
    model.graph.nodes.map { model.graph[$0].operatorID.name }
  }

  struct Bug: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let old: String
    let new: String
    let reference: [String]
    let candidate: [String]

    init(
      _ name: String, _ old: String, _ new: String, _ reference: [String],
      _ candidate: [String]? = nil
    ) {
      testDescription = name
      self.old = old
      self.new = new
      self.reference = reference
      self.candidate = candidate ?? reference
    }
  }

  static let bugs = [
    Bug("pads", "[1, 1, 1, 1]", "[0, 1, 2, 1]", ["Conv"]),
    Bug("another shape", "[1, 1, 1, 1]", "[0, 1, 1, 1]", ["Conv"]),
    Bug("epsilon", "epsilon = 0.00001", "epsilon = 0.001", ["BatchNormalization"]),
    Bug("bound", "%high: float32[] = 0.7", "%high: float32[] = 0.6", ["Clip"]),
    Bug("operator", "Sigmoid(", "Tanh(", ["Sigmoid"], ["Tanh"]),
    Bug(
      "weight", "%v: float32[16, 12] = [-0.7114328", "%v: float32[16, 12] = [-2.7114328", ["MatMul"]
    ),
    Bug(
      "input", "BatchNormalization(%a, %scale, %b, %b", "BatchNormalization(%a, %scale, %scale, %b",
      ["BatchNormalization"]),
    Bug(
      "dropped node", "%s = Sigmoid(%m)\n  %scores = Softmax(%s)", "%scores = Softmax(%m)",
      ["Sigmoid", "Softmax"], ["Softmax"]),
  ]

  @Test(arguments: bugs) func findsTheNode(bug: Bug) throws {
    let text = Self.source.replacing(bug.old, with: bug.new)
    #expect(text != Self.source)
    let reference = try Self.model(Self.source)
    let reduction = try #require(try Self.reduce(reference, try Self.model(text)))
    let reproducer = reduction.reproducer
    #expect(Self.operators(reproducer.reference) == bug.reference)
    #expect(Self.operators(reproducer.candidate) == bug.candidate)
    try Self.expectDifference(of: reproducer)
    let sizes = reproducer.sample.values.values.compactMap { $0.tensor?.count }
    #expect(sizes.allSatisfy { $0 <= 16 }, "inputs of \(sizes) elements")
  }

  /// Expects that the models differ, have the same inputs and are valid.
  static func expectDifference(of reproducer: Reproducer) throws {
    let reducer = Reducer(execute: Self.execute)
    #expect(
      try reducer.differs(
        reference: reproducer.reference, candidate: reproducer.candidate,
        sample: reproducer.sample) != nil)
    let inputs = [reproducer.reference.graph, reproducer.candidate.graph].map { graph in
      Set(graph.inputs.map(graph.name(of:)))
    }
    #expect(inputs[0] == inputs[1])
    #expect(inputs[0] == Set(reproducer.sample.values.keys))
    #expect(reproducer.reference.validate().isEmpty)
    #expect(reproducer.candidate.validate().isEmpty)
  }

  @Test(arguments: [
    ("0.00001", "0.001", "BatchNormalization"), ("Sigmoid(", "Tanh(", "Tanh"),
  ])
  func findsTheNodeWithoutNames(old: String, new: String, name: String) throws {
    let reference = try Self.model(Self.source)
    var candidate = try Self.model(Self.source.replacing(old, with: new))
    for value in candidate.graph.values where !candidate.graph.inputs.contains(value) {
      candidate.graph.setName("", of: value)
    }
    let reduction = try #require(try Self.reduce(reference, candidate))
    #expect(Self.operators(reduction.reproducer.candidate) == [name])
    try Self.expectDifference(of: reduction.reproducer)
  }

  @Test func findsADefaultThatDiffers() throws {
    let reference = try Self.model(
      """
      model opset 22
      producer "secret" "1.0"
      graph main(%x: float32[3], %k: float32[3] = [1.0, 2.0, 3.0]) -> (%y) {
        %a = Relu(%x)
        %b = Add(%a, %k)
        %y = Neg(%b)
        return %y
      }
      """)
    var candidate = reference
    let input = try #require(candidate.graph.inputs.last)
    candidate.graph.setConstant(Tensor(shape: [3], scalars: [1, 2, 4] as [Float]), of: input)
    let reproducer = try #require(try Self.reduce(reference, candidate)).reproducer
    #expect(Self.operators(reproducer.candidate) == ["Add"])
    #expect(reproducer.reference.producer.name.isEmpty)
    try Self.expectDifference(of: reproducer)
  }

  @Test func findsErrorsThatAddUp() throws {
    // Each step is off by less than rounding may be, all of them by more.
    let steps = 64
    func text(_ factor: String) -> String {
      let lines = (0..<steps).map { "%v\($0 + 1) = Mul(%v\($0), %k)" }
      return """
        model opset 22
        graph main(%v0: float32[4]) -> (%v\(steps)) {
          const %k: float32[] = \(factor)
          \(lines.joined(separator: "\n  "))
          return %v\(steps)
        }
        """
    }
    let reference = try Self.model(text("1.0"))
    let candidate = try Self.model(text("1.000002"))
    let reproducer = try #require(try Self.reduce(reference, candidate)).reproducer
    let count = Self.operators(reproducer.candidate).count
    #expect(count > 1 && count < steps)
    try Self.expectDifference(of: reproducer)
  }

  @Test func shrinksTheGatesOfALayerWithItsHiddenSize() throws {
    let text = """
      model opset 22
      graph main(%x: float32[5, 2, 6]) -> (%y) {
        const %w: float32[1, 32, 6] = \(Self.numbers(192, from: 6))
        const %r: float32[1, 32, 8] = \(Self.numbers(256, from: 7))
        const %b: float32[1, 64] = \(Self.numbers(64, from: 8))
        %y, _, _ = LSTM(%x, %w, %r, %b) {hidden_size = 8}
        return %y
      }
      """
    let reference = try Self.model(text)
    var candidate = reference
    let weights = try #require(
      candidate.graph.values.first { candidate.graph.name(of: $0) == "r" })
    var numbers = try #require(candidate.graph.constant(of: weights)).scalars(of: Float.self)
    numbers[200] += 1
    candidate.graph.setConstant(Tensor(shape: [1, 32, 8], scalars: numbers), of: weights)
    let reproducer = try #require(try Self.reduce(reference, candidate)).reproducer
    let graph = reproducer.reference.graph
    let sizes = graph.values.compactMap { graph.constant(of: $0)?.count }
    #expect(!sizes.isEmpty && sizes.allSatisfy { $0 <= 16 }, "constants of \(sizes) elements")
    try Self.expectDifference(of: reproducer)
  }

  @Test func keepsNoNumbersThatDoNotMatter() throws {
    let candidate = try Self.model(Self.source.replacing("[1, 1, 1, 1]", with: "[0, 1, 2, 1]"))
    let reduction = try #require(try Self.reduce(try Self.model(Self.source), candidate))
    #expect(reduction.ownConstantCount == 0)
    #expect(reduction.ownInputCount == 0)
  }

  @Test func leavesNamesOutUnlessTheyAreWanted() throws {
    let reference = try Self.model(Self.source)
    let candidate = try Self.model(Self.source.replacing("Sigmoid(", with: "Tanh("))
    let hidden = try #require(try Self.reduce(reference, candidate)).reproducer.candidate.graph
    #expect(hidden.outputNames(of: hidden.body) == ["output0"])
    #expect(hidden.inputs.map(hidden.name(of:)) == ["input0"])
    let kept = try #require(try Self.reduce(reference, candidate, keepsNames: true))
    let graph = kept.reproducer.candidate.graph
    #expect(graph.outputNames(of: graph.body) == ["s"])
    #expect(graph.inputs.map(graph.name(of:)) == ["m"])
  }

  @Test func findsNothingInEqualModels() throws {
    let model = try Self.model(Self.source)
    #expect(try Self.reduce(model, model) == nil)
  }

  @Test func takesNoRoundingForADifference() throws {
    let sum = """
      model opset 22
      graph main(%x: float32[64]) -> (%y) {
        const %k: float32[64] = \(Self.numbers(64, from: 5))
        %a = Add(%x, %k)
        %y = Add(%a, %x)
        return %y
      }
      """
    let other = sum.replacing("Add(%x, %k)", with: "Add(%x, %x)")
      .replacing("Add(%a, %x)", with: "Add(%a, %k)")
    #expect(try Self.reduce(try Self.model(sum), try Self.model(other)) == nil)
  }

  @Test func keepsANodeWhoseSubgraphHasTheBug() throws {
    let loop = """
      model opset 22
      graph main(%x: float32[5]) -> (%y) {
        const %count: int64[] = 3
        const %go: bool[] = true
        const %two: float32[] = 2.0
        %a = Relu(%x)
        %b = Add(%a, %x)
        %c = Loop(%count, %go, %b) {
          body = block(%i: int64[], %on: bool[], %v: float32[5]) -> (%on, %d) {
            %d = Mul(%v, %two)
            return %on, %d
          }
        }
        %y = Neg(%c)
        return %y
      }
      """
    let reference = try Self.model(loop)
    let candidate = try Self.model(loop.replacing("Mul(%v, %two)", with: "Sub(%v, %two)"))
    let reduction = try #require(try Self.reduce(reference, candidate))
    #expect(Self.operators(reduction.reproducer.candidate) == ["Loop"])
    try Self.expectDifference(of: reduction.reproducer)
  }

  @Test func looksThroughNamesThatMeanSomethingElse() throws {
    // The candidate folds the bias into what it calls a: only b is the same.
    let reference = """
      model opset 22
      graph main(%x: float32[4]) -> (%y) {
        const %k: float32[4] = [1.0, 2.0, 3.0, 4.0]
        %a = Mul(%x, %x)
        %b = Add(%a, %k)
        %c = Sigmoid(%b)
        %y = Neg(%c)
        return %y
      }
      """
    let candidate = reference.replacing(
      "%a = Mul(%x, %x)\n  %b = Add(%a, %k)",
      with: "%h = Mul(%x, %x)\n  %a = Add(%h, %k)\n  %b = Identity(%a)"
    )
    .replacing("Sigmoid", with: "Tanh")
    #expect(candidate.contains("Identity"))
    let reduction = try #require(
      try Self.reduce(try Self.model(reference), try Self.model(candidate)))
    #expect(Self.operators(reduction.reproducer.candidate) == ["Tanh"])
  }
}

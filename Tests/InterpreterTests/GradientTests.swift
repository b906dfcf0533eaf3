import IR
import Interpreter
import Operators
import Tensors
import Testing

@Suite struct GradientTests {
  private static func run(
    _ body: String, inputs: [(String, Tensor)], isTyped: Bool = true, functions: String = "",
    options: Interpreter.Options = .init()
  ) throws -> [Tensor?] {
    let parameters = inputs.map { name, tensor in
      isTyped ? "%\(name): \(tensor.elementType)\(tensor.shape)" : "%\(name)"
    }
    var model = try Model(
      text: """
        model opset 24, ai.onnx.preview.training 1, local 1
        graph main(\(parameters.joined(separator: ", "))) \(body)
        \(functions)
        """)
    let report = model.prepare()
    if let error = report.errors.first { throw error }
    let values = Dictionary(
      uniqueKeysWithValues: inputs.map { ($0, RuntimeValue.tensor($1)) })
    return try Interpreter(model, options: options).run(values).map(\.tensor)
  }

  private static func number(_ value: Float) -> Tensor { Tensor(scalar: value) }
  private static let gradient = "ai.onnx.preview.training::Gradient"

  @Test func differentiatesByEachVariable() throws {
    let outputs = try Self.run(
      """
      -> (%dx, %dy) {
        %s = Add(%x, %y) %z = Mul(%s, %x)
        %dx, %dy = \(Self.gradient)(%x, %y) {xs = ["x", "y"], y = "z"}
        return %dx, %dy
      }
      """, inputs: [("x", Self.number(3)), ("y", Self.number(5))])
    #expect(outputs == [Self.number(11), Self.number(3)])
  }

  @Test func differentiatesAtTheValuesItIsGiven() throws {
    // z = x · h at x = 3 and h = 7, although h is 2x elsewhere.
    let outputs = try Self.run(
      """
      -> (%dx, %dh) {
        %h = Add(%x, %x) %z = Mul(%x, %h)
        %dx, %dh = \(Self.gradient)(%x, %other) {xs = ["x", "h"], y = "z"}
        return %dx, %dh
      }
      """, inputs: [("x", Self.number(3)), ("other", Self.number(7))])
    #expect(outputs == [Self.number(7), Self.number(3)])
  }

  @Test func holdsParametersFixed() throws {
    let outputs = try Self.run(
      """
      -> (%dx) {
        %p = Mul(%x, %y) %z = Mul(%p, %y)
        %dx = \(Self.gradient)(%x, %four) {xs = ["x"], zs = ["y"], y = "z"}
        return %dx
      }
      """,
      inputs: [("x", Self.number(3)), ("y", Self.number(5)), ("four", Self.number(4))])
    #expect(outputs == [Self.number(16)])
  }

  @Test func standsBeforeWhatItDifferentiates() throws {
    let outputs = try Self.run(
      """
      -> (%dx) {
        %dx = \(Self.gradient)(%x) {xs = ["x"], y = "z"}
        %z = Mul(%x, %x)
        return %dx
      }
      """, inputs: [("x", Self.number(3))])
    #expect(outputs == [Self.number(6)])
  }

  @Test func leavesOutGradientsThatNobodyNames() throws {
    let outputs = try Self.run(
      """
      -> (%dy) {
        %z = Mul(%x, %y)
        _, %dy = \(Self.gradient)(%x, %y) {xs = ["x", "y"], y = "z"}
        return %dy
      }
      """, inputs: [("x", Self.number(3)), ("y", Self.number(5))])
    #expect(outputs == [Self.number(3)])
  }

  @Test func isZeroWhereNothingDepends() throws {
    let y = Tensor(shape: [2], scalars: [1, 2] as [Float])
    let outputs = try Self.run(
      """
      -> (%dx, %dy) {
        %f = Floor(%x) %z = Identity(%y)
        %dx = \(Self.gradient)(%x) {xs = ["x"], y = "f"}
        %dy = \(Self.gradient)(%y) {xs = ["y"], y = "f"}
        return %dx, %dy
      }
      """, inputs: [("x", Self.number(3)), ("y", y)])
    #expect(outputs == [Self.number(0), Tensor(shape: [2], scalars: [0, 0] as [Float])])
  }

  @Test func isOneForTheResultItself() throws {
    let outputs = try Self.run(
      """
      -> (%d) {
        %z = Neg(%x)
        %d = \(Self.gradient)(%z) {xs = ["z"], y = "z"}
        return %d
      }
      """, inputs: [("x", Self.number(3))])
    #expect(outputs == [Self.number(1)])
  }

  /// The third derivative of x⁴ at 2, where the model's outputs are the names.
  @Test func differentiatesGradients() throws {
    let outputs = try Self.run(
      """
      -> (%d1, %d2, %d3) {
        %s = Mul(%x, %x) %z = Mul(%s, %s)
        %d1 = \(Self.gradient)(%x) {xs = ["x"], y = "z"}
        %d2 = \(Self.gradient)(%x) {xs = ["x"], y = "d1"}
        %d3 = \(Self.gradient)(%x) {xs = ["x"], y = "d2"}
        return %d1, %d2, %d3
      }
      """, inputs: [("x", Self.number(2))])
    #expect(outputs == [Self.number(32), Self.number(48), Self.number(48)])
  }

  @Test func seesThroughFunctions() throws {
    let outputs = try Self.run(
      """
      -> (%d) {
        %z = local::Scaled(%x) {factor = 3.0}
        %d = \(Self.gradient)(%x) {xs = ["x"], y = "z"}
        return %d
      }
      """, inputs: [("x", Self.number(2))],
      functions: """
        function local::Scaled(%v) -> (%w) opset 24 attributes {factor} {
          const %two: float32[] = 2.0
          %p = Pow(%v, %two)
          %n = Neg(%p)
          %w = LeakyRelu(%n) {alpha = @factor: float}
          return %w
        }
        """)
    #expect(outputs == [Self.number(-12)])
  }

  @Test func differentiatesInsideOfSubgraphs() throws {
    let outputs = try Self.run(
      """
      -> (%y) {
        const %c: bool[] = true
        %z = Mul(%x, %x)
        %y = If(%c) {
          then_branch = block {
            %d = \(Self.gradient)(%x) {xs = ["x"], y = "z"}
            return %d
          },
          else_branch = block { return %x }
        }
        return %y
      }
      """, inputs: [("x", Self.number(3))])
    #expect(outputs == [Self.number(6)])
  }

  @Test(arguments: [ElementType.float16, .float32, .float64])
  func hasTheTypeOfTheVariable(_ type: ElementType) throws {
    let x = Tensor(shape: [2, 1], scalars: [1, 2] as [Float]).converted(to: type)
    let y = Tensor(shape: [3], scalars: [3, 4, 5] as [Float]).converted(to: type)
    let body = """
      -> (%dx, %dy) {
        %p = Mul(%x, %y) %z = LeakyRelu(%p) {alpha = 0.3}
        %dx, %dy = \(Self.gradient)(%x, %y) {xs = ["x", "y"], y = "z"}
        return %dx, %dy
      }
      """
    let expected = [
      Tensor(shape: [2, 1], scalars: [12, 12] as [Float]).converted(to: type),
      Tensor(shape: [3], scalars: [3, 3, 3] as [Float]).converted(to: type),
    ]
    #expect(try Self.run(body, inputs: [("x", x), ("y", y)]) == expected)
    // Nothing but the ranks that arise is known.
    #expect(try Self.run(body, inputs: [("x", x), ("y", y)], isTyped: false) == expected)
    let wide = try Self.run(
      body, inputs: [("x", x), ("y", y)], options: .init(precision: .float64))
    #expect(wide == expected.map { $0.converted(to: .float64) })
  }

  static let mistakes: [(String, OperatorError.Code, String)] = [
    (
      "%d = \(gradient)(%x) {xs = [\"x\"], y = \"q\"}", .invalidAttribute,
      "no value is named \"q\""
    ),
    (
      "%d = \(gradient)(%x) {xs = [\"q\"], y = \"z\"}", .invalidAttribute,
      "no value is named \"q\""
    ),
    (
      "%d = \(gradient)(%x, %x) {xs = [\"x\"], y = \"z\"}", .wrongInputCount,
      "2 inputs are given for 1 names in xs and zs"
    ),
    (
      "%d = \(gradient)(%x, %x) {xs = [\"x\", \"x\"], y = \"z\"}", .invalidAttribute,
      "xs and zs do not name different values: [\"x\", \"x\"]"
    ),
    (
      "%e = Det(%m) \"determinant\" %d = \(gradient)(%m) {xs = [\"m\"], y = \"e\"}", .unsupported,
      "Det has no derivative in this version"
    ),
    (
      "%p = ReduceProd(%m) \"product\" %d = \(gradient)(%m) {xs = [\"m\"], y = \"p\"}",
      .unsupported, "ReduceProd has no derivative in this version"
    ),
    (
      "%d = \(gradient)(%x) {xs = [\"x\"], y = \"e\"} %e = Add(%d, %x)", .limitExceeded,
      "derivatives depend on each other too deeply"
    ),
    (
      "%i = If(%c) {then_branch = block { return %x }, else_branch = block { return %x }} "
        + "%d = \(gradient)(%x) {xs = [\"x\"], y = \"i\"}", .unsupported,
      "If has no derivative in this version"
    ),
  ]

  @Test(arguments: mistakes)
  func reports(_ statements: String, _ code: OperatorError.Code, _ message: String) throws {
    let matrix = Tensor(shape: [1, 1], scalars: [2] as [Float])
    let error = #expect(throws: OperatorError.self) {
      try Self.run(
        "-> (%d) { const %c: bool[] = true %z = Mul(%x, %x) \(statements) return %d }",
        inputs: [("x", Self.number(3)), ("m", matrix)])
    }
    #expect(error?.code == code)
    #expect(error?.message == message)
  }

  @Test func keepsTheGraphAsItIs() throws {
    var model = try Model(
      text: """
        model opset 24, ai.onnx.preview.training 1
        graph main(%x: float32[]) -> (%d) {
          %z = Mul(%x, %x)
          %d = \(Self.gradient)(%x) {xs = ["x"], y = "z"}
          return %d
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    #expect(model.graph.outputs.map { model.graph.type(of: $0) } == [.tensor(.float32, [])])
    _ = try Interpreter(model)
    #expect(model.graph.nodes.map { model.graph[$0].operatorID.name } == ["Mul", "Gradient"])
  }
}

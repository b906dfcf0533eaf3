import IR
import Interpreter
import Operators
import Tensors
import Testing

/// Executes models as they are and as older operator sets express them.
@Suite struct DowngradedModelTests {
  /// A model of some float inputs: statements that compute `%y`.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let version: Int
    let operators: [String]
    let shapes: [[Int]]

    init(_ text: String, _ shapes: [Int]..., at version: Int, as operators: String...) {
      description = text
      self.version = version
      self.operators = operators
      self.shapes = shapes
    }

    func model() throws -> Model {
      let parameters = zip(["a", "b", "c"], shapes).map { "%\($0): float32\($1)" }
      var model = try Model(
        text: """
          model opset 25
          graph main(\(parameters.joined(separator: ", "))) -> (%y) {
            \(description)
            return %y
          }
          """)
      if let error = model.prepare().errors.first { throw error }
      return model
    }

    /// Evenly spread numbers from -2 to 2 that come in no order.
    var inputs: [String: RuntimeValue] {
      var (inputs, position): ([String: RuntimeValue], Float) = ([:], 0)
      for (name, shape) in zip(["a", "b", "c"], shapes) {
        let numbers = (0..<shape.reduce(1, *)).map { _ -> Float in
          position += 0.618034
          return 4 * (position - position.rounded(.down)) - 2
        }
        inputs[name] = .tensor(Tensor(shape: shape, scalars: numbers))
      }
      return inputs
    }
  }

  static func outputs(_ model: Model, _ example: Case) throws -> [Float] {
    let outputs = try Interpreter(model).run(example.inputs)
    let tensor = try #require(outputs.first?.tensor)
    return tensor.converted(to: .float32).withScalars(of: Float.self) { Array($0) }
  }

  /// Lowers a model and returns it as a file would give it back.
  static func downgraded(_ example: Case) throws -> Model {
    var model = try example.model()
    let report = model.downgrade(to: example.version)
    if let error = report.errors.first { throw error }
    #expect(model.operatorSets == ["": example.version])
    #expect(model.graph.nodes.map { model.graph[$0].operatorID.name } == example.operators)
    if let error = model.prepare().errors.first { throw error }
    return model
  }

  static let exact = [
    Case("const %x: int64[1] = [1] %y = Unsqueeze(%a, %x)", [2, 3], at: 12, as: "Unsqueeze"),
    Case("const %x: int64[1] = [-1] %y = Squeeze(%a, %x)", [3, 1], at: 9, as: "Squeeze"),
    Case("const %x: int64[1] = [-1] %y = ReduceSum(%a, %x)", [2, 3], at: 7, as: "ReduceSum"),
    Case("const %x: int64[1] = [1] %y = ReduceMax(%a, %x)", [2, 3], at: 17, as: "ReduceMax"),
    Case("%y = ReduceMean(%a)", [2, 3], at: 17, as: "ReduceMean"),
    Case(
      "%y = ReduceMax(%a) {noop_with_empty_axes = 1}", [2, 3], at: 17, as: "Identity"),
    Case(
      "const %l: float32[] = -1.0 const %h: float32[] = 1.0 %y = Clip(%a, %l, %h)", [7], at: 10,
      as: "Clip"),
    Case("const %h: float32[] = 1.0 %y = Clip(%a, _, %h)", [7], at: 6 + 1, as: "Clip"),
    Case("%y = Clip(%a, %b)", [7], [], at: 10, as: "Max"),
    Case(
      "const %s: int64[1] = [1] const %e: int64[1] = [3] const %x: int64[1] = [-1] "
        + "%y = Slice(%a, %s, %e, %x)", [2, 4], at: 9, as: "Slice"),
    Case(
      "const %p: int64[2] = [1, 2] const %v: float32[] = 0.5 const %x: int64[1] = [-1] "
        + "%y = Pad(%a, %p, %v, %x)", [2, 3], at: 10, as: "Pad"),
    Case("%p, %y = Split(%a) {axis = 1, num_outputs = 2}", [2, 5], at: 11, as: "Split"),
    Case("const %s: int64[2] = [1, 2] %p, %y = Split(%a, %s)", [3, 2], at: 12, as: "Split"),
    Case("const %k: int64[1] = [2] %y, %i = TopK(%a, %k)", [2, 5], at: 9, as: "TopK"),
    Case("const %r: float32[] = 0.3 %y = Dropout(%a, %r)", [4], at: 11, as: "Dropout"),
    Case("%y = Softmax(%a)", [2, 3, 4], at: 12, as: "Softmax"),
    Case(
      "%y = LogSoftmax(%a) {axis = 1}", [2, 3, 4], at: 9, as: "Transpose", "LogSoftmax",
      "Transpose"),
    Case("%y = Gemm(%a, %b) {alpha = 0.5}", [2, 3], [3, 2], at: 9, as: "Gemm"),
    Case(
      "const %s: float32[4] = [1.0, 1.0, 2.0, 3.0] "
        + "%y = Resize(%a, _, %s) {mode = \"nearest\", nearest_mode = \"floor\", "
        + "coordinate_transformation_mode = \"asymmetric\"}", [1, 1, 2, 2], at: 9,
      as: "Upsample"),
    Case(
      "const %s: float32[2] = [2.0, 3.0] %y = Resize(%a, _, %s) {axes = [2, 3]}", [1, 1, 2, 2],
      at: 10, as: "Resize"),
    Case(
      "const %s: int64[4] = [1, 1, 5, 3] %y = Resize(%a, _, _, %s) {mode = \"linear\"}",
      [1, 1, 2, 2], at: 11, as: "Resize"),
    Case(
      "%g = GreaterOrEqual(%a, %b) %y = Where(%g, %a, %b)", [5], [5], at: 11, as: "Greater",
      "Equal", "Or", "Where"),
    Case("%h = Cast(%a) {to = 11} %y = CastLike(%h, %b)", [3], [1], at: 13, as: "Cast", "Cast"),
    Case("const %e: int64[] = 3 %y = Pow(%a, %e)", [3], at: 11, as: "Pow"),
    Case(
      "%s = Shape(%a) {start = 1} %y = Cast(%s) {to = 1}", [2, 3, 4], at: 13, as: "Shape", "Slice",
      "Cast"),
    Case("const %s: int64[2] = [2, 3] %y = ConstantOfShape(%s)", at: 8, as: "Expand"),
    Case(
      "%y = Trilu(%a) {upper = 0}", [3, 4], at: 13, as: "Shape", "Gather", "Range", "Gather",
      "Range", "Unsqueeze", "Sub", "Greater", "Where"),
    Case(
      "const %i: int64[1, 2] = [1, 0] %y = ScatterElements(%a, %i, %b)", [2, 2], [1, 2], at: 10,
      as: "Scatter"),
    Case(
      "const %s: int64[2] = [3, 2] %y = Reshape(%a, %s) {allowzero = 1}", [2, 3], at: 13,
      as: "Reshape"),
    Case(
      "%y = RotaryEmbedding(%a, %b, %c) {num_heads = 2}", [1, 3, 8], [1, 3, 2], [1, 3, 2], at: 22,
      as: "Reshape", "Split", "Unsqueeze", "Unsqueeze", "Mul", "Mul", "Sub", "Mul", "Mul", "Add",
      "Concat", "Reshape"),
  ]

  @Test(arguments: exact)
  func computesTheSameBits(example: Case) throws {
    let expected = try Self.outputs(try example.model(), example)
    #expect(try Self.outputs(try Self.downgraded(example), example) == expected)
  }

  static let rounding = [
    Case("%y = Gelu(%a)", [9], at: 19, as: "Mul", "Mul", "Erf", "Add", "Mul"),
    Case(
      "%y = Gelu(%a) {approximate = \"tanh\"}", [9], at: 17, as: "Mul", "Mul", "Mul", "Mul", "Add",
      "Mul", "Tanh", "Add", "Mul"),
    Case("%y = HardSwish(%a)", [9], at: 13, as: "HardSigmoid", "Mul"),
    Case("%y = Mish(%a)", [9], at: 17, as: "Softplus", "Tanh", "Mul"),
    Case("%y = Swish(%a) {alpha = 2.0}", [9], at: 23, as: "Mul", "Sigmoid", "Mul"),
    Case("%y = Celu(%a) {alpha = 2.0}", [9], at: 11, as: "Div", "Elu", "Mul", "Less", "Where"),
    Case(
      "%y = LayerNormalization(%a, %b, %c)", [2, 5], [5], [5], at: 16, as: "ReduceMean", "Sub",
      "Mul", "ReduceMean", "Add", "Sqrt", "Reciprocal", "Mul", "Mul", "Add"),
    Case(
      "%y = RMSNormalization(%a, %b)", [2, 5], [5], at: 17, as: "Mul", "ReduceMean", "Add", "Sqrt",
      "Reciprocal", "Mul", "Mul"),
    Case(
      "%h = Cast(%a) {to = 10} %y = Mish(%h)", [9], at: 17, as: "Cast", "Cast", "Softplus", "Tanh",
      "Mul", "Cast"),
  ]

  @Test(arguments: rounding)
  func computesTheSameWithinRounding(example: Case) throws {
    let expected = try Self.outputs(try example.model(), example)
    let got = try Self.outputs(try Self.downgraded(example), example)
    #expect(got.count == expected.count)
    for (left, right) in zip(got, expected) {
      #expect(abs(left - right) <= 2e-3 * max(1, abs(right)))
    }
  }

  static let attention = [
    "%y = Attention(%a, %b, %c)", "%y = Attention(%a, %b, %c) {is_causal = 1, scale = 0.5}",
    "%y = Attention(%a, %b, %c) {softcap = 1.5}",
    "const %m: bool[2, 2] = [true, false, false, false] %y = Attention(%a, %b, %c, %m)",
    "const %m: float32[2, 2] = [0.0, 1.0, -1.0, 2.0] %y = Attention(%a, %b, %c, %m)",
    "%y = Attention(%a, %b, %c, _, %b, %c) {is_causal = 1}",
  ]

  @Test(arguments: attention, [9 + 4, 22])
  func composesAttention(text: String, version: Int) throws {
    let example = Case(text, [1, 4, 2, 4], [1, 2, 2, 4], [1, 2, 2, 4], at: version)
    let model = try example.model()
    var lowered = model
    let report = lowered.downgrade(to: version)
    #expect(report.errors.isEmpty)
    #expect(report.reassociated == ["Attention"])
    #expect(lowered.prepare().errors.isEmpty)
    let (got, expected) = (try Self.outputs(lowered, example), try Self.outputs(model, example))
    for (left, right) in zip(got, expected) { #expect(abs(left - right) <= 1e-5) }
  }

  @Test func lowersSubgraphsAndFunctions() throws {
    var model = try Model(
      text: """
        model opset 25, local 1
        graph main(%c: bool[], %x: float32[2, 3]) -> (%z) {
          const %axes: int64[1] = [0]
          %y = If(%c) {
            then_branch = block {
              %t = Unsqueeze(%x, %axes)
              return %t
            },
            else_branch = block {
              %e = local::Widened(%x)
              return %e
            }
          }
          %z = Identity(%y)
          return %z
        }
        function local::Widened(%v) -> (%w) opset 25 {
          const %axes: int64[1] = [0]
          %w = Unsqueeze(%v, %axes)
          return %w
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    #expect(model.downgrade(to: 11).errors.isEmpty)
    #expect(model.operatorSets[""] == 11)
    #expect(model.functions[0].operatorSets[""] == 11)
    #expect(!model.text().contains("axes: int64"))
  }

  static let refused: [(String, Int, String)] = [
    ("%y = Einsum(%a) {equation = \"ij->ji\"}", 11, "operator set 12 has a form for it"),
    (
      "%b = Cast(%a) {to = 7} %c = Relu(%b) %y = Cast(%c) {to = 1}", 13,
      "X is of int64; it takes float32, float16, float64, bfloat16"
    ),
    (
      "%n = Size(%a) %s = Shape(%a) %y = Expand(%n, %s)", 7, "operator set 8 has a form for it"
    ),
    ("%y = ReduceSum(%a, %q)", 11, "axes is an input that is no constant"),
    (
      "const %s: float32[3] = [1.0, 2.0, 3.0] %n = QuantizeLinear(%a, %s) "
        + "%y = DequantizeLinear(%n, %s)", 12, "the scale is not known to be one number"
    ),
    ("%y = Pad(%a, %p) {mode = \"wrap\"}", 18, "mode is \"wrap\""),
    (
      "%y = AveragePool(%i) {kernel_shape = [2], dilations = [2]}", 18,
      "there is no attribute dilations"
    ),
  ]

  @Test(arguments: refused)
  func saysWhatAnOperatorSetCannotExpress(text: String, version: Int, reason: String) throws {
    var model = try Model(
      text: """
        model opset 25
        graph main(%a: float32[2, 3], %i: float32[1, 1, 9], %p: int64[4], %q: int64[1]) -> (%y) {
          \(text)
          return %y
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    let errors = model.downgrade(to: version).errors
    #expect(errors.contains { $0.description.contains(reason) }, "\(errors)")
  }
}

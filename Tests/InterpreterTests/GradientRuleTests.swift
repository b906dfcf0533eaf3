import IR
import Interpreter
import Operators
import Tensors
import Testing

/// Compares gradients with central differences in 64 bits.
@Suite struct GradientRuleTests {
  /// A function of some inputs: statements that compute `%y`.
  struct Function: Sendable, CustomStringConvertible {
    let description: String
    let shapes: [[Int]]
    let range: ClosedRange<Double>

    init(_ text: String, _ shapes: [Int]..., in range: ClosedRange<Double> = -2...2) {
      description = text
      self.shapes = shapes
      self.range = range
    }

    var names: [String] { Array(["a", "b", "c", "d", "e"].prefix(shapes.count)) }

    /// Evenly spread numbers that come in no order.
    var inputs: [String: [Double]] {
      var position = 0
      var inputs: [String: [Double]] = [:]
      for (name, shape) in zip(names, shapes) {
        inputs[name] = (0..<shape.reduce(1, *)).map { _ in
          position += 1
          let part = Double(position) * 0.6180339887498949
          return range.lowerBound
            + (range.upperBound - range.lowerBound) * (part - part.rounded(.down))
        }
      }
      return inputs
    }

    /// The function, each element weighted so that none stands for another, and its gradients.
    var model: String {
      let parameters = zip(names, shapes).map { "%\($0): float64\($1)" }.joined(separator: ", ")
      let values = names.map { "%\($0)" }.joined(separator: ", ")
      let gradients = names.map { "%d\($0)" }.joined(separator: ", ")
      let quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
      return """
        model opset 24, ai.onnx.preview.training 1
        graph main(\(parameters)) -> (%z, \(gradients)) {
          \(description)
          %w = RandomUniformLike(%y) {seed = 1.0, low = 0.5, high = 1.5}
          %z = Mul(%y, %w)
          \(gradients) = ai.onnx.preview.training::Gradient(\(values)) {xs = [\(quoted)], y = "z"}
          return %z, \(gradients)
        }
        """
    }
  }

  static let elementwise = [
    "Abs", "Atan", "Asinh", "Celu", "Cos", "Cosh", "Elu", "Erf", "Exp", "Gelu", "HardSigmoid",
    "HardSwish", "LeakyRelu", "Mish", "Neg", "Relu", "Selu", "Sigmoid", "Sin", "Sinh", "Softplus",
    "Softsign", "Swish", "Tanh", "ThresholdedRelu",
  ].map { Function("%y = \($0)(%a)", [3, 5], in: -4...4) }

  static let narrow = [
    Function("%y = Acos(%a)", [5], in: -0.9...0.9),
    Function("%y = Acosh(%a)", [5], in: 1.1...4),
    Function("%y = Asin(%a)", [5], in: -0.9...0.9),
    Function("%y = Atanh(%a)", [5], in: -0.9...0.9),
    Function("%y = Log(%a)", [5], in: 0.1...4),
    Function("%y = Reciprocal(%a)", [5], in: 0.1...4),
    Function("%y = Sqrt(%a)", [5], in: 0.1...4),
    Function("%y = Tan(%a)", [5], in: -1.2...1.2),
    Function("%y = Celu(%a) {alpha = 2.0}", [5]),
    Function("%y = Elu(%a) {alpha = 2.0}", [5]),
    Function("%y = Gelu(%a) {approximate = \"tanh\"}", [5]),
    Function("%y = HardSigmoid(%a) {alpha = 0.5}", [9]),
    Function("%y = Selu(%a) {alpha = 2.0, gamma = 3.0}", [5]),
    Function("%y = Shrink(%a) {lambd = 1.0, bias = 0.5}", [9]),
    Function("%y = Swish(%a) {alpha = 2.0}", [5]),
  ]

  static let arithmetic = [
    Function("%y = Add(%a, %b)", [2, 3], [3]),
    Function("%y = Sub(%a, %b)", [2, 1], [1, 3]),
    Function("%y = Mul(%a, %b)", [], [2, 3]),
    Function("%y = Mul(%a, %a)", [2, 3]),
    Function("%y = Div(%a, %b)", [4, 1, 2], [3, 1], in: 0.5...2),
    Function("%y = Pow(%a, %b)", [2, 3], [3], in: 0.5...2),
    Function("const %two: float64[] = 2.0 %y = Pow(%a, %two)", [5]),
    Function("const %three: int64[] = 3 %y = Pow(%a, %three)", [5]),
    Function("%y = PRelu(%a, %b)", [2, 3, 2], [3, 1]),
    Function("%y = Sum(%a, %b, %c)", [2, 3], [3], []),
    Function("%y = Mean(%a, %b)", [2, 3], [2, 1]),
    Function("%y = Max(%a, %b, %c)", [2, 3], [3], [2, 1]),
    Function("%y = Min(%a, %b)", [2, 3], [3]),
    Function(
      "const %low: float64[] = -1.0 const %high: float64[] = 1.0 %y = Clip(%a, %low, %high)", [7]),
    Function("const %low: float64[] = 0.0 %y = Clip(%a, %low)", [7]),
    Function("%m = Less(%a, %b) %y = Where(%m, %a, %b)", [2, 3], [3]),
    Function("%h = Cast(%a) {to = 11} %y = CastLike(%h, %b)", [3], [1]),
    Function("const %axis: int64[] = 1 %y = CumSum(%a, %axis)", [2, 4]),
    Function(
      "const %axis: int64[] = 0 %y = CumSum(%a, %axis) {exclusive = 1, reverse = 1}", [4, 2]),
  ]

  static let movement = [
    Function("const %s: int64[2] = [3, -1] %y = Reshape(%a, %s)", [2, 6]),
    Function("%f = Flatten(%a) {axis = 1} %y = Identity(%f)", [2, 2, 3]),
    Function("const %x: int64[1] = [1] %u = Unsqueeze(%a, %x) %y = Squeeze(%u)", [2, 3]),
    Function("%y = Transpose(%a) {perm = [2, 0, 1]}", [2, 3, 4]),
    Function("%y = Transpose(%a)", [2, 3, 4]),
    Function("const %s: int64[3] = [2, 3, 2] %y = Expand(%a, %s)", [3, 1]),
    Function("%y = Concat(%a, %b, %a) {axis = -1}", [2, 3], [2, 1]),
    Function("%p, %q = Split(%a) {axis = 1, num_outputs = 2} %y = Mul(%p, %q)", [2, 4]),
    Function("%p, %y = Split(%a) {axis = 0, num_outputs = 2}", [3, 2]),
    Function(
      "const %s: int64[1] = [3] const %e: int64[1] = [-9] const %x: int64[1] = [1] "
        + "const %t: int64[1] = [-2] %y = Slice(%a, %s, %e, %x, %t)", [2, 5]),
    Function("const %i: int64[2, 2] = [1, 0, 1, -1] %y = Gather(%a, %i) {axis = 1}", [2, 3]),
    Function("const %i: int64[1, 3] = [1, 0, 1] %y = GatherElements(%a, %i)", [2, 3]),
    Function("const %i: int64[2, 2] = [1, 0, 1, 0] %y = GatherND(%a, %i)", [2, 3]),
    Function("const %r: int64[2] = [2, 3] %y = Tile(%a, %r)", [2, 2]),
    Function("%y = Trilu(%a) {upper = 0}", [3, 3]),
    Function("%y = DepthToSpace(%a) {blocksize = 2}", [1, 4, 2, 1]),
    Function("%y = SpaceToDepth(%a) {blocksize = 2}", [1, 1, 4, 2]),
    Function("const %n: int64[2] = [2, 3] %y = ReverseSequence(%a, %n)", [3, 2]),
    Function("const %k: bool[3] = [true, false, true] %y = Compress(%a, %k) {axis = 1}", [2, 3]),
    Function("const %p: int64[4] = [0, 1, -1, 2] %y = Pad(%a, %p)", [2, 3]),
    Function("const %p: int64[4] = [0, 2, 1, 1] %y = Pad(%a, %p) {mode = \"reflect\"}", [2, 3]),
    Function(
      "const %i: int64[2, 1] = [2, 0] %y = ScatterElements(%a, %i, %b) {axis = 1}", [2, 3], [2, 1]),
    Function(
      "const %i: int64[2, 1] = [1, 1] %y = ScatterND(%a, %i, %b) {reduction = \"add\"}", [2, 3],
      [2, 3]),
  ]

  static let reductions =
    [
      "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
      "ReduceMin", "ReduceSum", "ReduceSumSquare",
    ].flatMap { name in
      [
        Function("%y = \(name)(%a)", [2, 3], in: 0.5...2),
        Function(
          "const %x: int64[1] = [-2] %y = \(name)(%a, %x) {keepdims = 0}", [2, 3, 2], in: 0.5...2),
        Function("%y = \(name)(%a) {noop_with_empty_axes = 1}", [3], in: 0.5...2),
      ]
    } + [
      Function("%y = Softmax(%a) {axis = 1}", [2, 3, 2]),
      Function("%y = LogSoftmax(%a)", [2, 3]),
    ]

  static let matrices = [
    Function("%y = MatMul(%a, %b)", [2, 3], [3, 4]),
    Function("%y = MatMul(%a, %b)", [2, 1, 2, 3], [3, 3, 2]),
    Function("%y = MatMul(%a, %b)", [3], [3]),
    Function("%y = MatMul(%a, %b)", [3], [2, 3, 2]),
    Function("%y = MatMul(%a, %b)", [2, 2, 3], [3]),
    Function("%y = Gemm(%a, %b, %c)", [2, 3], [3, 4], [4]),
    Function(
      "%y = Gemm(%a, %b, %c) {alpha = 0.5, beta = 2.0, transA = 1, transB = 1}", [3, 2], [4, 3],
      [2, 1]),
    Function("%y = Gemm(%a, %b)", [2, 3], [3, 1]),
  ]

  static let windows = [
    Function("%y = Conv(%a, %b) {strides = [3], pads = [2, 2]}", [1, 1, 6], [1, 1, 2]),
    Function("%y = Conv(%a, %b, %c)", [2, 2, 5], [3, 2, 2], [3]),
    Function(
      "%y = Conv(%a, %b) {strides = [2, 3], pads = [1, 0, 2, 1]}", [1, 2, 6, 7], [2, 2, 3, 2]),
    Function("%y = Conv(%a, %b) {group = 2, dilations = [2, 1]}", [2, 4, 5, 4], [6, 2, 2, 3]),
    Function("%y = Conv(%a, %b) {group = 3, strides = [2]}", [2, 3, 6], [3, 1, 3]),
    Function(
      "%y = Conv(%a, %b) {auto_pad = \"SAME_LOWER\", strides = [2]}", [1, 1, 6], [1, 1, 3]),
    Function(
      "%y = ConvTranspose(%a, %b, %c) {strides = [2], output_padding = [1]}", [2, 2, 3], [2, 3, 2],
      [3]),
    Function("%y = ConvTranspose(%a, %b) {group = 2, pads = [1, 0]}", [1, 4, 4], [4, 1, 3]),
    Function("%y = AveragePool(%a) {kernel_shape = [2, 2]}", [2, 2, 4, 5]),
    Function("%y = AveragePool(%a) {kernel_shape = [3], strides = [2], pads = [1, 1]}", [1, 2, 6]),
    Function(
      "%y = AveragePool(%a) {kernel_shape = [3], strides = [2], pads = [1, 1], "
        + "count_include_pad = 1}", [1, 2, 6]),
    Function(
      "%y = AveragePool(%a) {kernel_shape = [2], strides = [3], ceil_mode = 1}", [1, 2, 7]),
    Function(
      "%y = AveragePool(%a) {kernel_shape = [3], strides = [2], ceil_mode = 1, dilations = [2], "
        + "pads = [2, 1], count_include_pad = 1}", [1, 2, 8]),
    Function(
      "%y = AveragePool(%a) {kernel_shape = [2], strides = [2], auto_pad = \"SAME_UPPER\"}",
      [1, 1, 5]),
    Function("%y = MaxPool(%a) {kernel_shape = [2, 2], strides = [1, 2]}", [2, 2, 4, 5]),
    Function(
      "%y, %i = MaxPool(%a) {kernel_shape = [3], pads = [1, 1], storage_order = 1}", [1, 2, 6]),
    Function("%y = GlobalAveragePool(%a)", [2, 3, 2, 2]),
    Function("%y = GlobalMaxPool(%a)", [2, 3, 4]),
  ]

  static let normalizations = [
    Function(
      "const %m: float64[2] = [0.5, -1.0] const %v: float64[2] = [2.0, 0.5] "
        + "%y = BatchNormalization(%a, %b, %c, %m, %v)", [2, 2, 3], [2], [2]),
    Function("%y = GroupNormalization(%a, %b, %c) {num_groups = 2}", [2, 4, 3], [4], [4]),
    Function("%y = InstanceNormalization(%a, %b, %c)", [2, 2, 4], [2], [2]),
    Function("%y = LayerNormalization(%a, %b, %c)", [2, 4], [4], [4]),
    Function("%y, %m, %s = LayerNormalization(%a, %b) {axis = 1}", [2, 3, 2], [3, 2]),
    Function("%y = RMSNormalization(%a, %b)", [2, 4], [4]),
  ]

  static let all =
    elementwise + narrow + arithmetic + movement + reductions + matrices + windows
    + normalizations

  @Test(arguments: all)
  func agreesWithCentralDifferences(_ function: Function) throws {
    let gradients = try Evaluation(function.model, of: function)
    for (index, name) in function.names.enumerated() {
      try gradients.compare(output: index + 1, by: name, within: 1e-7)
    }
  }

  /// Everything but the rules for functions of one number is differentiated twice.
  @Test(arguments: arithmetic + movement + reductions + matrices + windows)
  func differentiatesGradients(_ function: Function) throws {
    let name = function.names[0]
    let text = function.model
      .replacing("-> (%z, ", with: "-> (%norm, %second, ")
      .replacing("%z = Mul(%y, %w)", with: "%square = Mul(%y, %y) %z = Mul(%square, %w)")
      .replacing(
        "return %z, ",
        with: """
          %gradients = Mul(%d\(name), %d\(name))
          %norm = ReduceSum(%gradients) {keepdims = 0}
          %second = ai.onnx.preview.training::Gradient(%\(name)) {xs = ["\(name)"], y = "norm"}
          return %norm, %second, 
          """)
    try Evaluation(text, of: function).compare(output: 1, by: name, within: 1e-5)
  }

  /// The first output of a model is a function of its inputs, the others are gradients.
  struct Evaluation {
    let function: Function
    let interpreter: Interpreter

    init(_ text: String, of function: Function) throws {
      var model = try Model(text: text)
      #expect(model.prepare().errors.isEmpty)
      self.function = function
      interpreter = try Interpreter(model)
    }

    /// Compares the slopes in two directions.
    func compare(output: Int, by name: String, within bound: Double) throws {
      let gradient = try run(function.inputs)[output]
      #expect(gradient.count == function.inputs[name]?.count)
      for seed in [0.3, 0.7] {
        let direction = gradient.indices.map { index in
          let part = (Double(index) + seed) * 0.7548776662466927
          return part - part.rounded(.down) - 0.5
        }
        let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let (above, below) = (
          try sum(along: direction, by: name, 1e-5), try sum(along: direction, by: name, -1e-5)
        )
        let expected = (above - below) / 2e-5
        #expect(
          abs(slope - expected) <= bound * max(1, abs(expected)),
          "by \(name) the slope is \(slope), not \(expected)")
      }
    }

    private func sum(
      along direction: [Double], by name: String, _ step: Double
    ) throws -> Double {
      var inputs = function.inputs
      inputs[name] = zip(inputs[name] ?? [], direction).map { $0 + step * $1 }
      return try run(inputs)[0].reduce(0, +)
    }

    private func run(_ inputs: [String: [Double]]) throws -> [[Double]] {
      var values: [String: RuntimeValue] = [:]
      for (name, shape) in zip(function.names, function.shapes) {
        values[name] = .tensor(Tensor(shape: shape, scalars: inputs[name] ?? []))
      }
      return try interpreter.run(values).map { value in
        let tensor = try #require(value.tensor)
        return try #require(tensor.elementType == .float64 ? tensor : nil).scalars(of: Double.self)
      }
    }
  }
}

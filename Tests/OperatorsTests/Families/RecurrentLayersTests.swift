import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RecurrentLayersTests {
  /// Three steps of two sequences of one number.
  static let input = floats([3, 2, 1], [1, 10, 2, 20, 3, 30])
  static let one = floats([1, 1, 1], [1])
  static let half = floats([1, 1, 1], [0.5])
  static let relu: Attributes = ["activations": .strings(["Relu"])]
  static let lengths = Tensor(shape: [2], scalars: [3, 2] as [Int32])

  static func with(_ attributes: Attributes, _ more: Attributes) -> Attributes {
    var all = attributes
    for (name, value) in more { all[name] = value }
    return all
  }

  static let simpleCases = [
    OperatorCase(
      "carries a state from step to step", "RNN", relu, inputs: [input, one, half],
      expected: [
        floats([3, 1, 2, 1], [1, 10, 2.5, 25, 4.25, 42.5]), floats([1, 2, 1], [4.25, 42.5]),
      ]),
    OperatorCase(
      "goes backwards", "RNN", with(relu, ["direction": .string("reverse")]),
      inputs: [input, one, half],
      expected: [
        floats([3, 1, 2, 1], [2.75, 27.5, 3.5, 35, 3, 30]), floats([1, 2, 1], [2.75, 27.5]),
      ]),
    OperatorCase(
      "ends where a sequence ends", "RNN", relu, inputs: [input, one, half, nil, lengths],
      expected: [
        floats([3, 1, 2, 1], [1, 10, 2.5, 25, 4.25, 0]), floats([1, 2, 1], [4.25, 25]),
      ]),
    OperatorCase(
      "goes both ways, backwards from where a sequence ends", "RNN",
      ["activations": .strings(["Relu", "relu"]), "direction": .string("bidirectional")],
      inputs: [input, floats([2, 1, 1], [1, 1]), floats([2, 1, 1], [0, 0.5]), nil, lengths],
      expected: [
        floats([3, 2, 2, 1], [1, 10, 2.75, 20, 2, 20, 3.5, 20, 3, 0, 3, 0]),
        floats([2, 2, 1], [3, 20, 2.75, 20]),
      ]),
    OperatorCase(
      "has the batch first", "RNN", with(relu, ["layout": .int(1), "hidden_size": .int(1)]),
      inputs: [
        floats([2, 3, 1], [1, 2, 3, 10, 20, 30]), one, half, nil, nil, floats([2, 1, 1], [0, 4]),
      ],
      expected: [
        floats([2, 3, 1, 1], [1, 2.5, 4.25, 12, 26, 43]), floats([2, 1, 1], [4.25, 43]),
      ]),
    OperatorCase(
      "starts with a state and adds both biases", "RNN", relu,
      inputs: [
        floats([1, 1, 1], [1]), one, half, floats([1, 2], [10, 20]), nil, floats([1, 1, 1], [4]),
      ],
      expected: [floats([1, 1, 1, 1], [33])]),
    OperatorCase(
      "multiplies matrices", "RNN", relu,
      inputs: [
        floats([1, 1, 2], [1, 2]), floats([1, 2, 2], [1, 10, 100, 1000]),
        floats([1, 2, 2], [1, 2, 3, 4]), nil, nil, floats([1, 1, 2], [5, 6]),
      ],
      expected: [floats([1, 1, 1, 2], [38, 2139])]),
    OperatorCase(
      "bounds what it activates", "RNN", with(relu, ["clip": .float(2)]),
      inputs: [input, one, half],
      expected: [floats([3, 1, 2, 1], [1, 2, 2, 2, 2, 2])]),
    OperatorCase(
      "deals out parameters to the activations that have them", "RNN",
      [
        "activations": .strings(["Affine", "LeakyRelu"]), "direction": .string("bidirectional"),
        "activation_alpha": .floats([2, 0.5]), "activation_beta": .floats([1]),
      ],
      inputs: [floats([1, 1, 1], [-4]), floats([2, 1, 1], [1, 1]), floats([2, 1, 1], [0, 0])],
      expected: [floats([1, 2, 1, 1], [-7, -2])]),
    OperatorCase(
      "has no states for a sequence without steps", "RNN", relu,
      inputs: [
        floats([1, 1, 1], [1]), one, half, nil, Tensor(shape: [1], scalars: [0] as [Int32]),
        floats([1, 1, 1], [4]),
      ],
      expected: [floats([1, 1, 1, 1], [0]), floats([1, 1, 1], [0])]),
    OperatorCase(
      "takes an empty batch", "RNN", inputs: [counting([3, 0, 1]), one, half],
      expected: [counting([3, 1, 0, 1]), counting([1, 0, 1])]),
  ]

  /// Gates that are 0.5 whatever they see, and hidden states that are left as they are.
  static let open: Attributes = [
    "activations": .strings(["Affine", "Affine"]), "activation_alpha": .floats([0, 1]),
    "activation_beta": .floats([0.5, 0]),
  ]
  static let gated: [Tensor?] = [
    floats([1, 1, 1], [2]), floats([1, 3, 1], [0, 0, 1]), floats([1, 3, 1], [0, 0, 2]),
    floats([1, 6], [0, 0, 1, 0, 0, 2]), nil, floats([1, 1, 1], [8]),
  ]

  static let gatedCases = [
    OperatorCase(
      "resets the state", "GRU", open, inputs: gated,
      // h = 2 + 2(0.5 · 8) + 1 + 2 = 13, H = 0.5 · 13 + 0.5 · 8
      expected: [floats([1, 1, 1, 1], [10.5]), floats([1, 1, 1], [10.5])]),
    OperatorCase(
      "resets what the weights make of the state", "GRU",
      with(open, ["linear_before_reset": .int(1)]), inputs: gated,
      // h = 2 + 0.5(2 · 8 + 2) + 1 = 12
      expected: [floats([1, 1, 1, 1], [10])]),
    OperatorCase(
      "keeps as much of the state as the update gate says", "GRU",
      [
        "activations": .strings(["Affine", "Affine"]), "activation_alpha": .floats([1, 1]),
        "activation_beta": .floats([0, 0]),
      ],
      inputs: [
        floats([1, 1, 1], [1]), floats([1, 3, 1], [0.25, 3, 5]), floats([1, 3, 1], [0, 1, 1]), nil,
        nil, floats([1, 1, 1], [4]),
      ],
      // z = 0.25, r = 3 + 4 = 7, h = 5 + 7 · 4 = 33, H = 0.75 · 33 + 0.25 · 4
      expected: [floats([1, 1, 1, 1], [25.75])]),
  ]

  /// Activations that leave everything as it is.
  static let linear: Attributes = [
    "activations": .strings(["Affine", "Affine", "Affine"]),
    "activation_alpha": .floats([1, 1, 1]), "activation_beta": .floats([0, 0, 0]),
  ]
  /// Gates of 1 (input), 2 (output), 3 (forget) and 4 (cell), and a memory of 10.
  static let memory: [Tensor?] = [
    one, floats([1, 4, 1], [1, 2, 3, 4]), floats([1, 4, 1], [0, 0, 0, 0]), nil, nil, nil,
    floats([1, 1, 1], [10]),
  ]

  static let memoryCases = [
    OperatorCase(
      "writes, forgets and shows its memory", "LSTM", linear, inputs: memory,
      expected: [
        floats([1, 1, 1, 1], [68]), floats([1, 1, 1], [68]), floats([1, 1, 1], [34]),
      ]),
    OperatorCase(
      "lets gates look at the memory", "LSTM", linear,
      inputs: memory + [floats([1, 3], [0.5, 0.25, 0.125])],
      // i = 6, f = 4.25, C = 42.5 + 24, o = 2 + 0.25 · 66.5
      expected: [
        floats([1, 1, 1, 1], [1238.5625]), floats([1, 1, 1], [1238.5625]),
        floats([1, 1, 1], [66.5]),
      ]),
    OperatorCase(
      "forgets what it does not write", "LSTM", with(linear, ["input_forget": .int(1)]),
      inputs: memory,
      expected: [floats([1, 1, 1, 1], [8]), floats([1, 1, 1], [8]), floats([1, 1, 1], [4])]),
    OperatorCase(
      "feeds its output back to the gates", "LSTM", linear,
      inputs: [
        one, floats([1, 4, 1], [1, 2, 3, 4]), floats([1, 4, 1], [1, 1, 1, 1]),
        floats([1, 8], [0, 0, 0, 1, 0, 0, 0, 1]), nil, one, floats([1, 1, 1], [10]),
      ],
      // i = 2, o = 3, f = 4, c = 7
      expected: [floats([1, 1, 1, 1], [162]), floats([1, 1, 1], [162]), floats([1, 1, 1], [54])]),
    OperatorCase(
      "bounds the gates, not the memory", "LSTM", with(linear, ["clip": .float(3)]),
      inputs: memory,
      expected: [floats([1, 1, 1, 1], [66]), floats([1, 1, 1], [66]), floats([1, 1, 1], [33])]),
    OperatorCase(
      "has two directions with the batch first", "LSTM",
      [
        "activations": .strings(.init(repeating: "Relu", count: 6)), "layout": .int(1),
        "direction": .string("bidirectional"),
      ],
      inputs: [
        floats([1, 2, 1], [1, 2]), floats([2, 4, 1], [1, 1, 1, 1, 1, 1, 0, 1]),
        zeros([2, 4, 1]), nil, nil, nil, floats([1, 2, 1], [1, 3]),
      ],
      // Forwards C = 1·1 + 1 = 2, then 2·2 + 4 = 8; backwards C = 4, then 1.
      expected: [
        floats([1, 2, 2, 1], [2, 1, 16, 8]), floats([1, 2, 1], [16, 1]),
        floats([1, 2, 1], [8, 1]),
      ]),
  ]

  @Test(arguments: simpleCases + gatedCases + memoryCases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: simpleCases + gatedCases + memoryCases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func hasTheActivationsOfTheSpecificationByDefault() throws {
    // Without an input, gates are 0.5 and the memory is halved.
    let none = zeros([1, 4, 1])
    let example = OperatorCase(
      "", "LSTM",
      inputs: [number(0), none, none, nil, nil, nil, number(2)],
      expected: [zeros([1, 1, 1, 1]), number(0), number(1)])
    let outputs = try example.evaluate()
    #expect(outputs[1] == number(0.380797078 as Float))
    #expect(outputs[2] == number(1))
  }

  private func number(_ value: Float) -> Tensor { floats([1, 1, 1], [value]) }

  @Test func runsManyStepsInBlocks() throws {
    // 100 steps of 4 · 2 gates of 512 sequences are more than one block.
    let input = pattern([100, 512, 1], seed: 1)
    let example = OperatorCase(
      "", "LSTM", ["direction": .string("reverse")],
      inputs: [input, pattern([1, 8, 1], seed: 2), pattern([1, 8, 2], seed: 3)])
    let whole = try example.evaluate()[0].scalars(of: Float.self)
    // The last steps come first: a layer over them alone has the same outputs.
    let last = Array(input.scalars(of: Float.self).suffix(90 * 512))
    let part = try OperatorCase(
      "", "LSTM", ["direction": .string("reverse")],
      inputs: [Tensor(shape: [90, 512, 1], scalars: last)] + example.inputs.dropFirst()
    ).evaluate()[0].scalars(of: Float.self)
    #expect(Array(whole.suffix(part.count)) == part)
  }

  @Test func dropsTheAttributeForAllSteps() throws {
    let graph = try UpgradeCase(
      "GRU", version: 1, ["output_sequence": .int(1)],
      inputs: [
        .constant(Self.input), .constant(counting([1, 3, 1])), .constant(counting([1, 3, 1])),
      ]
    ).upgraded()
    let node = try #require(graph.nodes.first { _ in true })
    #expect(graph[node].attributes["output_sequence"] == nil)
  }

  @Test func infersSymbols() throws {
    let input = InferredValue.tensor(.float32, [.symbol("time"), .symbol("batch"), 8])
    let weights = InferredValue.tensor(.float32, [2, 64, 8])
    #expect(
      try inferred("LSTM", ["direction": .string("bidirectional")], [input, weights, .unknown]).type
        == .tensor(.float32, [.symbol("time"), 2, .symbol("batch"), 16]))
  }

  static let mistakes: [(String, Attributes, [Tensor?], OperatorError.Code)] = [
    ("RNN", relu, [counting([3, 2]), one, half], .incompatibleShapes),
    ("RNN", relu, [input, counting([1, 1, 2]), half], .incompatibleShapes),
    ("RNN", relu, [input, one, counting([1, 2, 1])], .incompatibleShapes),
    ("RNN", relu, [input, one, half, counting([1, 3])], .incompatibleShapes),
    ("RNN", relu, [input, one, half, nil, nil, counting([1, 1, 1])], .incompatibleShapes),
    ("GRU", [:], [input, one, half], .incompatibleShapes),
    (
      "RNN", relu, [input, one, half, nil, Tensor(shape: [2], scalars: [4, 0] as [Int32])],
      .invalidValue
    ),
    (
      "RNN", relu, [input, one, half, nil, Tensor(shape: [1], scalars: [1] as [Int32])],
      .invalidValue
    ),
    ("RNN", ["activations": .strings(["Relux"])], [input, one, half], .invalidAttribute),
    ("RNN", ["activations": .strings([])], [input, one, half], .invalidAttribute),
    ("RNN", ["hidden_size": .int(2)], [input, one, half], .invalidAttribute),
    ("RNN", ["direction": .string("up")], [input, one, half], .invalidAttribute),
    ("RNN", ["layout": .int(2)], [input, one, half], .invalidAttribute),
    ("RNN", ["clip": .float(-1)], [input, one, half], .invalidAttribute),
    ("RNN", ["direction": .string("bidirectional")], [input, one, half], .incompatibleShapes),
    (
      "LSTM", [:], memory.prefix(7) + [counting([1, 4])], .incompatibleShapes
    ),
    ("RNN", [:], [counting([1 << 26, 1, 0]), counting([1, 1, 0]), half], .limitExceeded),
  ]

  @Test(arguments: mistakes.indices)
  func rejects(_ index: Int) {
    let (name, attributes, inputs, code) = Self.mistakes[index]
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", name, attributes, inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct AttentionTests {
  /// Queries that like all keys alike: each gets the mean of the values that it sees.
  ///
  /// The values are 1, 3, 5, 7: the mean of the first n is n.
  static func means(
    _ attributes: Attributes = [:], queries: Int = 2, mask: Tensor? = nil, past: Int = 0,
    lengths: Tensor? = nil
  ) throws -> [Float] {
    let values = floats([1, 1, 4, 1], [1, 3, 5, 7]).scalars(of: Float.self)
    let new = floats([1, 1, 4 - past, 1], Array(values[past...]))
    let old = past == 0 ? nil : floats([1, 1, past, 1], Array(values[..<past]))
    let example = OperatorCase(
      "", "Attention", attributes,
      inputs: [
        floats([1, 1, queries, 1], [Float](repeating: 0, count: queries)), new, new, mask, old,
        old, lengths,
      ])
    return try example.evaluate()[0].scalars(of: Float.self)
  }

  private static let causal: Attributes = ["is_causal": .int(1)]

  static let views: [(String, [Float], @Sendable () throws -> [Float])] = [
    ("all keys", [4, 4], { try means() }),
    ("keys up to its own place", [1, 2], { try means(causal) }),
    ("keys of the past too", [3, 4], { try means(causal, past: 2) }),
    ("keys before padding", [3, 3], { try means(lengths: list(3)) }),
    ("keys up to its place before padding", [2, 3], { try means(causal, lengths: list(3)) }),
    ("nothing when all keys come later", [0, 1], { try means(causal, lengths: list(1)) }),
    ("no keys far behind it", [4, 5], { try means(["left_window_size": .int(0)]) }),
    ("no keys far ahead of it", [2, 3], { try means(["right_window_size": .int(1)]) }),
    (
      "keys in a window behind a past", [5, 6],
      { try means(["left_window_size": .int(1), "right_window_size": .int(.max)], past: 2) }
    ),
    (
      "keys that a mask allows", [3, 3],
      { try means(mask: Tensor(shape: [4], scalars: [true, false, true, false])) }
    ),
    (
      "keys that a mask allows it alone", [1, 0],
      {
        try means(mask: Tensor(shape: [2, 4], scalars: (0..<8).map { $0 == 0 }))
      }
    ),
    (
      "no keys that a mask does not reach", [2, 2],
      { try means(mask: Tensor(shape: [1, 1, 2], scalars: [true, true])) }
    ),
    (
      "no keys that a number removes", [2, 2],
      { try means(mask: floats([4], [0, 0, -.infinity, -.infinity])) }
    ),
    ("keys less by a number", [2, 2], { try means(mask: integers([4], [0, 0, -500, -500])) }),
    (
      "what both mask and causality allow", [0, 3],
      { try means(causal, mask: Tensor(shape: [4], scalars: [false, true, true, true])) }
    ),
  ]

  @Test(arguments: views.indices)
  func sees(_ index: Int) throws {
    let (name, expected, evaluate) = Self.views[index]
    let result = try evaluate()
    for (value, wanted) in zip(result, expected) {
      #expect(abs(value - wanted) <= 1e-6, "\(name): \(result)")
    }
  }

  static let uniform: Attributes = ["scale": .float(0)]

  static let cases = [
    OperatorCase(
      "shares heads of keys", "Attention", uniform,
      inputs: [counting([1, 4, 1, 1]), counting([1, 2, 1, 1]), floats([1, 2, 1, 1], [3, 5])],
      expected: [floats([1, 4, 1, 1], [3, 3, 5, 5])]),
    OperatorCase(
      "splits packed heads", "Attention",
      ["scale": .float(0), "q_num_heads": .int(2), "kv_num_heads": .int(2)],
      inputs: [
        counting([1, 1, 2]), counting([1, 2, 2]), floats([1, 2, 4], [1, 2, 3, 4, 3, 4, 5, 6]),
      ],
      expected: [
        floats([1, 1, 4], [2, 3, 4, 5]), floats([1, 2, 2, 1], [0, 2, 1, 3]),
        floats([1, 2, 2, 2], [1, 2, 3, 4, 3, 4, 5, 6]),
      ]),
    OperatorCase(
      "puts keys and values behind the past", "Attention", uniform,
      inputs: [
        counting([1, 1, 1, 1]), floats([1, 1, 2, 1], [8, 9]),
        floats([1, 1, 2, 1], [2, 0]), nil, floats([1, 1, 2, 1], [6, 7]),
        floats([1, 1, 2, 1], [4, 6]),
      ],
      expected: [
        floats([1, 1, 1, 1], [3]), floats([1, 1, 4, 1], [6, 7, 8, 9]),
        floats([1, 1, 4, 1], [4, 6, 2, 0]),
      ]),
    OperatorCase(
      "has no scores of no keys", "Attention",
      inputs: [counting([1, 1, 2, 1]), counting([1, 1, 0, 1]), counting([1, 1, 0, 1])],
      expected: [
        floats([1, 1, 2, 1], [0, 0]), floats([1, 1, 0, 1], []), floats([1, 1, 0, 1], []),
        floats([1, 1, 2, 0], []),
      ]),
    OperatorCase(
      "takes heads of no numbers", "Attention", uniform,
      inputs: [counting([1, 1, 1, 0]), counting([1, 1, 2, 0]), floats([1, 1, 2, 1], [1, 3])],
      expected: [floats([1, 1, 1, 1], [2])]),
    OperatorCase(
      "takes no batch", "Attention",
      inputs: [counting([0, 1, 2, 1]), counting([0, 1, 3, 1]), counting([0, 1, 3, 2])],
      expected: [floats([0, 1, 2, 2], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  /// The products are 2 and 6.
  @Test(
    arguments: [
      (0, [2, 6]), (1, [1.5231884, 1.9901096]), (2, [1.5231884, 0.9901096]),
      (3, [0.6302009, 0.3697991]),
    ] as [(Int64, [Float])])
  func exposesItsScores(_ mode: Int64, _ expected: [Float]) throws {
    let empty = floats([0], [])
    let example = OperatorCase(
      "", "Attention",
      ["scale": .float(1), "softcap": .float(2), "qk_matmul_output_mode": .int(mode)],
      inputs: [
        floats([1, 1, 1, 1], [2]), floats([1, 1, 2, 1], [1, 3]), counting([1, 1, 2, 1]),
        floats([2], [0, -1]),
      ], expected: [empty, empty, empty, empty])
    let scores = try #require(try example.evaluate().last)
    #expect(scores.shape == [1, 1, 1, 2])
    for (value, wanted) in zip(scores.scalars(of: Float.self), expected) {
      #expect(abs(value - wanted) <= 1e-6)
    }
  }

  @Test func scalesByTheSizeOfAHead() throws {
    let vector = floats([1, 1, 1, 4], [1, 2, 3, 4])
    let example = OperatorCase(
      "", "Attention", inputs: [vector, vector, vector],
      expected: [vector, vector, vector, vector])
    let products = try #require(try example.evaluate().last)
    #expect(abs(products.scalars(of: Float.self)[0] - 15) <= 2e-6)
  }

  /// Rounded once instead, the result would be another number.
  static let halves = [
    floats([1, 1, 1, 2], [0.5, -0.25]), floats([1, 1, 3, 2], [2.5, -0.25, 0, 1.5, -1, -0.5]),
    floats([1, 1, 3, 1], [2, -3, -10]),
  ].map { $0.converted(to: .float16) }

  @Test func roundsEachStepOfHalfFloats() throws {
    let result = try OperatorCase("", "Attention", inputs: Self.halves).evaluate()[0]
    #expect(result == floats([1, 1, 1, 1], [-1.2080078125]).converted(to: .float16))
  }

  @Test func roundsNoStepInSixtyFourBits() throws {
    let inputs = Self.halves.map { $0.converted(to: .float64) }
    let attributes: Attributes = ["softmax_precision": .int(10)]
    let result = try OperatorCase("", "Attention", attributes, inputs: inputs)
      .evaluate(precision: .float64)[0].scalars(of: Double.self)[0]
    #expect(abs(result + 1.2089049) <= 1e-7)
  }

  @Test func takesTheSoftmaxInItsOwnPrecision() throws {
    let example = OperatorCase(
      "", "Attention",
      ["scale": .float(1), "softmax_precision": .int(10), "qk_matmul_output_mode": .int(3)],
      inputs: [
        floats([1, 1, 1, 1], [1]), floats([1, 1, 3, 1], [1.75, 0.375, 0.125]),
        counting([1, 1, 3, 1]),
      ], expected: Self.cases[3].expected)
    #expect(
      try example.evaluate().last
        == floats([1, 1, 1, 3], [0.689453125, 0.1744384765625, 0.1357421875]))
  }

  @Test func infersSymbolicShapes() throws {
    let model = try prepared(
      """
      model opset 25
      graph main(%q: float32[batch, n, 6], %k: float32[batch, m, 3], %p: float32[batch, 1, past, 3])
        -> (%y, %a, %b, %s) {
        %y, %a, %b, %s = Attention.25(%q, %k, %k, _, %p, %p) {q_num_heads = 2, kv_num_heads = 1}
        return %y, %a, %b, %s
      }
      """)
    let types = model.graph.outputs.map { model.graph.type(of: $0)?.description }
    #expect(
      types == [
        "float32[batch, n, 6]", "float32[batch, 1, m+past, 3]", "float32[batch, 1, m+past, 3]",
        "float32[batch, 2, n, m+past]",
      ])
  }

  static let query = counting([1, 2, 3, 4])
  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (["qk_matmul_output_mode": .int(4)], [query, query, query], .invalidAttribute),
    (["left_window_size": .int(-2)], [query, query, query], .invalidAttribute),
    (["softmax_precision": .int(7)], [query, query, query], .invalidAttribute),
    (["softmax_precision": .int(-1)], [query, query, query], .invalidAttribute),
    ([:], [query, query, counting([1, 2, 4, 4])], .incompatibleShapes),
    ([:], [query, counting([1, 2, 3, 5]), query], .incompatibleShapes),
    ([:], [query, counting([2, 2, 3, 4]), query], .incompatibleShapes),
    ([:], [counting([1, 3, 3, 4]), query, query], .incompatibleShapes),
    ([:], [query, counting([1, 0, 3, 4]), counting([1, 0, 3, 4])], .incompatibleShapes),
    ([:], [query, counting([1, 3, 4]), query], .incompatibleShapes),
    ([:], [counting([3, 4]), counting([3, 4]), counting([3, 4])], .incompatibleShapes),
    ([:], [counting([1, 3, 4]), counting([1, 3, 4]), counting([1, 3, 4])], .invalidAttribute),
    (
      ["q_num_heads": .int(0), "kv_num_heads": .int(2)],
      [counting([1, 3, 4]), counting([1, 3, 4]), counting([1, 3, 4])], .invalidAttribute
    ),
    (
      ["q_num_heads": .int(3), "kv_num_heads": .int(1)],
      [counting([1, 3, 4]), counting([1, 3, 4]), counting([1, 3, 4])], .incompatibleShapes
    ),
    ([:], [query, query, query, counting([3, 4])], .incompatibleShapes),
    ([:], [query, query, query, counting([])], .incompatibleShapes),
    ([:], [query, query, query, counting([1, 1, 1, 1, 1])], .incompatibleShapes),
    ([:], [query, query, query, nil, query], .missingInput),
    ([:], [query, query, query, nil, query, query, list(3)], .wrongInputCount),
    ([:], [query, query, query, nil, counting([1, 2, 3]), query], .incompatibleShapes),
    ([:], [query, query, query, nil, query, counting([1, 2, 2, 4])], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "Attention", attributes, inputs: inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == code)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == code)
  }

  @Test(
    arguments: [
      (list(4), .invalidValue), (list(-1), .invalidValue), (list(1, 1), .incompatibleShapes),
    ] as [(Tensor, OperatorError.Code)])
  func rejectsLengths(_ lengths: Tensor, _ code: OperatorError.Code) {
    let inputs: [Tensor?] = [Self.query, Self.query, Self.query, nil, nil, nil, lengths]
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "Attention", inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }

  @Test func respectsTheMemoryLimit() {
    let inputs = [counting([1, 1, 50, 0]), counting([1, 1, 50, 0]), counting([1, 1, 50, 1])]
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "Attention", inputs: inputs).evaluate(memoryLimit: 5000)
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test(arguments: [([2, 3, 4, 8], nil), ([2, 4, 8], 2)] as [(Shape, Int64?)])
  func dropsNumbersOfHeadsThatAreVisible(_ shape: Shape, _ kept: Int64?) throws {
    let value = UpgradeCase.Input.value(.tensor(.float32, shape))
    let graph = try UpgradeCase(
      "Attention", version: 23, ["q_num_heads": .int(2), "kv_num_heads": .int(2)],
      inputs: [value, value, value]
    ).upgraded()
    let node = try #require(graph.nodes.first { _ in true })
    #expect(graph[node].attributes["q_num_heads"] == kept.map { .int($0) })
    #expect(OperatorRegistry.standard[OperatorID("Attention")]?.formVersion == 23)
  }
}

/// Returns a model whose types are inferred.
private func prepared(_ text: String) throws -> Model {
  var model = try Model(text: text)
  if let error = model.prepare().errors.first { throw error }
  return model
}

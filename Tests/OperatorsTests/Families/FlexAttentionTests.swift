import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FlexAttentionTests {
  /// Runs attention whose subgraphs are closures; the first is that of the scores.
  static func run(
    _ inputs: [Tensor], _ attributes: Attributes = [:],
    scores: ((Tensor) -> [Tensor])? = nil, probabilities: ((Tensor) -> [Tensor])? = nil,
    precision: Precision = .declared, memoryLimit: Int = 1 << 20
  ) throws -> Tensor {
    var graph = Graph()
    let (first, second) = (graph.addBlock(), graph.addBlock())
    let id = OperatorID("FlexAttention", domain: "ai.onnx.preview")
    var attributes = attributes
    if scores != nil { attributes["score_mod"] = .block(first) }
    if probabilities != nil { attributes["prob_mod"] = .block(second) }
    let context = KernelContext(
      node: Node(id, attributes: attributes), inputs: inputs.map { .tensor($0) },
      precision: precision, memoryLimit: memoryLimit
    ) { block, inputs in
      let results = inputs.compactMap(\.tensor).flatMap {
        (block == first ? scores : probabilities)?($0) ?? []
      }
      return results.map { .tensor($0) }
    }
    let definition = try #require(OperatorRegistry.standard[id])
    return try #require(try definition.evaluate(context).first?.tensor)
  }

  static let query = floats([1, 1, 1, 1], [0])
  static let keys = floats([1, 1, 2, 1], [1, 3])

  @Test func weighsValuesByTheirKeys() throws {
    let result = try Self.run(
      [floats([1, 2, 1, 1], [1, 2]), Self.keys, Self.keys], ["scale": .float(1)])
    #expect(result.shape == [1, 2, 1, 1])
    for (value, wanted) in zip(result.scalars(of: Float.self), [2.7615942, 2.9640276] as [Float]) {
      #expect(abs(value - wanted) <= 1e-6)
    }
  }

  @Test func hidesKeysWhoseScoresASubgraphRemoves() throws {
    let result = try Self.run([Self.query, Self.keys, Self.keys]) { scores in
      #expect(scores == floats([1, 1, 1, 2], [0, 0]))
      return [floats([1, 1, 1, 2], [-.infinity, 5])]
    }
    #expect(result == floats([1, 1, 1, 1], [3]))
  }

  @Test func handsProbabilitiesToASubgraph() throws {
    let result = try Self.run(
      [Self.query, Self.keys, Self.keys],
      probabilities: { probabilities in
        #expect(probabilities == floats([1, 1, 1, 2], [0.5, 0.5]))
        return [floats([1, 1, 1, 2], [10, 1])]
      })
    #expect(result == floats([1, 1, 1, 1], [13]))
  }

  @Test(
    arguments: [
      (.float16, [:], .float32), (.float64, [:], .float64), (.bfloat16, [:], .float32),
      (.float32, ["softmax_precision": .int(10)], .float16),
      (.float16, ["softmax_precision": .int(11)], .float64),
    ] as [(ElementType, Attributes, ElementType)])
  func choosesThePrecisionOfScores(
    _ type: ElementType, _ attributes: Attributes, _ expected: ElementType
  ) throws {
    let inputs = [Self.query, Self.keys, Self.keys].map { $0.converted(to: type) }
    let result = try Self.run(inputs, attributes) { scores in
      #expect(scores.elementType == expected)
      return [scores]
    }
    #expect(result == floats([1, 1, 1, 1], [2]).converted(to: type))
  }

  @Test func keepsSixtyFourBitsWhenAllHasThem() throws {
    let inputs = [Self.query, Self.keys, Self.keys].map { $0.converted(to: .float64) }
    let result = try Self.run(
      inputs, ["softmax_precision": .int(1)],
      scores: { scores in
        #expect(scores.elementType == .float64)
        return [scores]
      }, precision: .float64)
    #expect(result.elementType == .float64)
  }

  @Test func takesWhatIsEmpty() throws {
    let result = try Self.run([
      counting([2, 4, 0, 3]), counting([2, 2, 5, 3]), counting([2, 2, 5, 1]),
    ])
    #expect(result == counting([2, 4, 0, 1]))
  }

  @Test(
    arguments: [[], [counting([1, 1, 2, 1])], [query, query], [integers([1, 1, 1, 2], [0, 0])]])
  func rejectsOtherScores(_ results: [Tensor]) {
    #expect(throws: OperatorError.self) {
      try Self.run([Self.query, Self.keys, Self.keys]) { _ in results }
    }
  }

  static let mistakes: [([Tensor], Attributes, OperatorError.Code)] = [
    ([query, keys, query], [:], .incompatibleShapes),
    ([counting([1, 1, 1]), counting([1, 1, 1]), counting([1, 1, 1])], [:], .incompatibleShapes),
    ([query, counting([1, 2, 2, 1]), keys], [:], .incompatibleShapes),
    ([query, keys, keys], ["softmax_precision": .int(6)], .invalidAttribute),
  ]

  @Test(arguments: mistakes)
  func rejects(_ inputs: [Tensor], _ attributes: Attributes, _ code: OperatorError.Code) {
    let evaluation = #expect(throws: OperatorError.self) { try Self.run(inputs, attributes) }
    #expect(evaluation?.code == code)
    let example = OperatorCase(
      "", "FlexAttention", domain: "ai.onnx.preview", attributes, inputs: inputs)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == code)
  }

  @Test func respectsTheMemoryLimit() {
    let inputs = [counting([1, 1, 50, 0]), counting([1, 1, 50, 0]), counting([1, 1, 50, 1])]
    let error = #expect(throws: OperatorError.self) { try Self.run(inputs, memoryLimit: 5000) }
    #expect(error?.code == .limitExceeded)
  }

  private static func model(_ body: String) -> String {
    """
    model opset 26, ai.onnx.preview 1
    graph main(%q: float16[batch, 4, n, 8], %k: float16[batch, 2, m, 8]) -> (%y) {
      %y = ai.onnx.preview::FlexAttention.1(%q, %k, %k) {
        score_mod = block(%s) -> (%r) {
          \(body)
          return %r
        }
      }
      return %y
    }
    """
  }

  @Test func infersTypesThroughSubgraphs() throws {
    var model = try Model(text: Self.model("%r = Tanh.13(%s)"))
    #expect(model.prepare().errors.isEmpty)
    let type = model.graph.type(of: model.graph.outputs[0])
    #expect(type?.description == "float16[batch, 4, n, 8]")
  }

  @Test func findsSubgraphsThatChangeTypeOrShape() throws {
    for body in ["%r = Cast.25(%s) {to = 10}", "%r = Flatten.25(%s)"] {
      var model = try Model(text: Self.model(body))
      #expect(model.prepare().errors.first?.code == .incompatibleShapes)
    }
  }
}

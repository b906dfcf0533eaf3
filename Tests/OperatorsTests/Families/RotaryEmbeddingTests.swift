import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RotaryEmbeddingTests {
  /// Position 0 turns by nothing, 1 by a right angle, 2 by a half turn.
  static let cosines = floats([3, 1], [1, 0, -1])
  static let sines = floats([3, 1], [0, 1, 0])

  static let cases = [
    OperatorCase(
      "turns each token by its position", "RotaryEmbedding",
      inputs: [
        floats([1, 1, 3, 2], [1, 2, 3, 4, 5, 6]), cosines, sines, integers([1, 3], [2, 1, 0]),
      ],
      expected: [floats([1, 1, 3, 2], [-1, -2, -4, 3, 5, 6])]),
    OperatorCase(
      "turns all heads of a token alike", "RotaryEmbedding",
      inputs: [
        floats([2, 2, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8]), cosines, sines, integers([2, 1], [1, 2]),
      ],
      expected: [floats([2, 2, 1, 2], [-2, 1, -4, 3, -5, -6, -7, -8])]),
    OperatorCase(
      "splits packed heads", "RotaryEmbedding", ["num_heads": .int(2)],
      inputs: [
        floats([1, 2, 4], Array(1...8).map(Float.init)), cosines, sines, integers([1, 2], [0, 1]),
      ],
      expected: [floats([1, 2, 4], [1, 2, 3, 4, -6, 5, -8, 7])]),
    OperatorCase(
      "takes halves as pairs", "RotaryEmbedding",
      inputs: [
        floats([1, 1, 1, 4], [1, 2, 3, 4]), floats([1, 1, 2], [0, 1]), floats([1, 1, 2], [1, 0]),
      ],
      expected: [floats([1, 1, 1, 4], [-3, 2, 1, 4])]),
    OperatorCase(
      "takes neighbours as pairs", "RotaryEmbedding", ["interleaved": .int(1)],
      inputs: [
        floats([1, 1, 1, 4], [1, 2, 3, 4]), floats([1, 1, 2], [0, 1]), floats([1, 1, 2], [1, 0]),
      ],
      expected: [floats([1, 1, 1, 4], [-2, 1, 3, 4])]),
    OperatorCase(
      "leaves what is not to be turned", "RotaryEmbedding", ["rotary_embedding_dim": .int(2)],
      inputs: [
        floats([1, 1, 1, 4], [1, 2, 3, 4]), floats([1, 1, 1], [0]), floats([1, 1, 1], [1]),
      ],
      expected: [floats([1, 1, 1, 4], [-2, 1, 3, 4])]),
    OperatorCase(
      "repeats angles for a batch", "RotaryEmbedding",
      inputs: [
        floats([2, 1, 1, 2], [1, 2, 3, 4]), floats([1, 1, 1], [0]), floats([1, 1, 1], [1]),
      ],
      expected: [floats([2, 1, 1, 2], [-2, 1, -4, 3])]),
    OperatorCase(
      "takes no tokens", "RotaryEmbedding",
      inputs: [counting([2, 1, 0, 2]), cosines, sines, integers([2, 0], [])],
      expected: [counting([2, 1, 0, 2])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  /// 1.001 × 1.001 and 0.999 × 0.999 lie between neighbours in half precision: their rounded
  /// difference is another than the difference of the rounded ones.
  @Test func roundsEachStepOfHalfFloats() throws {
    let inputs = [
      floats([1, 1, 1, 2], [1.001, 0.999]), floats([1, 1, 1], [1.001]), floats([1, 1, 1], [0.999]),
    ].map { $0.converted(to: .float16) }
    let result = try OperatorCase("", "RotaryEmbedding", inputs: inputs).evaluate()
    #expect(result == [floats([1, 1, 1, 2], [0.00390625, 2]).converted(to: .float16)])
  }

  static let vector = counting([1, 1, 2, 4])
  static let cache = counting([5, 2])
  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    ([:], [counting([2, 4]), cache, cache, list(0)], .incompatibleShapes),
    ([:], [counting([1, 2, 4]), cache, cache, integers([1, 2], [0, 1])], .invalidAttribute),
    (
      ["num_heads": .int(3)], [counting([1, 2, 4]), cache, cache, integers([1, 2], [0, 1])],
      .incompatibleShapes
    ),
    (
      ["rotary_embedding_dim": .int(3)], [vector, cache, cache, integers([1, 2], [0, 1])],
      .incompatibleShapes
    ),
    (
      ["rotary_embedding_dim": .int(-2)], [vector, cache, cache, integers([1, 2], [0, 1])],
      .incompatibleShapes
    ),
    (
      ["rotary_embedding_dim": .int(6)],
      [vector, counting([5, 3]), counting([5, 3]), integers([1, 2], [0, 1])], .incompatibleShapes
    ),
    ([:], [vector, counting([5, 3]), cache, integers([1, 2], [0, 1])], .incompatibleShapes),
    ([:], [vector, cache, counting([5, 1]), integers([1, 2], [0, 1])], .incompatibleShapes),
    ([:], [vector, cache, cache], .incompatibleShapes),
    ([:], [vector, counting([1, 2, 2]), counting([1, 3, 2])], .incompatibleShapes),
    ([:], [vector, cache, cache, integers([1, 3], [0, 1, 2])], .incompatibleShapes),
    ([:], [vector, cache, cache, list(0, 1)], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "RotaryEmbedding", attributes, inputs: inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == code)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == code)
  }

  @Test(arguments: [5, -1, Int64.max])
  func rejectsPositionsOutsideOfTheCache(_ position: Int64) {
    let example = OperatorCase(
      "", "RotaryEmbedding",
      inputs: [Self.vector, Self.cache, Self.cache, integers([1, 2], [0, position])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "position \(position) is not in a cache of 5 positions")
  }
}

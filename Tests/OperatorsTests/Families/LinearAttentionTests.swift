import IR
import Operators
import Tensors
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct LinearAttentionTests {
  static let query = floats([1, 2, 2], [1, 2, 3, -1])
  static let key = floats([1, 2, 2], [1, 0, 0.5, 0.5])
  static let value = floats([1, 2, 3], [2, 4, 6, 1, -1, 0])
  static let state = floats([1, 1, 2, 3], [Float](repeating: 1, count: 6))
  static let rates = floats([1, 2, 1], [1, 0.5])

  static func attributes(
    _ rule: String, queries: Int64 = 1, keys: Int64 = 1, scale: Float = 1
  ) -> Attributes {
    [
      "update_rule": .string(ByteString(rule)), "q_num_heads": .int(queries),
      "kv_num_heads": .int(keys), "scale": .float(scale),
    ]
  }

  static func logarithms(_ shape: [Int], _ factors: [Float]) -> Tensor {
    floats(shape, factors.map { log($0) })
  }

  static let cases = [
    OperatorCase(
      "adds keys and values to the state", "LinearAttention", attributes("linear"),
      inputs: [query, key, value, state],
      expected: [
        floats([1, 2, 3], [5, 7, 9, 9, 13, 20]),
        floats([1, 1, 2, 3], [3.5, 4.5, 7, 1.5, 0.5, 1]),
      ]),
    OperatorCase(
      "lets the state decay", "LinearAttention", attributes("gated"),
      inputs: [query, key, value, state, logarithms([1, 2, 1], [0.5, 0.25])],
      expected: [
        floats([1, 2, 3], [3.5, 5.5, 7.5, 2.75, 2.25, 4.75]),
        floats([1, 1, 2, 3], [1.125, 0.625, 1.625, 0.625, -0.375, 0.125]),
      ]),
    OperatorCase(
      "writes what the state does not hold", "LinearAttention", attributes("delta"),
      inputs: [query, key, value, state, nil, rates],
      expected: [
        floats([1, 2, 3], [4, 6, 8, 4.75, 9.25, 15.25]),
        floats([1, 1, 2, 3], [1.875, 3.125, 5.125, 0.875, 0.125, 0.125]),
      ]),
    OperatorCase(
      "lets each row of the state decay before it is corrected", "LinearAttention",
      attributes("gated_delta"),
      inputs: [
        query, key, value, state, logarithms([1, 2, 2], [0.5, 1, 0.25, 0.5]), rates,
      ],
      expected: [
        floats([1, 2, 3], [4, 6, 8, 1.25, 1.625, 3.5]),
        floats([1, 1, 2, 3], [0.625, 0.5625, 1.25, 0.625, 0.0625, 0.25]),
      ]),
    OperatorCase(
      "shares heads of keys", "LinearAttention", attributes("linear", queries: 4, keys: 2),
      inputs: [
        floats([1, 1, 4], [1, 2, 3, 4]), floats([1, 1, 2], [1, 10]), floats([1, 1, 2], [5, 7]),
      ],
      expected: [floats([1, 1, 4], [5, 10, 210, 280]), floats([1, 2, 1, 1], [5, 70])]),
    OperatorCase(
      "scales by the size of a key", "LinearAttention", attributes("linear", scale: 0),
      inputs: [counting([1, 1, 4]), floats([1, 1, 4], [1, 1, 1, 1]), floats([1, 1, 1], [1])],
      expected: [floats([1, 1, 1], [3]), floats([1, 1, 4, 1], [1, 1, 1, 1])]),
    OperatorCase(
      "keeps the type of the state", "LinearAttention", attributes("linear"),
      inputs: [
        floats([1, 1, 1], [1]).converted(to: .float16),
        floats([1, 1, 1], [1]).converted(to: .float16),
        floats([1, 1, 1], [1]).converted(to: .float16), floats([1, 1, 1, 1], [0.0001]),
      ],
      expected: [
        floats([1, 1, 1], [1]).converted(to: .float16), floats([1, 1, 1, 1], [1.0001]),
      ]),
    OperatorCase(
      "hands on the state when there are no tokens", "LinearAttention", attributes("linear"),
      inputs: [counting([1, 0, 2]), counting([1, 0, 2]), counting([1, 0, 3]), state],
      expected: [counting([1, 0, 3]), state]),
    OperatorCase(
      "reads nothing from a state of no rows", "LinearAttention", attributes("linear"),
      inputs: [counting([1, 2, 0]), counting([1, 2, 0]), counting([1, 2, 1])],
      expected: [floats([1, 2, 1], [0, 0]), counting([1, 1, 0, 1])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    let results = try example.evaluate()
    #expect(results.map(\.elementType) == example.expected.map(\.elementType))
    for (result, wanted) in zip(results, example.expected) {
      #expect(result.shape == wanted.shape)
      let pairs = zip(
        result.converted(to: .float32).scalars(of: Float.self),
        wanted.converted(to: .float32).scalars(of: Float.self))
      for (value, wanted) in pairs { #expect(abs(value - wanted) <= 1e-6) }
    }
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (attributes("square"), [query, key, value], .invalidAttribute),
    (attributes("linear", keys: 0), [query, key, value], .invalidAttribute),
    (attributes("linear", keys: 2), [query, key, value], .invalidAttribute),
    (attributes("gated"), [query, key, value], .missingInput),
    (attributes("delta"), [query, key, value], .missingInput),
    (attributes("linear"), [query, key, value, nil, nil, rates], .wrongInputCount),
    (attributes("delta"), [query, key, value, nil, rates, rates], .wrongInputCount),
    (attributes("linear", queries: 3), [query, key, value], .incompatibleShapes),
    (attributes("linear"), [query, counting([1, 2, 3]), value], .incompatibleShapes),
    (attributes("linear"), [query, key, counting([1, 3, 3])], .incompatibleShapes),
    (attributes("linear"), [query, key, counting([2, 3])], .incompatibleShapes),
    (attributes("linear"), [query, key, value, counting([1, 1, 3, 2])], .incompatibleShapes),
    (attributes("linear"), [query, key, value, counting([1, 2, 3])], .incompatibleShapes),
    (attributes("gated"), [query, key, value, nil, counting([1, 2, 3])], .incompatibleShapes),
    (
      attributes("delta"), [query, key, value, nil, nil, counting([1, 2, 2])], .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "LinearAttention", attributes, inputs: inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == code)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == code)
  }

  @Test func respectsTheMemoryLimit() {
    let example = OperatorCase(
      "", "LinearAttention", Self.attributes("linear"),
      inputs: [counting([1, 0, 50]), counting([1, 0, 50]), counting([1, 0, 50])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate(memoryLimit: 1000) }
    #expect(error?.code == .limitExceeded)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct CausalConvolutionTests {
  static let input = floats([1, 2, 3], [1, 2, 3, 4, 5, 6])
  static let taps = floats([2, 1, 2], [10, 1, 100, -1])

  static let cases = [
    OperatorCase(
      "sees what came before", "CausalConvWithState", inputs: [input, taps],
      expected: [floats([1, 2, 3], [1, 12, 23, -4, 395, 494]), floats([1, 2, 1], [3, 6])]),
    OperatorCase(
      "goes on from a state", "CausalConvWithState",
      inputs: [input, taps, floats([2], [0.5, 0]), floats([1, 2, 1], [7, 8])],
      expected: [
        floats([1, 2, 3], [71.5, 12.5, 23.5, 796, 395, 494]), floats([1, 2, 1], [3, 6]),
      ]),
    OperatorCase(
      "keeps a state that is longer than the input", "CausalConvWithState",
      inputs: [
        floats([1, 1, 1], [5]), floats([1, 1, 4], [1, 2, 3, 4]), nil,
        floats([1, 1, 3], [1, 10, 100]),
      ],
      expected: [floats([1, 1, 1], [341]), floats([1, 1, 3], [10, 100, 5])]),
    OperatorCase(
      "needs no state for one tap", "CausalConvWithState",
      inputs: [input, floats([2, 1, 1], [2, 3])],
      expected: [floats([1, 2, 3], [2, 4, 6, 12, 15, 18]), floats([1, 2, 0], [])]),
    OperatorCase(
      "hands on the state of an empty input", "CausalConvWithState",
      inputs: [floats([1, 2, 0], []), taps, nil, floats([1, 2, 1], [7, 8])],
      expected: [floats([1, 2, 0], []), floats([1, 2, 1], [7, 8])]),
    OperatorCase(
      "takes no channels", "CausalConvWithState",
      inputs: [floats([4, 0, 5], []), floats([0, 1, 3], [])],
      expected: [floats([4, 0, 5], []), floats([4, 0, 2], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: ["silu", "swish"])
  func activates(_ name: String) throws {
    let result = try OperatorCase(
      "", "CausalConvWithState", ["activation": .string(ByteString(name))],
      inputs: [floats([1, 1, 2], [1, -2]), floats([1, 1, 1], [1])]
    ).evaluate()[0]
    for (value, wanted) in zip(result.scalars(of: Float.self), [0.7310586, -0.2384058] as [Float]) {
      #expect(abs(value - wanted) <= 1e-7)
    }
  }

  /// 1 + 2⁻¹¹ is no half float: rounded before it is activated it is 1.
  @Test func roundsHalfFloatsBeforeTheActivation() throws {
    let inputs = [floats([1, 1, 2], [0.00048828125, 1]), floats([1, 1, 2], [1, 1])]
      .map { $0.converted(to: .float16) }
    let result = try OperatorCase(
      "", "CausalConvWithState", ["activation": .string("silu")], inputs: inputs
    ).evaluate()[0]
    #expect(result.scalars(of: Float16.self)[1] == 0.731)
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (["activation": .string("relu")], [input, taps], .invalidAttribute),
    ([:], [counting([2, 3]), taps], .incompatibleShapes),
    ([:], [input, counting([2, 2])], .incompatibleShapes),
    ([:], [input, counting([2, 2, 2])], .incompatibleShapes),
    ([:], [input, counting([3, 1, 2])], .incompatibleShapes),
    ([:], [input, counting([2, 1, 0])], .incompatibleShapes),
    ([:], [input, taps, counting([3])], .incompatibleShapes),
    ([:], [input, taps, counting([2, 1])], .incompatibleShapes),
    ([:], [input, taps, nil, counting([1, 2, 2])], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "CausalConvWithState", attributes, inputs: inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == code)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == code)
  }

  @Test func respectsTheMemoryLimit() {
    let example = OperatorCase(
      "", "CausalConvWithState", inputs: [counting([9, 1, 0]), counting([1, 1, 100])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate(memoryLimit: 1000) }
    #expect(error?.code == .limitExceeded)
  }
}

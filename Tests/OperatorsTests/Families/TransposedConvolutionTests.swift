import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct TransposedConvolutionTests {
  static let line = counting([1, 1, 4])
  static let digits = floats([1, 1, 3], [1, 10, 100])

  static let cases = [
    OperatorCase(
      "spreads each element", "ConvTranspose", inputs: [line, digits],
      expected: [floats([1, 1, 6], [0, 1, 12, 123, 230, 300])]),
    OperatorCase(
      "steps between elements", "ConvTranspose", ["strides": .ints([3])],
      inputs: [floats([1, 1, 2], [1, 2]), floats([1, 1, 2], [1, 10]), floats([1], [5])],
      expected: [floats([1, 1, 5], [6, 15, 5, 7, 25])]),
    OperatorCase(
      "dilates", "ConvTranspose", ["dilations": .ints([2])],
      inputs: [floats([1, 1, 2], [1, 2]), digits],
      expected: [floats([1, 1, 6], [1, 2, 10, 20, 100, 200])]),
    OperatorCase(
      "drops what lies in the padding", "ConvTranspose", ["pads": .ints([2, 1])],
      inputs: [line, digits], expected: [floats([1, 1, 3], [12, 123, 230])]),
    OperatorCase(
      "adds elements at the end", "ConvTranspose",
      ["output_padding": .ints([1]), "strides": .ints([2])],
      inputs: [floats([1, 1, 2], [1, 2]), floats([1, 1, 1], [3])],
      expected: [floats([1, 1, 4], [3, 0, 6, 0])]),
    OperatorCase(
      "shortens the end with SAME_UPPER", "ConvTranspose",
      ["auto_pad": .string("SAME_UPPER"), "strides": .ints([2])], inputs: [line, digits],
      expected: [floats([1, 1, 8], [0, 0, 1, 10, 102, 20, 203, 30])]),
    OperatorCase(
      "shortens the start with SAME_LOWER", "ConvTranspose",
      ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2])], inputs: [line, digits],
      expected: [floats([1, 1, 8], [0, 1, 10, 102, 20, 203, 30, 300])]),
    OperatorCase(
      "makes the output as long as told", "ConvTranspose",
      ["output_shape": .ints([8]), "strides": .ints([2]), "pads": .ints([1, 0])],
      inputs: [line, digits],
      expected: [floats([1, 1, 8], [0, 1, 10, 102, 20, 203, 30, 300])]),
    OperatorCase(
      "fills an output that is longer than what is spread", "ConvTranspose",
      ["output_shape": .ints([1, 1, 4])],
      inputs: [floats([1, 1, 1], [1]), digits], expected: [floats([1, 1, 4], [1, 10, 100, 0])]),
    OperatorCase(
      "keeps groups apart", "ConvTranspose", ["group": .int(2)],
      inputs: [floats([1, 2, 1], [1, 2]), floats([2, 2, 1], [1, 2, 3, 4])],
      expected: [floats([1, 4, 1], [1, 2, 6, 8])]),
    OperatorCase(
      "adds up channels on two axes", "ConvTranspose", ["strides": .ints([2, 2])],
      inputs: [floats([1, 2, 1, 2], [1, 2, 10, 20]), floats([2, 1, 2, 1], [1, 2, 1, 3])],
      expected: [floats([1, 1, 2, 3], [11, 0, 22, 32, 0, 64])]),
    OperatorCase(
      "takes three spatial axes", "ConvTranspose", ["strides": .ints([1, 1, 2])],
      inputs: [floats([1, 1, 1, 1, 2], [1, 2]), floats([1, 1, 2, 1, 1], [1, 10])],
      expected: [floats([1, 1, 2, 1, 3], [1, 0, 2, 10, 0, 20])]),
    OperatorCase(
      "takes an empty batch", "ConvTranspose",
      inputs: [counting([0, 1, 2]), digits], expected: [floats([0, 1, 4], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func isTheAdjointOfAConvolution() throws {
    // <conv(x), y> = <x, convTranspose(y)> for any x and y, exactly so on small integers.
    let attributes: Attributes = [
      "strides": .ints([2, 1]), "pads": .ints([1, 0, 0, 2]), "dilations": .ints([1, 2]),
      "group": .int(2),
    ]
    let (x, weights) = (pattern([1, 4, 6, 9], seed: 1), pattern([6, 2, 3, 3], seed: 2))
    let y = pattern([1, 6, 3, 7], seed: 3)
    let forward = try OperatorCase("", "Conv", attributes, inputs: [x, weights]).evaluate()[0]
    let backward = try OperatorCase(
      "", "ConvTranspose", attributes, inputs: [y, weights]
    ).evaluate()[0]
    #expect(forward.shape == y.shape)
    #expect(backward.shape == x.shape)
    #expect(product(forward, y) == product(x, backward))
  }

  private func product(_ left: Tensor, _ right: Tensor) -> Float {
    zip(left.scalars(of: Float.self), right.scalars(of: Float.self)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func leavesTheBiasWhereThereAreNoChannels() throws {
    let example = OperatorCase(
      "", "ConvTranspose", ["output_shape": .ints([2])],
      inputs: [counting([1, 0, 1 << 20]), counting([0, 1, 1]), floats([1], [7])])
    #expect(try example.evaluate() == [floats([1, 1, 2], [7, 7])])
  }

  @Test func infersExtentsThatDependOnSymbols() throws {
    let input = InferredValue.tensor(.float32, [.symbol("batch"), 4, .symbol("h")])
    let weights = InferredValue.tensor(.float32, [4, 3, 2])
    #expect(
      try inferred("ConvTranspose", ["strides": .ints([2]), "group": .int(2)], [input, weights])
        .type == .tensor(.float32, [.symbol("batch"), 6, .symbol("h") * 2]))
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (["group": .int(0)], [line, digits], .invalidAttribute),
    ([:], [counting([1, 2, 3]), digits], .incompatibleShapes),
    (["output_padding": .ints([-1])], [line, digits], .invalidAttribute),
    (["output_shape": .ints([1, 2])], [line, digits], .invalidAttribute),
    (["output_shape": .ints([1 << 40])], [line, digits], .limitExceeded),
    (["strides": .ints([1 << 31]), "pads": .ints([0, 0])], [line, digits], .limitExceeded),
    (["pads": .ints([4, 4])], [line, digits], .incompatibleShapes),
    ([:], [line, digits, floats([2], [1, 2])], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "ConvTranspose", attributes, inputs: inputs)
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

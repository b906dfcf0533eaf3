import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedConvolutionTests {
  static func bytes(_ shape: [Int], _ scalars: [UInt8]) -> Tensor {
    Tensor(shape: shape, scalars: scalars)
  }

  static func sums(_ shape: [Int], _ scalars: [Int32]) -> Tensor {
    Tensor(shape: shape, scalars: scalars)
  }

  static let line = bytes([1, 1, 4], [1, 2, 3, 4])
  static let digits = bytes([1, 1, 2], [1, 10])
  static let zero = bytes([], [0])
  static let one = floats([], [1])

  static let integerCases = [
    OperatorCase(
      "slides", "ConvInteger", inputs: [line, digits],
      expected: [sums([1, 1, 3], [21, 32, 43])]),
    OperatorCase(
      "pads with the zero point", "ConvInteger", ["pads": .ints([1, 0])],
      inputs: [line, digits, bytes([1], [1])], expected: [sums([1, 1, 4], [0, 10, 21, 32])]),
    OperatorCase(
      "has a zero point for each feature", "ConvInteger",
      inputs: [
        line, Tensor(shape: [2, 1, 1], scalars: [3, -1] as [Int8]), bytes([], [2]),
        Tensor(shape: [2], scalars: [1, 1] as [Int8]),
      ],
      expected: [sums([1, 2, 4], [-2, 0, 2, 4, 2, 0, -2, -4])]),
    OperatorCase(
      "keeps groups apart on two axes", "ConvInteger",
      ["group": .int(2), "strides": .ints([2, 1]), "auto_pad": .string("VALID")],
      inputs: [
        bytes([1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), bytes([2, 1, 1, 2], [1, 1, 1, 2]),
      ],
      expected: [sums([1, 2, 1, 1], [3, 17])]),
    OperatorCase(
      "takes an empty batch", "ConvInteger", inputs: [bytes([0, 1, 4], []), digits],
      expected: [sums([0, 1, 3], [])]),
  ]

  static let linearCases = [
    OperatorCase(
      "quantizes the sums", "QLinearConv",
      inputs: [line, floats([], [0.5]), bytes([], [1]), digits, one, zero, one, bytes([], [3])],
      // 10, 21 and 32 halves.
      expected: [bytes([1, 1, 3], [8, 13, 19])]),
    OperatorCase(
      "has a scale for each feature and adds a bias", "QLinearConv",
      inputs: [
        line, one, zero, bytes([2, 1, 1], [1, 1]), floats([2], [1, 0.5]), bytes([2], [0, 2]), one,
        zero, sums([2], [100, 9]),
      ],
      expected: [bytes([1, 2, 4], [101, 102, 103, 104, 4, 4, 3, 2])]),
    OperatorCase(
      "makes signed numbers of others", "QLinearConv",
      inputs: [
        line, one, zero, Tensor(shape: [1, 1, 1], scalars: [-50] as [Int8]), one,
        Tensor(scalar: 0 as Int8), one, Tensor(scalar: 0 as Int8),
      ],
      expected: [Tensor(shape: [1, 1, 4], scalars: [-50, -100, -128, -128] as [Int8])]),
  ]

  @Test(arguments: integerCases + linearCases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: integerCases + linearCases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func wrapsTheBiasAround() throws {
    let example = OperatorCase(
      "", "QLinearConv",
      inputs: [
        Self.bytes([1, 1, 1], [1]), Self.one, Self.zero, Self.bytes([1, 1, 1], [1]), Self.one,
        Self.zero,
        floats([], [1e9]), Self.zero, Self.sums([1], [.max]),
      ])
    // -2³¹ units of 10⁻⁹ are less than zero.
    #expect(try example.evaluate() == [Self.bytes([1, 1, 1], [0])])
  }

  @Test func leavesTheTypeOpenWithoutAZeroPoint() throws {
    let byte = InferredValue.tensor(.uint8, [1, 1, .symbol("n")])
    let scale = InferredValue.tensor(.float32, [])
    let weights = InferredValue.tensor(.uint8, [1, 1, 2])
    let inputs = [byte, scale, .unknown, weights, scale, .unknown, scale, .unknown]
    #expect(
      try inferred("QLinearConv", [:], inputs).type == .tensor(nil, [1, 1, .symbol("n") - 1]))
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (OperatorCase("", "ConvInteger", inputs: [bytes([2], [1, 2]), digits]), .incompatibleShapes),
    (
      OperatorCase("", "ConvInteger", inputs: [line, digits, bytes([2], [1, 2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase("", "ConvInteger", inputs: [line, digits, nil, bytes([2], [1, 2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase("", "ConvInteger", ["group": .int(0)], inputs: [line, digits]), .invalidAttribute
    ),
    (
      OperatorCase(
        "", "QLinearConv",
        inputs: [line, one, zero, digits, floats([2], [1, 2]), zero, one, zero]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "", "QLinearConv",
        inputs: [line, one, zero, digits, one, zero, one, zero, sums([2], [1, 2])]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes.indices)
  func rejects(_ index: Int) {
    let (example, code) = Self.mistakes[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

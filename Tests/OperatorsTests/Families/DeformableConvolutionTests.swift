import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct DeformableConvolutionTests {
  static let image = counting([1, 1, 3, 3])
  static let ones = floats([1, 1, 2, 2], [1, 1, 1, 1])

  /// Offsets of one output with four taps: pairs of rows and columns.
  static func offsets(_ pairs: [Float]) -> Tensor { floats([1, 8, 1, 1], pairs) }

  static let still = zeros([1, 8, 2, 2])

  static let cases = [
    OperatorCase(
      "is a convolution without offsets", "DeformConv", inputs: [image, ones, still],
      expected: [floats([1, 1, 2, 2], [8, 12, 20, 24])]),
    OperatorCase(
      "moves each tap", "DeformConv", ["strides": .ints([2, 2])],
      inputs: [image, ones, offsets([0.5, 0, 0, 0, 0, 0, 0, 0.25])],
      // 0 → 1.5, 1, 3, 4 → 4.25
      expected: [floats([1, 1, 1, 1], [9.75])]),
    OperatorCase(
      "has zero outside", "DeformConv", ["strides": .ints([2, 2])],
      inputs: [image, ones, offsets([-0.5, 0, -1, 0, 0, -1, 1.5, 0])],
      // Half of 0, nothing twice, half of 7.
      expected: [floats([1, 1, 1, 1], [3.5])]),
    OperatorCase(
      "weighs samples by a mask and adds a bias", "DeformConv", ["strides": .ints([2, 2])],
      inputs: [
        image, ones, offsets([0, 0, 0, 0, 0, 0, 0, 0]), floats([1], [100]),
        floats([1, 4, 1, 1], [1, 2, 3, 0]),
      ],
      expected: [floats([1, 1, 1, 1], [111])]),
    OperatorCase(
      "has groups of channels and of offsets", "DeformConv",
      ["group": .int(2), "offset_group": .int(2)],
      inputs: [
        counting([1, 2, 1, 2]), floats([2, 1, 1, 1], [1, 10]),
        floats([1, 4, 1, 2], [0, 0, 0.5, 0, 0, 0, 0, -0.5]),
      ],
      expected: [floats([1, 2, 1, 2], [0.5, 1, 20, 25])]),
    OperatorCase(
      "takes one axis", "DeformConv", ["pads": .ints([1, 0]), "dilations": .ints([2])],
      inputs: [
        floats([1, 1, 3], [1, 2, 4]), floats([1, 1, 2], [1, 10]),
        floats([1, 2, 2], [0, 0, 0, -0.5]),
      ],
      expected: [floats([1, 1, 2], [20, 31])]),
    OperatorCase(
      "takes three axes", "DeformConv",
      inputs: [
        counting([1, 1, 2, 2, 2]), floats([1, 1, 1, 1, 1], [1]),
        Tensor(of: Float.self, shape: [1, 3, 2, 2, 2]) { buffer in
          for index in buffer.indices { buffer[index] = index < 8 ? 0.5 : 0 }
        },
      ],
      expected: [floats([1, 1, 2, 2, 2], [2, 3, 4, 5, 2, 2.5, 3, 3.5])]),
    OperatorCase(
      "takes an empty batch", "DeformConv",
      inputs: [counting([0, 1, 3, 3]), ones, counting([0, 8, 2, 2])],
      expected: [counting([0, 1, 2, 2])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func samplesInBlocks() throws {
    // 4 · 9 rows of samples for 90 · 90 places are more than one block.
    let (image, weights) = (pattern([1, 4, 92, 92], seed: 1), pattern([2, 4, 3, 3], seed: 2))
    let offsets = zeros([1, 18, 90, 90])
    let deformed = try OperatorCase("", "DeformConv", inputs: [image, weights, offsets]).evaluate()
    #expect(deformed == (try OperatorCase("", "Conv", inputs: [image, weights]).evaluate()))
  }

  @Test func hasZeroWhereAnOffsetIsNoNumber() throws {
    let example = OperatorCase(
      "", "DeformConv", ["strides": .ints([2, 2])],
      inputs: [Self.image, Self.ones, Self.offsets([.nan, 0, .infinity, 0, 0, -1e30, 0, 0])])
    #expect(try example.evaluate() == [floats([1, 1, 1, 1], [4])])
  }

  @Test func infersExtentsFromTheOffsets() throws {
    let image = InferredValue.tensor(.float32, [.symbol("n"), 4, .unknown, .unknown])
    let offset = InferredValue.tensor(.float32, [.symbol("n"), 18, .symbol("h"), .symbol("w")])
    #expect(
      try inferred("DeformConv", [:], [image, .tensor(.float32, [8, 4, 3, 3]), offset]).type
        == .tensor(.float32, [.symbol("n"), 8, .symbol("h"), .symbol("w")]))
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    ([:], [image, ones, counting([1, 8, 1, 1])], .incompatibleShapes),
    ([:], [image, ones, counting([1, 4, 2, 2])], .incompatibleShapes),
    ([:], [image, ones, still, nil, counting([1, 8, 2, 2])], .incompatibleShapes),
    ([:], [image, ones, still, counting([2])], .incompatibleShapes),
    (["offset_group": .int(2)], [image, ones, still], .invalidAttribute),
    (["offset_group": .int(0)], [image, ones, still], .invalidAttribute),
    (["group": .int(-1)], [image, ones, still], .invalidAttribute),
    ([:], [counting([1, 1, 9]), ones, still], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "DeformConv", attributes, inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}

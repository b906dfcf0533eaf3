import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BlockFoldingTests {
  static let cases = [
    OperatorCase(
      "adds up where blocks overlap", "Col2Im",
      inputs: [floats([1, 2, 3], [1, 2, 3, 10, 20, 30]), list(4), list(2)],
      expected: [floats([1, 1, 4], [1, 12, 23, 30])]),
    OperatorCase(
      "drops what lies in the padding", "Col2Im", ["pads": .ints([1, 1])],
      inputs: [floats([1, 2, 3], [1, 2, 3, 10, 20, 30]), list(2), list(2)],
      expected: [floats([1, 1, 2], [12, 23])]),
    OperatorCase(
      "steps and dilates on two axes", "Col2Im",
      ["strides": .ints([2, 1]), "dilations": .ints([1, 2])],
      inputs: [floats([1, 2, 2], [1, 2, 10, 20]), list(3, 3), list(1, 2)],
      expected: [floats([1, 1, 3, 3], [1, 0, 10, 0, 0, 0, 2, 0, 20])]),
    OperatorCase(
      "keeps channels and batches apart", "Col2Im",
      inputs: [counting([2, 4, 1]), list(1, 2), list(1, 2)],
      expected: [floats([2, 2, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7])]),
    OperatorCase(
      "takes three axes", "Col2Im", inputs: [counting([1, 4, 2]), list(2, 1, 3), list(2, 1, 2)],
      expected: [floats([1, 1, 2, 1, 3], [0, 3, 3, 4, 11, 7])]),
    OperatorCase(
      "wraps integers around", "Col2Im",
      inputs: [
        Tensor(shape: [1, 2, 2], scalars: [1, 200, 100, 1] as [UInt8]), list(3), list(2),
      ],
      expected: [Tensor(shape: [1, 1, 3], scalars: [1, 44, 1] as [UInt8])]),
    OperatorCase(
      "is true where one of the elements is", "Col2Im",
      inputs: [
        Tensor(shape: [1, 2, 2], scalars: [false, true, true, false]), list(3), list(2),
      ],
      expected: [Tensor(shape: [1, 1, 3], scalars: [false, true, false])]),
    OperatorCase(
      "takes an empty batch", "Col2Im", inputs: [counting([0, 2, 3]), list(4), list(2)],
      expected: [floats([0, 1, 4], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func addsUpRealAndImaginaryParts() throws {
    let parts = floats([1, 2, 2, 2], [1, 2, 3, 4, 10, 20, 30, 40])
    let blocks = try #require(
      Tensor(.complex64, shape: [1, 2, 2], storage: parts.storage, range: parts.range))
    let example = OperatorCase("", "Col2Im", inputs: [blocks, list(3), list(2)])
    let sums = try #require(try example.evaluate().first)
    #expect(sums.elementType == .complex64)
    #expect(sums.shape == [1, 1, 3])
    #expect(
      Tensor(.float32, shape: [6], storage: sums.storage, range: sums.range)
        == floats([6], [1, 2, 13, 24, 30, 40]))
  }

  @Test func infersChannelsOfSymbols() throws {
    let input = InferredValue.tensor(.float32, [.symbol("n"), 12, .unknown])
    let image = known(.symbol("h"), 5)
    #expect(
      try inferred("Col2Im", [:], [input, image, known(2, 2)]).type
        == .tensor(.float32, [.symbol("n"), 3, .symbol("h"), 5]))
    #expect(
      try inferred("Col2Im", [:], [input, .tensor(.int64, [2]), .tensor(.int64, [2])]).type
        == .tensor(.float32, [.symbol("n"), .unknown, .unknown, .unknown]))
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    ([:], [counting([2, 3]), list(4), list(2)], .incompatibleShapes),
    ([:], [counting([1, 2, 3]), list(5), list(2)], .incompatibleShapes),
    ([:], [counting([1, 3, 3]), list(4), list(2)], .incompatibleShapes),
    ([:], [counting([1, 2, 3]), list(4, 4), list(2)], .incompatibleShapes),
    ([:], [counting([1, 2, 3]), list(4), list(0)], .invalidAttribute),
    ([:], [counting([1, 2, 3]), list(-4), list(2)], .limitExceeded),
    (["pads": .ints([-1, 0])], [counting([1, 2, 3]), list(4), list(2)], .invalidAttribute),
    ([:], [Tensor(shape: [1, 1, 1], strings: ["a"]), list(1), list(1)], .invalidType),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "Col2Im", attributes, inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ShortTimeTransformsTests {
  static let signal = floats([1, 5, 1], [1, 2, 3, 4, 5])
  static let two = Tensor(scalar: 2 as Int64)

  static let cases = [
    OperatorCase(
      "transforms frames", "STFT", inputs: [signal, two, nil, two],
      expected: [floats([1, 2, 2, 2], [3, 0, -1, 0, 7, 0, -1, 0])]),
    OperatorCase(
      "weighs the samples of frames", "STFT", inputs: [signal, two, floats([2], [1, 2])],
      expected: [floats([1, 2, 2, 2], [5, 0, -3, 0, 11, 0, -5, 0])]),
    OperatorCase(
      "takes the window with its length", "STFT",
      inputs: [signal, Tensor(scalar: 4 as Int64), floats([1], [2]), Tensor(scalar: 1 as Int64)],
      expected: [floats([1, 2, 1, 2], [2, 0, 10, 0])]),
    OperatorCase(
      "takes the whole signal for a frame", "STFT", ["onesided": .int(0)],
      inputs: [floats([1, 4, 1], [1, 2, 3, 4]), two],
      expected: [floats([1, 1, 4, 2], [10, 0, -2, 2, -2, 0, -2, -2])]),
    OperatorCase(
      "takes complex signals", "STFT", ["onesided": .int(0)],
      inputs: [floats([1, 2, 2], [1, 2, 3, 4]), two],
      expected: [floats([1, 1, 2, 2], [4, 6, -2, -2])]),
    OperatorCase(
      "takes no signals", "STFT", inputs: [floats([0, 5, 1], []), two, nil, two],
      expected: [floats([0, 2, 2, 2], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    let tolerance = Tolerance(absolute: 1e-6, relative: 0)
    for (got, expected) in zip(try example.evaluate(), example.expected) {
      let comparison = TensorComparison(of: got, to: expected, within: tolerance)
      #expect(comparison.isComparable && comparison.violationCount == 0)
    }
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func followsSymbolicSizes() throws {
    let signal = InferredValue.tensor(.float32, [.symbol("n"), 4 * .symbol("m"), 1])
    let known = try inferred("STFT", [:], [signal, known(2), .tensor(.float32, [4])])
    #expect(known.type == .tensor(.float32, [.symbol("n"), 2 * .symbol("m") - 1, 3, 2]))
    let unknown = try inferred("STFT", [:], [.tensor(.float32), .tensor(.int64), nil])
    #expect(unknown.type == .tensor(.float32, [.unknown, .unknown, .unknown, 2]))
  }

  static let mistakes: [([Tensor?], OperatorError.Code)] = [
    ([counting([5, 1]), two], .incompatibleShapes),
    ([counting([1, 5, 3]), two], .incompatibleShapes),
    ([signal, list(0)], .invalidValue),
    ([signal, list(1, 1)], .invalidValue),
    ([signal, two, nil, list(6)], .invalidValue),
    ([signal, two, nil, list(0)], .invalidValue),
    ([signal, two, floats([3], [1, 1, 1]), two], .incompatibleShapes),
    ([signal, two, floats([1, 1], [1])], .incompatibleShapes),
    ([signal, two, floats([0], [])], .invalidValue),
    ([counting([1, 0, 1]), two], .invalidValue),
    ([signal], .missingInput),
  ]

  @Test(arguments: mistakes)
  func rejects(_ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "STFT", inputs: inputs)
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct LossesTests {
  /// Two samples with two places each, three classes.
  static let scores = floats([2, 3, 2], [1, 2, 2, 2, 3, 2, 0, 1, 2, 2, 1, 2])
  static let classes = integers([2, 2], [2, 1, 0, 2])
  static let weights = floats([3], [0.25, 0.5, 0.125])

  static func attributes(_ reduction: String, ignoring ignored: Int64? = nil) -> Attributes {
    var attributes: Attributes = ["reduction": .string(ByteString(reduction))]
    if let ignored { attributes["ignore_index"] = .int(ignored) }
    return attributes
  }

  static let cases = [
    OperatorCase(
      "takes the negative of each true class", "NegativeLogLikelihoodLoss", attributes("none"),
      inputs: [scores, classes], expected: [floats([2, 2], [-3, -2, 0, -2])]),
    OperatorCase(
      "adds up", "NegativeLogLikelihoodLoss", attributes("sum"), inputs: [scores, classes],
      expected: [floats([], [-7])]),
    OperatorCase(
      "averages unless told otherwise", "NegativeLogLikelihoodLoss", inputs: [scores, classes],
      expected: [floats([], [-1.75])]),
    OperatorCase(
      "weighs classes", "NegativeLogLikelihoodLoss", attributes("none"),
      inputs: [scores, classes, weights], expected: [floats([2, 2], [-0.375, -1, 0, -0.25])]),
    OperatorCase(
      "averages by weight", "NegativeLogLikelihoodLoss", attributes("mean"),
      inputs: [scores, classes, weights], expected: [floats([], [-1.625])]),
    OperatorCase(
      "ignores a class", "NegativeLogLikelihoodLoss", attributes("none", ignoring: 2),
      inputs: [scores, classes], expected: [floats([2, 2], [0, -2, 0, 0])]),
    OperatorCase(
      "does not count what it ignores", "NegativeLogLikelihoodLoss",
      attributes("mean", ignoring: -1),
      inputs: [scores, integers([2, 2], [2, -1, -1, 2])], expected: [floats([], [-2.5])]),
    OperatorCase(
      "does not weigh what it ignores", "NegativeLogLikelihoodLoss",
      attributes("mean", ignoring: 99),
      inputs: [scores, integers([2, 2], [99, 1, 99, 2]), weights], expected: [floats([], [-2])]),
    OperatorCase(
      "takes classes of 32 bits and no further axes", "NegativeLogLikelihoodLoss",
      attributes("none"),
      inputs: [floats([2, 2], [1, 2, 3, 4]), Tensor(shape: [2], scalars: [1, 0] as [Int32])],
      expected: [floats([2], [-2, -3])]),
    OperatorCase(
      "takes no samples", "NegativeLogLikelihoodLoss", attributes("sum"),
      inputs: [counting([0, 3]), integers([0], [])], expected: [floats([], [0])]),
    OperatorCase(
      "compares even scores", "SoftmaxCrossEntropyLoss", attributes("none"),
      inputs: [floats([1, 2, 1], [3, 3]), integers([1, 1], [1])],
      expected: [floats([1, 1], [0.6931472]), floats([1, 2, 1], [-0.6931472, -0.6931472])]),
    OperatorCase(
      "weighs the classes of scores", "SoftmaxCrossEntropyLoss", attributes("sum"),
      inputs: [floats([2, 2], [3, 3, 5, 5]), integers([2], [1, 0]), floats([2], [2, 4])],
      expected: [floats([], [4.1588831])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    let results = try example.evaluate()
    for (result, wanted) in zip(results, example.expected) {
      #expect(result.shape == wanted.shape)
      for (value, wanted) in zip(result.scalars(of: Float.self), wanted.scalars(of: Float.self)) {
        #expect(abs(value - wanted) <= 1e-6)
      }
    }
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func averagesNothingToNoNumber() throws {
    let example = OperatorCase(
      "", "NegativeLogLikelihoodLoss", Self.attributes("mean", ignoring: 0),
      inputs: [counting([1, 2]), list(0)])
    #expect(try example.evaluate()[0].scalars(of: Float.self)[0].isNaN)
  }

  @Test func roundsEachStepOfHalfFloats() throws {
    let scores = floats([1, 3], [1.75, 0.375, 0.125]).converted(to: .float16)
    let example = OperatorCase(
      "", "SoftmaxCrossEntropyLoss", inputs: [scores, list(0)], expected: [scores, scores])
    let expected: [Float] = [-0.37158203125, -1.74609375, -1.99609375]
    let results = try example.evaluate()
    #expect(results[1] == floats([1, 3], expected).converted(to: .float16))
    #expect(results[0] == floats([], [0.37158203125]).converted(to: .float16))
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (attributes("product"), [scores, classes], .invalidAttribute),
    ([:], [counting([3]), list(0)], .incompatibleShapes),
    ([:], [scores, list(0, 1)], .incompatibleShapes),
    ([:], [scores, integers([2, 1], [0, 1])], .incompatibleShapes),
    ([:], [scores, classes, counting([2])], .incompatibleShapes),
    ([:], [scores, classes, counting([3, 1])], .incompatibleShapes),
  ]

  @Test(arguments: mistakes, ["NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"])
  func rejects(
    _ mistake: (attributes: Attributes, inputs: [Tensor?], code: OperatorError.Code),
    _ name: String
  ) {
    let example = OperatorCase("", name, mistake.attributes, inputs: mistake.inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == mistake.code)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == mistake.code)
  }

  @Test(arguments: [3, -1, Int64.min])
  func rejectsClassesThatThereAreNot(_ number: Int64) {
    let example = OperatorCase(
      "", "NegativeLogLikelihoodLoss", Self.attributes("sum", ignoring: 7),
      inputs: [Self.scores, integers([2, 2], [0, number, 0, 7])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "a sample is of class \(number), and there are 3 classes")
  }
}

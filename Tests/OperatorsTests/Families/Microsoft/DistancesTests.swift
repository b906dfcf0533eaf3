import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct DistancesTests {
  static let cases = [
    OperatorCase(
      "sums squares", "CDist", domain: "com.microsoft",
      inputs: [
        floats([2, 3], [-0.44, -1.08, 0.03, -0.05, 1.41, 0.75]),
        floats([3, 3], [0.19, 1.11, -0.21, -0.93, 0.58, 0.58, -0.21, -0.78, 0.23]),
      ],
      expected: [floats([2, 3], [5.2506, 3.2982, 0.1829, 1.0692, 1.4922, 5.0921])]),
    OperatorCase(
      "takes the root of the sum", "CDist", domain: "com.microsoft",
      ["metric": .string("euclidean")],
      inputs: [
        Tensor(shape: [2, 3], scalars: [-0.44, -1.08, 0.03, -0.05, 1.41, 0.75] as [Double]),
        Tensor(
          shape: [3, 3],
          scalars: [0.19, 1.11, -0.21, -0.93, 0.58, 0.58, -0.21, -0.78, 0.23] as [Double]),
      ],
      expected: [
        Tensor(
          shape: [2, 3],
          scalars: [2.291419, 1.816095, 0.4276682, 1.034021, 1.221556, 2.256568] as [Double])
      ]),
    OperatorCase(
      "has no rows", "CDist", domain: "com.microsoft",
      inputs: [floats([0, 2], []), floats([1, 2], [-2.49, 0.69])],
      expected: [floats([0, 1], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    try expectOutputs(of: example, within: 1e-5)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (
      OperatorCase(
        "another metric", "CDist", domain: "com.microsoft", ["metric": .string("cosine")],
        inputs: [counting([1, 1]), counting([1, 1])]),
      .unsupported
    ),
    (
      OperatorCase(
        "rows of different lengths", "CDist", domain: "com.microsoft",
        inputs: [counting([1, 2]), counting([1, 1])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "vectors", "CDist", domain: "com.microsoft", inputs: [counting([2]), counting([2])]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

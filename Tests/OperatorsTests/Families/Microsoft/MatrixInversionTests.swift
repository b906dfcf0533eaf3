import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct MatrixInversionTests {
  static let cases = [
    OperatorCase(
      "inverts", "Inverse", domain: "com.microsoft",
      inputs: [floats([2, 2], [0, 2, 4, 0])],
      expected: [floats([2, 2], [0, 0.25, 0.5, 0])]),
    OperatorCase(
      "inverts a stack of matrices", "Inverse", domain: "com.microsoft",
      inputs: [
        floats(
          [2, 3, 3],
          [
            2.49, -1.64, 0.06, -0.96, 2.76, -2.03, -0.91, 0.71, 3.16, -0.1600001, -0.5, 0.33, -0.61,
            3.59, -1.19, 0.35, -1.05, 3.41,
          ])
      ],
      expected: [
        floats(
          [2, 3, 3],
          [
            0.5837142, 0.300102, 0.1817039, 0.2803384, 0.4550638, 0.2870124, 0.1051075, -0.01582356,
            0.3042949, -3.934478, -0.486244, 0.2110696, -0.5954475, 0.2366257, 0.1402001, 0.2204831,
            0.122769, 0.3147612,
          ])
      ]),
    OperatorCase(
      "inverts nothing", "Inverse", domain: "com.microsoft",
      inputs: [floats([0, 2, 2], [])],
      expected: [floats([0, 2, 2], [])]),
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
        "a matrix without an inverse", "Inverse", domain: "com.microsoft",
        inputs: [floats([2, 2], [1, 2, 2, 4])]),
      .invalidValue
    ),
    (
      OperatorCase(
        "a matrix that is not square", "Inverse", domain: "com.microsoft",
        inputs: [counting([2, 3])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a vector", "Inverse", domain: "com.microsoft", inputs: [counting([2])]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

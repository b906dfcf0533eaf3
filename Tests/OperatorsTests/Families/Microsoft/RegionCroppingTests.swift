import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RegionCroppingTests {
  static let cases = [
    OperatorCase(
      "interpolates", "CropAndResize", domain: "com.microsoft", ["extrapolation_value": .float(-1)],
      inputs: [
        floats(
          [2, 1, 3, 4],
          [
            -0.02, -0.37, -1.72, 1.68, 0.75, 0.75, 1.14, 0.35, -0.64, -0.8, -0.8, 1.37, -1.46, -0.6,
            -0.32, 0.22, 0.58, -1.25, -1.73, -0, 1.21, 0.76, 0.22, -0.32,
          ]), floats([2, 4], [0, 0, 1, 1, 0.25, 0.5, 1.5, 0.75]),
        Tensor(shape: [2], scalars: [1, 0] as [Int32]),
        Tensor(shape: [2], scalars: [2, 3] as [Int32]),
      ],
      expected: [
        floats(
          [2, 1, 2, 3],
          [-1.46, -0.46, 0.22, 1.21, 0.49, -0.32, -0.05000007, -0.23, 0.03625, -1, -1, -1])
      ]),
    OperatorCase(
      "takes the nearest", "CropAndResize", domain: "com.microsoft", ["mode": .string("nearest")],
      inputs: [
        floats(
          [2, 1, 3, 4],
          [
            -0.02, -0.37, -1.72, 1.68, 0.75, 0.75, 1.14, 0.35, -0.64, -0.8, -0.8, 1.37, -1.46, -0.6,
            -0.32, 0.22, 0.58, -1.25, -1.73, -0, 1.21, 0.76, 0.22, -0.32,
          ]), floats([2, 4], [0, 0, 1, 1, 0.25, 0.5, 1.5, 0.75]),
        Tensor(shape: [2], scalars: [1, 0] as [Int32]),
        Tensor(shape: [2], scalars: [1, 2] as [Int32]),
      ],
      expected: [floats([2, 1, 1, 2], [0.58, -0, -0.8, -0.8])]),
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
        "an image that is not there", "CropAndResize", domain: "com.microsoft",
        inputs: [
          counting([1, 1, 1, 1]), counting([1, 4]), Tensor(shape: [1], scalars: [1] as [Int32]),
          Tensor(shape: [2], scalars: [1, 1] as [Int32]),
        ]),
      .invalidValue
    ),
    (
      OperatorCase(
        "another mode", "CropAndResize", domain: "com.microsoft", ["mode": .string("cubic")],
        inputs: [
          counting([1, 1, 1, 1]), counting([1, 4]), Tensor(shape: [1], scalars: [0] as [Int32]),
          Tensor(shape: [2], scalars: [1, 1] as [Int32]),
        ]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "crops without size", "CropAndResize", domain: "com.microsoft",
        inputs: [
          counting([1, 1, 1, 1]), counting([1, 4]), Tensor(shape: [1], scalars: [0] as [Int32]),
          Tensor(shape: [2], scalars: [0, 1] as [Int32]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "absurd crops", "CropAndResize", domain: "com.microsoft",
        inputs: [
          counting([1, 1, 1, 1]), counting([1, 4]), Tensor(shape: [1], scalars: [0] as [Int32]),
          Tensor(shape: [2], scalars: [Int32.max, Int32.max] as [Int32]),
        ]),
      .limitExceeded
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FusedMatrixProductsTests {
  static let cases = [
    OperatorCase(
      "is a product", "FusedMatMul", domain: "com.microsoft",
      inputs: [
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
        floats([3, 2], [-0.37, -1.72, 1.68, 0.75, 0.75, 1.14]),
      ],
      expected: [floats([2, 2], [-2.325, -3.2283, 2.7423, 2.8407])]),
    OperatorCase(
      "scales the product of transposed factors", "FusedMatMul", domain: "com.microsoft",
      ["transA": .int(1), "transB": .int(1), "alpha": .float(0.5)],
      inputs: [
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
        floats([3, 2], [-0.37, -1.72, 1.68, 0.75, 0.75, 1.14]),
      ],
      expected: [
        floats(
          [3, 3],
          [
            0.6088499, 0.9418501, -0.002249968, -0.99245, -0.47085, 0.3574499, -0.04755, 0.2865,
            0.11985,
          ])
      ]),
    OperatorCase(
      "scales under the older name", "TransposeMatMul", domain: "com.microsoft",
      ["transB": .int(1), "alpha": .float(2)],
      inputs: [
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
      ],
      expected: [floats([2, 2], [8.1334, -6.7088, -6.7088, 6.182])]),
    OperatorCase(
      "moves the first axis behind the stack", "FusedMatMul", domain: "com.microsoft",
      ["transBatchA": .int(1), "transBatchB": .int(1)],
      inputs: [
        floats(
          [2, 2, 3], [0.35, -0.64, -0.8, -0.8, 1.37, -1.46, -0.6, -0.32, 0.22, 0.58, -1.25, -1.73]),
        floats(
          [3, 2, 2], [-0, 1.21, 0.76, 0.22, -0.32, 0.29, -0.24, 0.82, -0.79, 0.13, -0.11, 0.54]),
      ],
      expected: [
        floats(
          [2, 2, 2], [0.8368, 0.1339, -0.07140001, -0.7902001, -0.7762, 0.1589999, 0.9311, -1.8316])
      ]),
    OperatorCase(
      "leaves vectors alone", "FusedMatMul", domain: "com.microsoft", ["transA": .int(1)],
      inputs: [
        floats([3], [0.22, 2.55, 1.5]), floats([3, 2], [-0.37, -1.72, 1.68, 0.75, 0.75, 1.14]),
      ],
      expected: [floats([2], [5.3276, 3.2441])]),
    OperatorCase(
      "is a product of matrices and a sum", "FusedGemm", domain: "com.microsoft",
      ["alpha": .float(0.5), "beta": .float(2)],
      inputs: [
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
        floats([3, 2], [-0.37, -1.72, 1.68, 0.75, 0.75, 1.14]), floats([2], [1.5, -2.04]),
      ],
      expected: [floats([2, 2], [1.8375, -5.69415, 4.37115, -2.65965])]),
    OperatorCase(
      "rectifies", "FusedGemm", domain: "com.microsoft",
      ["transB": .int(1), "activation": .string("Relu")],
      inputs: [
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
        floats([2, 3], [-0.34, -0.61, 0.53, -2.28, 1.17, 1.07]),
      ],
      expected: [floats([2, 2], [0.3708, 0, 0, 4.0223])]),
    OperatorCase(
      "has parameters for its activation", "FusedGemm", domain: "com.microsoft",
      ["activation": .string("Elu"), "activation_alpha": .float(0.5)],
      inputs: [
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
        floats([3, 2], [-0.37, -1.72, 1.68, 0.75, 0.75, 1.14]),
      ],
      expected: [floats([2, 2], [-0.4511083, -0.4801876, 2.7423, 2.8407])]),
    OperatorCase(
      "has a straight sigmoid", "FusedGemm", domain: "com.microsoft",
      [
        "activation": .string("HardSigmoid"), "activation_alpha": .float(0.25),
        "activation_beta": .float(0.5),
      ],
      inputs: [
        floats([2, 3], [1.59, -1.19, 0.35, -1.05, 1.41, -0.02]),
        floats([3, 2], [-0.37, -1.72, 1.68, 0.75, 0.75, 1.14]),
      ],
      expected: [floats([2, 2], [0, 0, 1, 1])]),
    OperatorCase(
      "multiplies nothing", "FusedMatMul", domain: "com.microsoft", ["alpha": .float(3)],
      inputs: [floats([2, 0], []), floats([0, 2], [])],
      expected: [floats([2, 2], [0, 0, 0, 0])]),
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
        "an unknown activation", "FusedGemm", domain: "com.microsoft",
        ["activation": .string("Swish")], inputs: [counting([1, 1]), counting([1, 1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "a parameter that is missing", "FusedGemm", domain: "com.microsoft",
        ["activation": .string("Elu")], inputs: [counting([1, 1]), counting([1, 1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "factors that do not match", "FusedMatMul", domain: "com.microsoft", ["transA": .int(1)],
        inputs: [counting([2, 3]), counting([3, 2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a scalar", "FusedMatMul", domain: "com.microsoft", ["transA": .int(1)],
        inputs: [floats([], [1]), counting([1])]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

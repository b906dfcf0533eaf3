import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SkipNormalizationTests {
  static let cases = [
    OperatorCase(
      "normalizes the sum of three", "SkipLayerNormalization", domain: "com.microsoft",
      inputs: [
        floats([1, 2, 4], [-1.3, -0.98, -0.8, 0.04, 0.64, 2.05, -0.2, 0.77]),
        floats([1, 2, 4], [0.16, 1.76, 0.74, 1.37, -1.08, -0.19, -0.81, 1.5]),
        floats([4], [0.66, -0.31, -0.45, 0.48]), floats([4], [-0.7, -0.93, 0.48, 2.46]),
        floats([4], [-0.25, -0.56, -1.17, -1.34]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [-1.428451, -1.270033, 0.8782597, 2.888091, -0.95243, -1.256615, 1.135972, 2.837563]),
        floats([1, 2, 1], [-0.5825, -0.16]), floats([1, 2, 1], [1.366829, 0.7216409]),
        floats([1, 2, 4], [-1.39, 0.22, -1.23, 0.06999993, -0.6900001, 1.3, -2.18, 0.9299999]),
      ]),
    OperatorCase(
      "spreads a skip over the batch", "SkipLayerNormalization", domain: "com.microsoft",
      ["epsilon": .float(0.1)],
      inputs: [
        floats(
          [2, 2, 4],
          [
            0.52, 0.85, 0.01, 0.33, 0.12, 0.14, -1.53, -0.46, 0.11, -0.78, -0.48, -0.82, -0.33,
            0.85, -0.41, -0.15,
          ]), floats([2, 4], [0.81, 0.64, 1.7, -2.09, 0.86, -0.48, 0.13, 0.84]),
        floats([4], [0.66, -0.31, -0.45, 0.48]),
      ],
      expected: [
        floats(
          [2, 2, 4],
          [
            0.28876, -0.1696701, -0.3142388, -0.8079103, 0.7537324, 0.08068494, 0.623861, 0.2422142,
            0.4563783, -0.01634548, -0.3925179, -0.7759064, 0.2752199, -0.02713076, 0.5629497,
            0.3583109,
          ])
      ]),
    OperatorCase(
      "divides a sum by the root of its mean square", "SkipSimplifiedLayerNormalization",
      domain: "com.microsoft",
      inputs: [
        floats([1, 2, 4], [-1.3, -0.98, -0.8, 0.04, 0.64, 2.05, -0.2, 0.77]),
        floats([1, 2, 4], [0.16, 1.76, 0.74, 1.37, -1.08, -0.19, -0.81, 1.5]),
        floats([4], [0.66, -0.31, -0.45, 0.48]), floats([4], [-0.25, -0.56, -1.17, -1.34]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            -0.9809802, -0.07292657, 0.5918601, 0.0359286, -0.3264664, -0.2889019, 0.7032574,
            0.3200144,
          ]), floats([1, 2, 1], [0, 0]), floats([1, 2, 1], [1.069305, 0.7168782]),
        floats([1, 2, 4], [-1.39, 0.22, -1.23, 0.06999993, -0.6900001, 1.3, -2.18, 0.9299999]),
      ]),
    OperatorCase(
      "divides by the root of the mean square", "SimplifiedLayerNormalization", domain: "",
      inputs: [
        floats([1, 2, 4], [-1.3, -0.98, -0.8, 0.04, 0.64, 2.05, -0.2, 0.77]),
        floats([4], [0.66, -0.31, -0.45, 0.48]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            -0.9457682, 0.3348769, 0.3968259, 0.02116404, 0.3688753, -0.5549721, 0.07859558,
            0.3227658,
          ]), floats([1, 2, 1], [1.102294, 0.8732842]),
      ]),
    OperatorCase(
      "is known in the domain of the others", "SimplifiedLayerNormalization",
      domain: "com.microsoft",
      inputs: [
        floats([1, 2, 4], [-1.3, -0.98, -0.8, 0.04, 0.64, 2.05, -0.2, 0.77]),
        floats([4], [0.66, -0.31, -0.45, 0.48]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            -0.9457682, 0.3348769, 0.3968259, 0.02116404, 0.3688753, -0.5549721, 0.07859558,
            0.3227658,
          ]), floats([1, 2, 1], [1.102294, 0.8732842]),
      ]),
    OperatorCase(
      "has several axes", "SimplifiedLayerNormalization", domain: "", ["axis": .int(1)],
      inputs: [
        floats([2, 2, 2], [1.08, 1.04, 0.16, 1.61, -0.28, -0.14, 0.8, -0.55]),
        floats([2, 2], [2.16, 1.02, 2.18, -0.03]),
      ],
      expected: [
        floats(
          [2, 2, 2],
          [2.115111, 0.9618094, 0.3162511, -0.0437928, -1.185803, -0.2799812, 3.419378, 0.03235076])
      ]),
    OperatorCase(
      "keeps statistics of half floats in 32 bits", "SimplifiedLayerNormalization", domain: "",
      inputs: [
        floats([1, 2], [3, -3]).converted(to: .float16),
        floats([2], [1, 2]).converted(to: .float16),
      ],
      expected: [floats([1, 2], [1, -2]).converted(to: .float16), floats([1, 1], [0.3333333])]),
    OperatorCase(
      "shifts to mean zero", "LayerNormalization", domain: "com.microsoft",
      inputs: [
        floats([1, 2, 4], [-1.3, -0.98, -0.8, 0.04, 0.64, 2.05, -0.2, 0.77]),
        floats([4], [0.66, -0.31, -0.45, 0.48]), floats([4], [-0.7, -0.93, 0.48, 2.46]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [-1.419435, -0.7923303, 0.5163351, 3.235149, -0.843588, -1.405954, 1.047825, 2.433147]),
        floats([1, 2, 1], [-0.76, 0.815]), floats([1, 2, 1], [2.018617, 1.243186]),
      ]),
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
        "a skip of higher rank", "SkipLayerNormalization", domain: "com.microsoft",
        inputs: [counting([2, 2]), counting([1, 2, 2]), counting([2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a skip of another width", "SkipSimplifiedLayerNormalization", domain: "com.microsoft",
        inputs: [counting([2, 2]), counting([2, 3]), counting([2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "an axis that is not there", "SimplifiedLayerNormalization", domain: "com.microsoft",
        ["axis": .int(2)], inputs: [counting([2, 2]), counting([2])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "a scalar", "SkipLayerNormalization", domain: "com.microsoft",
        inputs: [floats([], [1]), floats([], [1]), floats([], [1])]),
      .invalidAttribute
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

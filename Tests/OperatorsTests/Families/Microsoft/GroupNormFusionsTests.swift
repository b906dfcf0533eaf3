import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct GroupNormFusionsTests {
  static let cases = [
    OperatorCase(
      "normalizes groups of channels", "GroupNorm", domain: "com.microsoft",
      ["groups": .int(2), "activation": .int(0)],
      inputs: [
        floats([1, 1, 2, 4], [0.29, -0.24, 0.82, -0.79, 0.13, -0.11, 0.54, 0.22]),
        floats([4], [2.55, 1.5, 1.5, -2.04]), floats([4], [-0.34, -0.61, 0.53, -2.28]),
      ],
      expected: [
        floats(
          [1, 1, 2, 4],
          [3.035457, -2.486266, 2.064808, 1.031242, 1.053537, -1.539025, 1.374453, -2.355446])
      ]),
    OperatorCase(
      "has channels second and an activation", "GroupNorm", domain: "com.microsoft",
      ["groups": .int(2), "activation": .int(1), "channels_last": .int(0)],
      inputs: [
        floats([1, 4, 1, 2], [0.29, 0.13, -0.24, -0.11, 0.82, 0.54, -0.79, 0.22]),
        floats([4], [2.55, 1.5, 1.5, -2.04]), floats([4], [-0.34, -0.61, 0.53, -2.28]),
      ],
      expected: [
        floats(
          [1, 4, 1, 2],
          [2.896283, 0.7811491, -0.1910114, -0.2719104, 1.832384, 1.096949, 0.7601864, -0.2040614])
      ]),
    OperatorCase(
      "normalizes a sum", "SkipGroupNorm", domain: "com.microsoft",
      ["groups": .int(2), "activation": .int(0)],
      inputs: [
        floats([1, 1, 2, 4], [0.29, -0.24, 0.82, -0.79, 0.13, -0.11, 0.54, 0.22]),
        floats([4], [2.55, 1.5, 1.5, -2.04]), floats([4], [-0.34, -0.61, 0.53, -2.28]),
        floats([1, 4], [1.17, 1.07, -1.3, -0.98]), floats([4], [-0.8, 0.04, 0.64, 2.05]),
      ],
      expected: [
        floats(
          [1, 1, 2, 4],
          [-1.635542, 0.2693272, -0.1530113, -1.810764, -3.761558, 1.285437, -0.9416428, -5.679565]),
        floats([1, 1, 2, 4], [0.6599999, 0.8700001, 0.16, 0.28, 0.4999999, 1, -0.1199999, 1.29]),
      ]),
    OperatorCase(
      "normalizes a sum with channels second", "SkipGroupNorm", domain: "com.microsoft",
      ["groups": .int(1), "activation": .int(1), "channels_last": .int(0)],
      inputs: [
        floats([1, 4, 1, 2], [0.29, 0.13, -0.24, -0.11, 0.82, 0.54, -0.79, 0.22]),
        floats([4], [2.55, 1.5, 1.5, -2.04]), floats([4], [-0.34, -0.61, 0.53, -2.28]),
        floats([1, 4, 1, 2], [0.58, 0.26, -0.48, -0.22, 1.64, 1.08, -1.58, 0.44]),
        floats([4], [-0.8, 0.04, 0.64, 2.05]),
      ],
      expected: [
        floats(
          [1, 4, 1, 2],
          [
            -0.2687671, -0.1973222, -0.2283846, -0.2616169, 2.68804, 1.75865, -0.2385484,
            -0.03642753,
          ]),
        floats([1, 4, 1, 2], [0.06999999, -0.41, -0.6799999, -0.29, 3.1, 2.26, -0.3200002, 2.71]),
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
        "groups that do not divide the channels", "GroupNorm", domain: "com.microsoft",
        ["groups": .int(2), "activation": .int(0)],
        inputs: [counting([1, 1, 1, 3]), counting([3]), counting([3])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "another activation", "GroupNorm", domain: "com.microsoft",
        ["groups": .int(1), "activation": .int(2)],
        inputs: [counting([1, 1, 1, 1]), counting([1]), counting([1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "no groups", "GroupNorm", domain: "com.microsoft", ["activation": .int(0)],
        inputs: [counting([1, 1, 1, 1]), counting([1]), counting([1])]),
      .invalidAttribute
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

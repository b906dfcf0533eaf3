import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FusedConvolutionTests {
  static let cases = [
    OperatorCase(
      "is a convolution", "FusedConv", domain: "com.microsoft",
      inputs: [
        floats(
          [1, 2, 3, 3],
          [
            -0.28, -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51, -0.18,
            0.54, 1.94, -0.27, -0.24, 1,
          ]),
        floats(
          [2, 2, 2, 2],
          [
            -0.89, -0.29, 0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28, 0.7, -0.44,
            -1.08, 0.03, -0.05,
          ]), floats([2], [1.41, 0.75]),
      ],
      expected: [
        floats(
          [1, 2, 2, 2], [3.3569, 2.7553, 3.2116, 3.9356, 1.0561, 3.3578, -0.04849994, -1.742])
      ]),
    OperatorCase(
      "adds before it rectifies", "FusedConv", domain: "com.microsoft",
      ["activation": .string("Relu")],
      inputs: [
        floats(
          [1, 2, 3, 3],
          [
            -0.28, -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51, -0.18,
            0.54, 1.94, -0.27, -0.24, 1,
          ]),
        floats(
          [2, 2, 2, 2],
          [
            -0.89, -0.29, 0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28, 0.7, -0.44,
            -1.08, 0.03, -0.05,
          ]), floats([2], [1.41, 0.75]),
        floats([1, 2, 2, 2], [0.19, 1.11, -0.21, -0.93, 0.58, 0.58, -0.21, -0.78]),
      ],
      expected: [floats([1, 2, 2, 2], [3.5469, 3.8653, 3.0016, 3.0056, 1.6361, 3.9378, 0, 0])]),
    OperatorCase(
      "leaks", "FusedConv", domain: "com.microsoft",
      ["activation": .string("LeakyRelu"), "activation_params": .floats([0.25])],
      inputs: [
        floats(
          [1, 2, 3, 3],
          [
            -0.28, -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51, -0.18,
            0.54, 1.94, -0.27, -0.24, 1,
          ]),
        floats(
          [2, 2, 2, 2],
          [
            -0.89, -0.29, 0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28, 0.7, -0.44,
            -1.08, 0.03, -0.05,
          ]),
      ],
      expected: [
        floats(
          [1, 2, 2, 2], [1.9469, 1.3453, 1.8016, 2.5256, 0.3060999, 2.6078, -0.199625, -0.623])
      ]),
    OperatorCase(
      "clips", "FusedConv", domain: "com.microsoft",
      ["activation": .string("Clip"), "activation_params": .floats([-0.5, 1])],
      inputs: [
        floats(
          [1, 2, 3, 3],
          [
            -0.28, -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51, -0.18,
            0.54, 1.94, -0.27, -0.24, 1,
          ]),
        floats(
          [2, 2, 2, 2],
          [
            -0.89, -0.29, 0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28, 0.7, -0.44,
            -1.08, 0.03, -0.05,
          ]),
      ],
      expected: [floats([1, 2, 2, 2], [1, 1, 1, 1, 0.3060999, 1, -0.5, -0.5])]),
    OperatorCase(
      "has a straight sigmoid", "FusedConv", domain: "com.microsoft",
      ["activation": .string("HardSigmoid"), "activation_params": .floats([0.25, 0.5])],
      inputs: [
        floats(
          [1, 2, 3, 3],
          [
            -0.28, -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51, -0.18,
            0.54, 1.94, -0.27, -0.24, 1,
          ]),
        floats(
          [2, 2, 2, 2],
          [
            -0.89, -0.29, 0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28, 0.7, -0.44,
            -1.08, 0.03, -0.05,
          ]),
      ],
      expected: [floats([1, 2, 2, 2], [0.986725, 0.836325, 0.9504, 1, 0.576525, 1, 0.300375, 0])]),
    OperatorCase(
      "has the attributes of convolutions", "FusedConv", domain: "com.microsoft",
      [
        "group": .int(2), "strides": .ints([2, 1]), "pads": .ints([1, 0, 0, 1]),
        "activation": .string("Tanh"),
      ],
      inputs: [
        floats(
          [1, 2, 3, 3],
          [
            -0.28, -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51, -0.18,
            0.54, 1.94, -0.27, -0.24, 1,
          ]), floats([2, 1, 2, 2], [0.23, -2.49, 0.69, 0.49, -1.64, 0.06, -0.96, 0.76]),
      ],
      expected: [
        floats(
          [1, 2, 2, 3],
          [
            -0.4788569, -0.7538009, -0.6239211, -0.6172189, 0.5225201, -0.04137636, -0.7894612,
            -0.7238093, 0.4538989, 0.3837075, 0.2176615, -0.9994946,
          ])
      ]),
    OperatorCase(
      "has channels last", "NhwcFusedConv", domain: "com.microsoft",
      ["activation": .string("Sigmoid")],
      inputs: [
        floats(
          [1, 3, 3, 2],
          [
            -0.28, 1.55, -0.67, 0.55, -1.06, -0.51, -0.39, -0.18, 0.48, 0.54, -0.24, 1.94, 0.96,
            -0.27, -0.2, -0.24, 0.02, 1,
          ]),
        floats(
          [2, 2, 2, 2],
          [
            -0.89, -0.29, 0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28, 0.7, -0.44,
            -1.08, 0.03, -0.05,
          ]), floats([2], [1.41, 0.75]),
        floats([1, 2, 2, 2], [-2.03, -2.16, -0.91, -0.5, 0.71, 0.33, 1.16, -0.61]),
      ],
      expected: [
        floats(
          [1, 2, 2, 2],
          [0.7903274, 0.2490098, 0.8635743, 0.9457205, 0.9805754, 0.5699139, 0.9939137, 0.08690688])
      ]),
    OperatorCase(
      "has channels last without an activation", "NhwcConv", domain: "com.microsoft",
      inputs: [
        floats(
          [1, 3, 3, 2],
          [
            -0.28, 1.55, -0.67, 0.55, -1.06, -0.51, -0.39, -0.18, 0.48, 0.54, -0.24, 1.94, 0.96,
            -0.27, -0.2, -0.24, 0.02, 1,
          ]),
        floats(
          [2, 2, 2, 2],
          [
            -0.89, -0.29, 0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28, 0.7, -0.44,
            -1.08, 0.03, -0.05,
          ]), floats([2], [1.41, 0.75]),
      ],
      expected: [
        floats(
          [1, 2, 2, 2], [3.3569, 1.0561, 2.7553, 3.3578, 3.2116, -0.04849994, 3.9356, -1.742])
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
        "an unknown activation", "FusedConv", domain: "com.microsoft",
        ["activation": .string("Gelu")], inputs: [counting([1, 1, 2]), counting([1, 1, 1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "parameters that are missing", "FusedConv", domain: "com.microsoft",
        ["activation": .string("Clip"), "activation_params": .floats([1])],
        inputs: [counting([1, 1, 2]), counting([1, 1, 1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "an addend of another shape", "FusedConv", domain: "com.microsoft",
        inputs: [counting([1, 1, 3]), counting([1, 1, 1]), nil, counting([2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a scalar", "NhwcConv", domain: "com.microsoft",
        inputs: [floats([], [1]), counting([1, 1, 1])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "channels that do not match", "NhwcConv", domain: "com.microsoft",
        inputs: [counting([1, 2, 2]), counting([1, 1, 1])]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

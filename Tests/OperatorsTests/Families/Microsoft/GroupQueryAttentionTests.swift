import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct GroupQueryAttentionTests {
  static let cases = [
    OperatorCase(
      "attends to the keys of a prompt", "GroupQueryAttention", domain: "com.microsoft",
      ["num_heads": .int(2), "kv_num_heads": .int(1)],
      inputs: [
        floats(
          [1, 3, 16],
          [
            0.12, -1.11, -0.59, 0.09, 0.48, -1.07, 0.8, -1.77, 0.55, -1.58, -1.27, 0.64, -0.41,
            -0.8, -0.44, 0.47, -0.05, -0.03, 1.05, -0.72, -0.47, -0.52, 1.17, 0.99, 1.29, -0.03,
            -0.16, 0.85, -0.39, 0.83, 0.72, -0.7, -0.08, -0.12, 1.73, 2.59, -0.1, 0.01, -2.28, 0.21,
            -0.01, -1.07, 0.79, -1.57, -0.21, 0.14, -1.25, 0.86,
          ]),
        floats(
          [1, 3, 8],
          [
            1.06, -1.39, -1.41, 0.6, -0.03, -1.21, -0.3, -0.11, -0.14, 0.83, 0.38, 1.77, 1.37, 0.68,
            1.08, 1.32, 0.71, -1.23, 0.86, 0.07, 1.62, 0.09, 0.53, 0.33,
          ]),
        floats(
          [1, 3, 8],
          [
            1.68, 0.18, -0.27, 0.31, -0.44, 0.16, -0.01, 0.27, 1.92, -0.41, 0.04, -0.2, 0.67, -1.18,
            -0.69, -0.04, 0.55, -0.05, -0.5, -0.87, 0.51, 1.44, 0.32, 0.19,
          ]), nil, nil, Tensor(shape: [1], scalars: [2] as [Int32]), Tensor(scalar: 3 as Int32),
      ],
      expected: [
        floats(
          [1, 3, 16],
          [
            1.68, 0.18, -0.27, 0.31, -0.44, 0.16, -0.01, 0.27, 1.68, 0.18, -0.27, 0.31, -0.44, 0.16,
            -0.01, 0.27, 1.848418, -0.2340268, -0.05246049, -0.04788759, 0.3389319, -0.7803321,
            -0.4871835, 0.05246049, 1.802308, -0.1206731, -0.1120192, 0.05009609, 0.1256732,
            -0.5228847, -0.3565385, 0.1120192, 1.540906, -0.2074407, -0.1515055, -0.2628315,
            0.4143497, -0.2828979, -0.3122415, 0.07633443, 1.052868, -0.01173326, -0.3714488,
            -0.4211839, 0.2188267, 0.7632283, 0.1119609, 0.1927988,
          ]),
        floats(
          [1, 1, 3, 8],
          [
            1.06, -1.39, -1.41, 0.6, -0.03, -1.21, -0.3, -0.11, -0.14, 0.83, 0.38, 1.77, 1.37, 0.68,
            1.08, 1.32, 0.71, -1.23, 0.86, 0.07, 1.62, 0.09, 0.53, 0.33,
          ]),
        floats(
          [1, 1, 3, 8],
          [
            1.68, 0.18, -0.27, 0.31, -0.44, 0.16, -0.01, 0.27, 1.92, -0.41, 0.04, -0.2, 0.67, -1.18,
            -0.69, -0.04, 0.55, -0.05, -0.5, -0.87, 0.51, 1.44, 0.32, 0.19,
          ]),
      ]),
    OperatorCase(
      "shows the products before the softmax", "GroupQueryAttention", domain: "com.microsoft",
      [
        "num_heads": .int(2), "kv_num_heads": .int(1), "qk_output": .int(1),
        "softcap": .float(0.75),
      ],
      inputs: [
        floats(
          [1, 1, 16],
          [
            0.44, -0.94, -0.31, -0.27, 0.3, -0.03, -1.22, 1.13, 1.69, -0.26, 0.4, 0.27, 0.78, -1.48,
            1.61, -0.47,
          ]), floats([1, 1, 8], [1.26, 0.08, -0.39, -0.14, 0.9, -0.86, -0.38, -0.48]),
        floats([1, 1, 8], [-1.72, 1.3, 0.58, -0.02, 1.16, -0.96, -0.07, 1.73]),
        floats(
          [1, 1, 2, 8],
          [
            0.98, -2.23, -3.33, -1.04, 1.06, -0.47, -0.22, 0.61, -0.89, 0.21, 0.79, 0.47, 0.4, -0.6,
            0.51, -0.43,
          ]),
        floats(
          [1, 1, 2, 8],
          [
            1.3, 2.57, -0.74, -2.17, -0.43, 0.38, 1.05, 1.08, -0.78, -0.79, 1.27, -1.09, 1.09,
            -0.23, 0.77, 0.71,
          ]), Tensor(shape: [1], scalars: [2] as [Int32]),
        Tensor(shape: [1], scalars: [3] as [Int32]), nil, nil, nil,
        floats([1, 1, 1, 3], [0.78, 0.82, -0.99]),
      ],
      expected: [
        floats(
          [1, 1, 16],
          [
            0.6348034, 1.775402, -0.2211934, -1.779463, 0.008243434, 0.1496709, 0.9051029, 1.053778,
            0.08890669, 0.9750766, 0.2702277, -1.482872, 0.3932328, -0.02068614, 0.815501,
            0.9834877,
          ]),
        floats(
          [1, 1, 3, 8],
          [
            0.98, -2.23, -3.33, -1.04, 1.06, -0.47, -0.22, 0.61, -0.89, 0.21, 0.79, 0.47, 0.4, -0.6,
            0.51, -0.43, 1.26, 0.08, -0.39, -0.14, 0.9, -0.86, -0.38, -0.48,
          ]),
        floats(
          [1, 1, 3, 8],
          [
            1.3, 2.57, -0.74, -2.17, -0.43, 0.38, 1.05, 1.08, -0.78, -0.79, 1.27, -1.09, 1.09,
            -0.23, 0.77, 0.71, -1.72, 1.3, 0.58, -0.02, 1.16, -0.96, -0.07, 1.73,
          ]),
        floats([1, 2, 1, 3], [1.518196, 0.2790663, -0.703113, 1.237689, 1.179451, -0.2932007]),
      ]),
    OperatorCase(
      "unpacks and sees a window through smoothed weights", "GroupQueryAttention",
      domain: "com.microsoft",
      [
        "num_heads": .int(1), "kv_num_heads": .int(1), "local_window_size": .int(2),
        "smooth_softmax": .int(1),
      ],
      inputs: [
        floats(
          [1, 3, 24],
          [
            0.3, 0.01, 0.31, 1.23, -0.27, -0.71, -0.73, -0.31, 0.75, -0.81, 1.16, 0.29, -0.23,
            -1.33, 0.24, 0.69, -1.77, 1.19, 1.65, 0.34, 0.49, 2.41, 1.23, -0.9, -0.02, -0.16, -0.15,
            -2.36, 0.76, -0.64, 0.16, -0.14, 0.87, -0.3, -0.8, 0.53, 1.4, -0.32, 1.37, 0.26, -0.53,
            1.53, -0.82, 1.01, -0.5, 0.45, -1.23, -0.84, 1.07, 0.19, 0.04, -0.44, 0.45, -1.4, -1.12,
            -0.16, -0.83, -0.7, -0.07, -0.14, -0.22, 1.67, 1.01, 1.23, -0.03, -0.5, -1.45, -0.35,
            -2.09, -0.58, 0.76, 1.62,
          ]), nil, nil, nil, nil, Tensor(shape: [1], scalars: [2] as [Int32]),
        Tensor(scalar: 3 as Int32),
      ],
      expected: [
        floats(
          [1, 3, 8],
          [
            -1.121674, 0.7541201, 1.045629, 0.2154629, 0.31052, 1.527252, 0.7794686, -0.5703429,
            -0.7424223, 0.929378, 0.2103882, 0.4755299, -0.03154121, 0.9112937, -0.06997317,
            -0.5866352, -0.2499181, 0.6719638, -0.5051014, 0.4419018, -0.4097396, 0.1611045,
            -0.5099945, -0.2553878,
          ])
      ]),
    OperatorCase(
      "has sinks and room in its cache", "GroupQueryAttention", domain: "com.microsoft",
      ["num_heads": .int(2), "kv_num_heads": .int(1)],
      inputs: [
        floats(
          [1, 1, 16],
          [
            0.97, -0.86, 0.49, -0.79, 0.82, -0.11, 0.86, 2.57, 0.92, 2.33, 0.18, -0.33, 1.33, 1.72,
            -0.56, 0.08,
          ]), floats([1, 1, 8], [-1.43, -0.2, 0.89, -0.09, -0.57, -1.41, 0.37, 0.8]),
        floats([1, 1, 8], [0.6, 0.26, -1.27, 1.76, -0.06, -0.14, 0.73, -2.16]),
        floats(
          [1, 1, 4, 8],
          [
            -0.06, -0.14, 0.37, 1.35, 0.47, -1.83, -0.34, 0.21, 0.15, -1.28, -1.66, 0.55, 0.34,
            -0.02, -1.73, 1.77, -2.9, -0.36, 2.09, -0.16, 0.23, -1.18, 1.36, -1.29, 0.25, 0.13,
            -1.05, 0.89, -1.42, -0.68, -0.03, -0.41,
          ]),
        floats(
          [1, 1, 4, 8],
          [
            0.47, 0.92, -0.29, -0.54, -0.52, -0.37, 0.81, -0.22, 0.41, -0.09, -0.84, 0.86, -1.04,
            0.01, 1.49, -1.09, -0.06, -1.58, -0.51, -1.49, -0.36, -0.54, 0.13, 1.58, 0.28, 0.66,
            -0.05, -0.24, -0.83, -1.8, 0.07, 1.63,
          ]), Tensor(shape: [1], scalars: [1] as [Int32]),
        Tensor(shape: [1], scalars: [2] as [Int32]), nil, nil, nil, nil, floats([2], [0.5, -0.5]),
      ],
      expected: [
        floats(
          [1, 1, 16],
          [
            0.3375577, 0.314822, -0.5486559, 0.5387235, -0.1450486, -0.1400176, 0.4667337,
            -0.8688587, 0.235734, 0.3178774, -0.2867076, 0.113674, -0.1660188, -0.1334048,
            0.3585344, -0.4053452,
          ]),
        floats(
          [1, 1, 4, 8],
          [
            -0.06, -0.14, 0.37, 1.35, 0.47, -1.83, -0.34, 0.21, -1.43, -0.2, 0.89, -0.09, -0.57,
            -1.41, 0.37, 0.8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          ]),
        floats(
          [1, 1, 4, 8],
          [
            0.47, 0.92, -0.29, -0.54, -0.52, -0.37, 0.81, -0.22, 0.6, 0.26, -1.27, 1.76, -0.06,
            -0.14, 0.73, -2.16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          ]),
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
        "heads that do not divide", "GroupQueryAttention", domain: "com.microsoft",
        ["num_heads": .int(3), "kv_num_heads": .int(2)],
        inputs: [
          counting([1, 1, 6]), counting([1, 1, 4]), counting([1, 1, 4]), nil, nil,
          Tensor(shape: [1], scalars: [0] as [Int32]), Tensor(scalar: 1 as Int32),
        ]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "lengths for another batch", "GroupQueryAttention", domain: "com.microsoft",
        ["num_heads": .int(1), "kv_num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil,
          Tensor(shape: [2], scalars: [0, 0] as [Int32]), Tensor(scalar: 1 as Int32),
        ]),
      .invalidValue
    ),
    (
      OperatorCase(
        "keys that are not there", "GroupQueryAttention", domain: "com.microsoft",
        ["num_heads": .int(1), "kv_num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil,
          Tensor(shape: [1], scalars: [5] as [Int32]), Tensor(scalar: 2 as Int32),
        ]),
      .invalidValue
    ),
    (
      OperatorCase(
        "a negative length", "GroupQueryAttention", domain: "com.microsoft",
        ["num_heads": .int(1), "kv_num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil,
          Tensor(shape: [1], scalars: [-5] as [Int32]), Tensor(scalar: 2 as Int32),
        ]),
      .invalidValue
    ),
    (
      OperatorCase(
        "an absurd length", "GroupQueryAttention", domain: "com.microsoft",
        ["num_heads": .int(1), "kv_num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil,
          Tensor(shape: [1], scalars: [0] as [Int32]), Tensor(scalar: Int32.max),
        ]),
      .limitExceeded
    ),
    (
      OperatorCase(
        "a quantized cache", "GroupQueryAttention", domain: "com.microsoft",
        ["num_heads": .int(1), "kv_num_heads": .int(1), "k_quant_type": .string("PER_TENSOR")],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil,
          Tensor(shape: [1], scalars: [0] as [Int32]), Tensor(scalar: 1 as Int32),
        ]),
      .unsupported
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

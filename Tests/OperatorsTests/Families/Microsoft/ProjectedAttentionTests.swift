import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ProjectedAttentionTests {
  static let cases = [
    OperatorCase(
      "projects queries, keys and values", "Attention", domain: "com.microsoft",
      ["num_heads": .int(2)],
      inputs: [
        floats([1, 2, 3], [0.71, 0.03, 0.84, 0.59, -0.1, 0.73]),
        floats(
          [3, 12],
          [
            1.29, 0.23, -0.36, 0.72, 1.9, -0.21, -0.09, -0.14, 1.22, -1.84, 0.37, 1.19, -0.81, 1.49,
            0.54, -0.55, 0.2, -1.53, -0.57, 1.83, -0.89, 1.84, -0.08, 0.99, 0.04, -2.24, -0.57,
            0.19, -1.15, -1.35, 0.37, -0.65, -1.7, -0.68, 0.86, -0.47,
          ]),
        floats([12], [0.93, 1.53, 0.03, -1.13, -1.3, -0.03, 0.88, 0.27, 0.55, -0.44, 0.3, -0.47]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            0.03166398, -2.237082, 1.217474, -0.1016831, 0.03210784, -2.236922, 1.217316,
            -0.1019524,
          ])
      ]),
    OperatorCase(
      "masks by the ends and the starts of sequences", "Attention", domain: "com.microsoft",
      ["num_heads": .int(2)],
      inputs: [
        floats(
          [2, 3, 2],
          [-0.33, -1.29, -1.57, -0.48, -1.11, -0.96, 0.67, -0.11, 2.91, 0.93, -0.63, 0.78]),
        floats(
          [2, 6], [0.36, -0.69, 1.1, -0.78, -3.06, 0.79, -0.62, 1.49, -0.65, -1.18, 1.55, -1.08]),
        floats([6], [0.2, 1.45, 0.11, -0.08, 0.1, 0.84]),
        Tensor(shape: [4], scalars: [2, 3, 0, 1] as [Int32]),
      ],
      expected: [
        floats(
          [2, 3, 2],
          [
            -0.08665961, 1.046592, 1.796373, 1.035692, 0.7327474, 1.041149, -6.024169, -0.2850546,
            -6.593569, -0.2873644, 1.902303, -0.4997591,
          ])
      ]),
    OperatorCase(
      "goes on with what is past", "Attention", domain: "com.microsoft",
      ["num_heads": .int(2), "unidirectional": .int(1), "mask_filter_value": .float(-50)],
      inputs: [
        floats([1, 2, 3], [0.71, 0.03, 0.84, 0.59, -0.1, 0.73]),
        floats(
          [3, 12],
          [
            1.29, 0.23, -0.36, 0.72, 1.9, -0.21, -0.09, -0.14, 1.22, -1.84, 0.37, 1.19, -0.81, 1.49,
            0.54, -0.55, 0.2, -1.53, -0.57, 1.83, -0.89, 1.84, -0.08, 0.99, 0.04, -2.24, -0.57,
            0.19, -1.15, -1.35, 0.37, -0.65, -1.7, -0.68, 0.86, -0.47,
          ]),
        floats([12], [0.93, 1.53, 0.03, -1.13, -1.3, -0.03, 0.88, 0.27, 0.55, -0.44, 0.3, -0.47]),
        Tensor(shape: [1, 4], scalars: [1, 0, 1, 1] as [Int32]),
        floats(
          [2, 1, 2, 2, 2],
          [
            -0.81, 0.61, 0.58, 2.33, -0.34, -0.91, 0.74, -0.4, 0.29, 0.13, 1.17, -0.66, -0.09,
            -2.55, -0.89, 1.54,
          ]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [0.1202137, -1.10652, 0.3057063, -1.81209, 0.1212983, -1.418336, 0.5075862, -1.430975]),
        floats(
          [2, 1, 2, 4, 2],
          [
            -0.81, 0.61, 0.58, 2.33, -0.9109999, -1.359, -1.0385, -0.9864, -0.34, -0.91, 0.74, -0.4,
            1.1098, -0.3204999, 1.154, -0.4701, 0.29, 0.13, 1.17, -0.66, -0.03850001, -2.2624,
            0.1177999, -2.206, -0.09, -2.55, -0.89, 1.54, 1.2827, 0.009800017, 1.1541, -0.21,
          ]),
      ]),
    OperatorCase(
      "has values of another width", "Attention", domain: "com.microsoft",
      ["num_heads": .int(2), "qkv_hidden_sizes": .ints([4, 4, 2]), "scale": .float(0.5)],
      inputs: [
        floats([1, 2, 3], [0.71, 0.03, 0.84, 0.59, -0.1, 0.73]),
        floats(
          [3, 10],
          [
            -0.68, -0.7, -1.22, 0.58, 0.18, -1.19, 0.67, 0.26, 0.75, -0.64, 1.74, 0.41, -0.12,
            -0.52, -0.24, 0.86, -0.27, 1.08, 0.58, 1.35, 0.81, -0.06, -1.91, 0.3, 0.79, 0.16, 0.56,
            -0.47, -0.38, -0.94,
          ]), floats([10], [1.36, 0.16, -0.49, -1.33, -0.15, 1.44, 0.46, -0.72, 1.43, 1.43]),
      ],
      expected: [floats([1, 2, 2], [1.600899, 0.2290834, 1.600613, 0.2290627])]),
    OperatorCase(
      "has a mask for each query", "Attention", domain: "com.microsoft", ["num_heads": .int(2)],
      inputs: [
        floats([1, 2, 3], [0.71, 0.03, 0.84, 0.59, -0.1, 0.73]),
        floats(
          [3, 12],
          [
            1.29, 0.23, -0.36, 0.72, 1.9, -0.21, -0.09, -0.14, 1.22, -1.84, 0.37, 1.19, -0.81, 1.49,
            0.54, -0.55, 0.2, -1.53, -0.57, 1.83, -0.89, 1.84, -0.08, 0.99, 0.04, -2.24, -0.57,
            0.19, -1.15, -1.35, 0.37, -0.65, -1.7, -0.68, 0.86, -0.47,
          ]),
        floats([12], [0.93, 1.53, 0.03, -1.13, -1.3, -0.03, 0.88, 0.27, 0.55, -0.44, 0.3, -0.47]),
        Tensor(shape: [1, 2, 2], scalars: [1, 0, 1, 1] as [Int32]), nil,
        floats([1, 2, 2, 2], [0.98, 0.79, 1.16, 0.54, 0.78, -0.78, 1.5, 0.23]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            -0.03850001, -2.2624, 1.2827, 0.009800017, 0.009502798, -2.245079, 1.253754,
            -0.03967329,
          ])
      ]),
    OperatorCase(
      "dequantizes", "QAttention", domain: "com.microsoft", ["num_heads": .int(1)],
      inputs: [
        Tensor(shape: [1, 2, 3], scalars: [110, 94, 181, 126, 97, 115] as [UInt8]),
        Tensor(
          shape: [3, 6],
          scalars: [
            -17, -75, 57, -117, -125, -82, 60, 91, 69, -42, 21, -21, -99, -61, -86, 61, 81, 51,
          ] as [Int8]), floats([6], [0.1, 0.08, 0.2, 1.04, -1.05, -1.33]), floats([], [0.02]),
        floats([6], [0.01, 0.02, 0.01, 0.02, 0.01, 0.02]),
        Tensor(shape: [1], scalars: [1] as [Int32]), Tensor(scalar: 128 as UInt8),
        Tensor(shape: [6], scalars: [0, 0, 0, 0, 0, 0] as [Int8]),
      ],
      expected: [floats([1, 2, 2], [0.1158, 0.6271999, 0.1158, 0.6271999])]),
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
        "no heads", "Attention", domain: "com.microsoft", ["num_heads": .int(0)],
        inputs: [counting([1, 1, 1]), counting([1, 3])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "weights that do not divide", "Attention", domain: "com.microsoft", ["num_heads": .int(1)],
        inputs: [counting([1, 1, 1]), counting([1, 4])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "widths that are not those of the weights", "Attention", domain: "com.microsoft",
        ["num_heads": .int(1), "qkv_hidden_sizes": .ints([1, 1, 3])],
        inputs: [counting([1, 1, 1]), counting([1, 4])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "two widths", "Attention", domain: "com.microsoft",
        ["num_heads": .int(1), "qkv_hidden_sizes": .ints([1, 1])],
        inputs: [counting([1, 1, 1]), counting([1, 3])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "a bias of another size", "Attention", domain: "com.microsoft", ["num_heads": .int(1)],
        inputs: [counting([1, 1, 1]), counting([1, 3]), counting([2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a past of rank 4", "Attention", domain: "com.microsoft", ["num_heads": .int(1)],
        inputs: [counting([1, 1, 1]), counting([1, 3]), nil, nil, counting([2, 1, 1, 1])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "rotations", "Attention", domain: "com.microsoft",
        ["num_heads": .int(1), "do_rotary": .int(1)],
        inputs: [counting([1, 1, 1]), counting([1, 3])]),
      .unsupported
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

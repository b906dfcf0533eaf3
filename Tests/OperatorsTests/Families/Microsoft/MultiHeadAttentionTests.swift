import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct MultiHeadAttentionTests {
  static let cases = [
    OperatorCase(
      "attends to keys that are given", "MultiHeadAttention", domain: "com.microsoft",
      ["num_heads": .int(2)],
      inputs: [
        floats([1, 2, 4], [-0.2, 0.77, 0.16, 1.76, 0.74, 1.37, -1.08, -0.19]),
        floats(
          [1, 3, 4], [-0.81, 1.5, 0.66, -0.31, -0.45, 0.48, -0.7, -0.93, 0.48, 2.46, -0.25, -0.56]),
        floats(
          [1, 3, 4], [-1.17, -1.34, 0.52, 0.85, 0.01, 0.33, 0.12, 0.14, -1.53, -0.46, 0.11, -0.78]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            -1.123355, -0.6122186, 0.3112173, 0.1895451, -1.366299, -0.5416735, 0.1817447,
            -0.05474706,
          ])
      ]),
    OperatorCase(
      "masks by the number of keys and adds biases", "MultiHeadAttention", domain: "com.microsoft",
      ["num_heads": .int(2), "scale": .float(0.5)],
      inputs: [
        floats([1, 2, 4], [-0.2, 0.77, 0.16, 1.76, 0.74, 1.37, -1.08, -0.19]),
        floats(
          [1, 3, 4], [-0.81, 1.5, 0.66, -0.31, -0.45, 0.48, -0.7, -0.93, 0.48, 2.46, -0.25, -0.56]),
        floats(
          [1, 3, 4], [-1.17, -1.34, 0.52, 0.85, 0.01, 0.33, 0.12, 0.14, -1.53, -0.46, 0.11, -0.78]),
        floats(
          [12], [-0.48, -0.82, -0.33, 0.85, -0.41, -0.15, 0.81, 0.64, 1.7, -2.09, 0.86, -0.48]),
        Tensor(shape: [1], scalars: [2] as [Int32]),
        floats([1, 1, 2, 3], [0.13, 0.84, 1.08, 1.04, 0.16, 1.61]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [1.295404, -2.346758, 1.17835, 0.01207135, 0.8216745, -3.017206, 1.192563, 0.03730011]),
        floats(
          [1, 2, 3, 2],
          [-1.22, 1.35, -0.86, 0.33, 0.06999999, 2.31, 1.47, 0.33, 0.11, -0.29, 0.56, 0.07999998]),
        floats(
          [1, 2, 3, 2],
          [0.5300001, -3.43, 1.71, -1.76, 0.1700001, -2.55, 1.38, 0.37, 0.98, -0.34, 0.97, -1.26]),
        floats(
          [1, 2, 2, 3],
          [
            0.51105, 1.12415, -9999.002, 1.25265, 0.13895, -9997.746, 0.4357, 0.4521999, -9998.863,
            0.1125498, -0.01325004, -9998.759,
          ]),
      ]),
    OperatorCase(
      "goes on with what is past", "MultiHeadAttention", domain: "com.microsoft",
      ["num_heads": .int(2)],
      inputs: [
        floats([1, 1, 4], [-0.28, -0.14, 0.8, -0.55]),
        floats([1, 1, 4], [2.16, 1.02, 2.18, -0.03]),
        floats([1, 1, 4], [-0.38, 0.17, 0.73, -0.59]), nil,
        Tensor(shape: [1, 3], scalars: [1, 0, 1] as [Int32]), nil,
        floats([1, 2, 2, 2], [0.38, -0.02, 1.62, -0.66, 1.05, -0.64, -0.96, -0.71]),
        floats([1, 2, 2, 2], [-1.19, 0.15, 1.03, 0.16, 0.62, 1.63, 0.27, 0.2]),
      ],
      expected: [
        floats([1, 1, 4], [-0.8756527, 0.1577617, 0.6859083, 0.2998521]),
        floats(
          [1, 2, 3, 2],
          [0.38, -0.02, 1.62, -0.66, 2.16, 1.02, 1.05, -0.64, -0.96, -0.71, 2.18, -0.03]),
        floats(
          [1, 2, 3, 2], [-1.19, 0.15, 1.03, 0.16, -0.38, 0.17, 0.62, 1.63, 0.27, 0.2, 0.73, -0.59]),
      ]),
    OperatorCase(
      "sees no later keys", "MultiHeadAttention", domain: "com.microsoft",
      ["num_heads": .int(2), "unidirectional": .int(1)],
      inputs: [
        floats([1, 2, 4], [-0.2, 0.77, 0.16, 1.76, 0.74, 1.37, -1.08, -0.19]),
        floats([1, 2, 4], [-0.28, -1.61, 0.76, -1.76, 0.65, -0.01, 1.13, -0.07]),
        floats([1, 2, 4], [-0.82, 0.36, -0.56, -0.18, 0.04, -0.13, -0.19, -0.83]),
      ],
      expected: [
        floats(
          [1, 2, 4], [-0.82, 0.36, -0.56, -0.18, -0.05925474, -0.07344788, -0.4211447, -0.4239349])
      ]),
    OperatorCase(
      "takes keys head by head", "MultiHeadAttention", domain: "com.microsoft",
      ["num_heads": .int(2)],
      inputs: [
        floats([1, 2, 4], [-0.2, 0.77, 0.16, 1.76, 0.74, 1.37, -1.08, -0.19]),
        floats(
          [1, 2, 3, 2],
          [-0.19, -2.14, -0.16, -1.2, 1.12, 1.27, -1.95, 0.14, -0.13, -1.05, 0.53, -0.46]),
        floats(
          [1, 2, 3, 2],
          [-1.77, -0.27, -0.15, 0.11, -1.23, 0.62, 0.74, -1.15, -0.66, -0.08, -0.57, 1.74]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            -1.072856, 0.4023234, 0.1038108, -0.04228278, -1.191974, 0.5821367, 0.3120195,
            -0.6112151,
          ])
      ]),
    OperatorCase(
      "unpacks queries, keys and values", "MultiHeadAttention", domain: "com.microsoft",
      ["num_heads": .int(2)],
      inputs: [
        floats(
          [1, 2, 2, 3, 2],
          [
            0.21, -1.01, -0.04, 2.28, -0.12, 0.03, -0.79, -0.06, -0.53, 0.74, -0.93, -0.73, 2.3,
            -0.18, 0.16, 0.62, 0.56, 0.99, 0.13, 0.51, -1.18, 1.77, 0.75, 1.21,
          ])
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            0.4044321, 0.7703747, 0.04301912, 0.3936054, 0.3090869, 0.6357697, 0.03986125,
            0.3899588,
          ])
      ]),
    OperatorCase(
      "unpacks keys and values", "MultiHeadAttention", domain: "com.microsoft",
      ["num_heads": .int(2)],
      inputs: [
        floats([1, 2, 4], [0.21, -1.01, -0.79, -0.06, 2.3, -0.18, 0.13, 0.51]),
        floats(
          [1, 2, 2, 2, 2],
          [
            -0.04, 2.28, -0.12, 0.03, -0.53, 0.74, -0.93, -0.73, 0.16, 0.62, 0.56, 0.99, -1.18,
            1.77, 0.75, 1.21,
          ]),
      ],
      expected: [
        floats(
          [1, 2, 4],
          [
            0.4044321, 0.7703747, 0.04301912, 0.3936054, 0.3090869, 0.6357697, 0.03986125,
            0.3899588,
          ])
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
        "no heads", "MultiHeadAttention", domain: "com.microsoft", ["num_heads": .int(0)],
        inputs: [counting([1, 1, 1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "a width that does not divide into heads", "MultiHeadAttention", domain: "com.microsoft",
        ["num_heads": .int(2)],
        inputs: [counting([1, 1, 3]), counting([1, 1, 3]), counting([1, 1, 3])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "keys without values", "MultiHeadAttention", domain: "com.microsoft",
        ["num_heads": .int(1)], inputs: [counting([1, 1, 2]), counting([1, 1, 2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "past keys without past values", "MultiHeadAttention", domain: "com.microsoft",
        ["num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil, nil,
          counting([1, 1, 1, 2]),
        ]),
      .missingInput
    ),
    (
      OperatorCase(
        "a bias of another size", "MultiHeadAttention", domain: "com.microsoft",
        ["num_heads": .int(1)],
        inputs: [counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), counting([5])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a mask of another shape", "MultiHeadAttention", domain: "com.microsoft",
        ["num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil,
          Tensor(shape: [3], scalars: [1, 1, 1] as [Int32]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "an addend of another shape", "MultiHeadAttention", domain: "com.microsoft",
        ["num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil,
          counting([1, 1, 1, 2]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "packed heads of another number", "MultiHeadAttention", domain: "com.microsoft",
        ["num_heads": .int(1)], inputs: [counting([1, 3, 2, 3, 2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a buffer for beams", "MultiHeadAttention", domain: "com.microsoft", ["num_heads": .int(1)],
        inputs: [
          counting([1, 1, 2]), counting([1, 1, 2]), counting([1, 1, 2]), nil, nil, nil, nil, nil,
          Tensor(shape: [1], scalars: [1] as [Int32]),
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

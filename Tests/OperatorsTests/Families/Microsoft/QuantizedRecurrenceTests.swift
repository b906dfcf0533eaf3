import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedRecurrenceTests {
  static let cases = [
    OperatorCase(
      "runs forward", "DynamicQuantizeLSTM", domain: "com.microsoft",
      ["direction": .string("forward"), "hidden_size": .int(2)],
      inputs: [
        floats([2, 1, 3], [-0.46, -1.77, -0.27, -0.15, 0.11, -1.23]),
        Tensor(
          shape: [1, 3, 8],
          scalars: [
            -22, -94, 54, -99, -119, 100, -99, -26, 96, -59, -57, -31, 67, 40, -51, -87, -18, -4,
            -21, 40, -102, 56, 10, -125,
          ] as [Int8]),
        Tensor(
          shape: [1, 2, 8],
          scalars: [43, 79, -36, -17, 20, -17, 4, 15, 24, -57, -101, 99, -12, -74, 127, 10]
            as [Int8]),
        floats(
          [1, 16],
          [
            0.62, 0.74, -1.15, -0.66, -0.08, -0.57, 1.74, 0.21, -1.01, -0.79, -0.06, 2.3, -0.18,
            0.13, 0.51, -0.04,
          ]), nil, nil, nil, nil, floats([1], [0.01]), Tensor(shape: [1], scalars: [0] as [Int8]),
        floats([1], [0.02]), Tensor(shape: [1], scalars: [0] as [Int8]),
      ],
      expected: [
        floats([2, 1, 1, 2], [0.05039827, 0.6082288, 0.05051138, 0.3729158]),
        floats([1, 1, 2], [0.05051138, 0.3729158]), floats([1, 1, 2], [0.6697697, 0.4298666]),
      ]),
    OperatorCase(
      "runs in both directions", "DynamicQuantizeLSTM", domain: "com.microsoft",
      ["direction": .string("bidirectional"), "hidden_size": .int(2)],
      inputs: [
        floats([2, 1, 3], [2.28, -0.53, 0.74, 0.16, 0.62, -1.18]),
        Tensor(
          shape: [2, 3, 8],
          scalars: [
            -22, -94, 54, -99, -119, 100, -99, -26, 96, -59, -57, -31, 67, 40, -51, -87, -18, -4,
            -21, 40, -102, 56, 10, -125, -22, -94, 54, -99, -119, 100, -99, -26, 96, -59, -57, -31,
            67, 40, -51, -87, -18, -4, -21, 40, -102, 56, 10, -125,
          ] as [Int8]),
        Tensor(
          shape: [2, 2, 8],
          scalars: [
            43, 79, -36, -17, 20, -17, 4, 15, 24, -57, -101, 99, -12, -74, 127, 10, 43, 79, -36,
            -17, 20, -17, 4, 15, 24, -57, -101, 99, -12, -74, 127, 10,
          ] as [Int8]),
        floats(
          [2, 16],
          [
            1.77, -0.12, 0.03, -0.93, -0.73, 0.56, 0.99, 0.75, 1.21, 0.71, 0.03, 0.84, 0.59, -0.1,
            0.73, 1.29, 0.23, -0.36, 0.72, 1.9, -0.21, -0.09, -0.14, 1.22, -1.84, 0.37, 1.19, -0.81,
            1.49, 0.54, -0.55, 0.2,
          ]), nil, nil, nil, nil, floats([2], [0.01, 0.01]),
        Tensor(shape: [2], scalars: [0, 0] as [Int8]), floats([2], [0.02, 0.02]),
        Tensor(shape: [2], scalars: [0, 0] as [Int8]),
      ],
      expected: [
        floats(
          [2, 2, 1, 2],
          [
            -0.1311347, 0.0215151, -0.0665886, 0.1613957, 0.3077163, 0.1542132, -0.2208599,
            0.2043336,
          ]), floats([2, 1, 2], [0.3077163, 0.1542132, -0.0665886, 0.1613957]),
        floats([2, 1, 2], [0.6756605, 0.5596826, -0.06991945, 0.3805258]),
      ]),
    OperatorCase(
      "has a scale for each row of the gates", "DynamicQuantizeLSTM", domain: "com.microsoft",
      ["hidden_size": .int(2)],
      inputs: [
        floats([2, 1, 3], [-1.53, -0.57, 1.83, -0.89, 1.84, -0.08]),
        Tensor(
          shape: [1, 3, 8],
          scalars: [
            -22, -94, 54, -99, -119, 100, -99, -26, 96, -59, -57, -31, 67, 40, -51, -87, -18, -4,
            -21, 40, -102, 56, 10, -125,
          ] as [Int8]),
        Tensor(
          shape: [1, 2, 8],
          scalars: [43, 79, -36, -17, 20, -17, 4, 15, 24, -57, -101, 99, -12, -74, 127, 10]
            as [Int8]), nil, Tensor(shape: [1], scalars: [1] as [Int32]),
        floats([1, 1, 2], [0.99, 0.04]), floats([1, 1, 2], [-2.24, -0.57]), nil,
        floats([1, 8], [0.01, 0.02, 0.01, 0.02, 0.01, 0.02, 0.01, 0.02]),
        Tensor(shape: [1, 8], scalars: [0, 0, 0, 0, 0, 0, 0, 0] as [Int8]),
        floats([1, 8], [0.02, 0.01, 0.02, 0.01, 0.02, 0.01, 0.02, 0.01]),
        Tensor(shape: [1, 8], scalars: [0, 0, 0, 0, 0, 0, 0, 0] as [Int8]),
      ],
      expected: [
        floats([2, 1, 1, 2], [-0.07625988, -0.7809678, 0, 0]),
        floats([1, 1, 2], [-0.07625988, -0.7809678]), floats([1, 1, 2], [-0.5291441, -1.066078]),
      ]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    try expectOutputs(of: example, within: 1e-4)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (
      OperatorCase(
        "weights of another size", "DynamicQuantizeLSTM", domain: "com.microsoft",
        inputs: [
          counting([1, 1, 1]), Tensor(shape: [1, 1, 4], scalars: [1, 2, 3, 4] as [Int8]),
          Tensor(shape: [1, 2, 4], scalars: [1, 2, 3, 4, 5, 6, 7, 8] as [Int8]), nil, nil, nil, nil,
          nil, floats([1], [1]), Tensor(shape: [1], scalars: [0] as [Int8]), floats([1], [1]),
          Tensor(shape: [1], scalars: [0] as [Int8]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "scales of rank 3", "DynamicQuantizeLSTM", domain: "com.microsoft",
        inputs: [
          counting([1, 1, 1]), Tensor(shape: [1, 1, 4], scalars: [1, 2, 3, 4] as [Int8]),
          Tensor(shape: [1, 1, 4], scalars: [1, 2, 3, 4] as [Int8]), nil, nil, nil, nil, nil,
          floats([1, 1, 1], [1]), Tensor(shape: [1], scalars: [0] as [Int8]), floats([1], [1]),
          Tensor(shape: [1], scalars: [0] as [Int8]),
        ]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct EmbedLayerNormalizationTests {
  static let cases = [
    OperatorCase(
      "adds words, positions and segments", "EmbedLayerNormalization", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 2, 1, 1, 1, 0] as [Int32]),
        Tensor(shape: [2, 3], scalars: [0, 1, 1, 0, 0, 1] as [Int32]),
        floats([3, 2], [-0.38, 0.17, 0.73, -0.59, 0.38, -0.02]),
        floats([4, 2], [1.62, -0.66, 1.05, -0.64, -0.96, -0.71, -1.19, 0.15]),
        floats([2, 2], [1.03, 0.16, 0.62, 1.63]), floats([2], [0.27, 0.2]),
        floats([2], [-0.28, -1.61]),
        Tensor(shape: [2, 3], scalars: [1, 1, 0, 1, 0, 0] as [Int32]),
      ],
      expected: [
        floats(
          [2, 3, 2],
          [
            -0.00999999, -1.81, -0.00999999, -1.81, -0.00999999, -1.81, -0.00999999, -1.81,
            -0.00999999, -1.81, -0.55, -1.41,
          ]), Tensor(shape: [2], scalars: [2, 1] as [Int32]),
        floats(
          [2, 3, 2],
          [2.27, -0.33, 2.05, 0.97, 0.39, 0.33, 3.38, -1.09, 2.81, -1.07, -0.7199999, 1.09]),
      ]),
    OperatorCase(
      "takes positions that are given", "EmbedLayerNormalization", domain: "com.microsoft",
      ["epsilon": .float(0.1)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 2, 1, 1, 1, 0] as [Int32]), nil,
        floats([3, 2], [-0.38, 0.17, 0.73, -0.59, 0.38, -0.02]),
        floats([4, 2], [1.62, -0.66, 1.05, -0.64, -0.96, -0.71, -1.19, 0.15]), nil,
        floats([2], [0.27, 0.2]), floats([2], [-0.28, -1.61]), nil,
        Tensor(shape: [1, 3], scalars: [3, 0, 1] as [Int32]),
      ],
      expected: [
        floats(
          [2, 3, 2],
          [
            -0.5360445, -1.420337, -0.01721823, -1.804653, -0.01576984, -1.805726, -0.2885339,
            -1.603679, -0.01407263, -1.806983, -0.0439004, -1.784889,
          ]), Tensor(shape: [2], scalars: [0, 0] as [Int32]),
        floats(
          [2, 3, 2], [-1.57, 0.32, 2, -0.68, 1.78, -1.23, -0.46, -0.44, 2.35, -1.25, 0.67, -0.47]),
      ]),
    OperatorCase(
      "adds rows of quantized tables", "QEmbedLayerNormalization", domain: "com.microsoft",
      ["epsilon": .float(0.001)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 2, 1, 1, 1, 0] as [Int32]),
        Tensor(shape: [2, 3], scalars: [0, 1, 1, 0, 0, 1] as [Int32]),
        Tensor(shape: [3, 2], scalars: [110, 140, 137, 104, 116, 148] as [UInt8]),
        Tensor(shape: [4, 2], scalars: [150, 149, 106, 153, 123, 107, 140, 106] as [UInt8]),
        Tensor(shape: [2, 2], scalars: [102, 150, 106, 122] as [UInt8]),
        Tensor(shape: [2], scalars: [149, 115] as [UInt8]),
        Tensor(shape: [2], scalars: [115, 121] as [UInt8]),
        Tensor(shape: [2, 3], scalars: [1, 1, 0, 1, 0, 0] as [Int32]), floats([], [0.5]),
        floats([], [0.25]), floats([], [0.5]), floats([], [0.25]), floats([], [0.125]),
        Tensor(scalar: 128 as UInt8), Tensor(scalar: 127 as UInt8), Tensor(scalar: 128 as UInt8),
        Tensor(scalar: 120 as UInt8), Tensor(scalar: 130 as UInt8),
      ],
      expected: [
        floats(
          [2, 3, 2],
          [
            -9.12499, -2.374998, -9.124989, -2.374998, 5.374907, 0.124984, -9.124723, -2.374952,
            -9.124961, -2.374993, -9.12496, -2.374993,
          ]), Tensor(shape: [2], scalars: [2, 1] as [Int32]),
      ]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    try expectOutputs(of: example, within: 2e-5)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (
      OperatorCase(
        "ids that are no matrix", "EmbedLayerNormalization", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [1], scalars: [0] as [Int32]), nil, counting([2, 2]), counting([2, 2]), nil,
          counting([2]), counting([2]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a word that is not in the table", "EmbedLayerNormalization", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [1, 1], scalars: [9] as [Int32]), nil, counting([2, 2]), counting([2, 2]),
          nil, counting([2]), counting([2]),
        ]),
      .invalidValue
    ),
    (
      OperatorCase(
        "more positions than there are", "EmbedLayerNormalization", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [1, 3], scalars: [0, 0, 0] as [Int32]), nil, counting([2, 2]),
          counting([2, 2]), nil, counting([2]), counting([2]),
        ]),
      .invalidValue
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

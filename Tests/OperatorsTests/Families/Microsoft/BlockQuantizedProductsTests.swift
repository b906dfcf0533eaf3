import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BlockQuantizedProductsTests {
  static let cases = [
    OperatorCase(
      "multiplies by columns of four bits", "MatMulNBits", domain: "com.microsoft",
      ["K": .int(5), "N": .int(2), "block_size": .int(16)],
      inputs: [
        floats([2, 5], [0.7, -0.44, -1.08, 0.03, -0.05, 1.41, 0.75, 0.19, 1.11, -0.21]),
        Tensor(
          shape: [2, 1, 8],
          scalars: [155, 169, 133, 238, 237, 53, 155, 161, 63, 76, 124, 189, 74, 184, 167, 55]
            as [UInt8]), floats([2, 1], [0.17, 0.15]),
      ],
      expected: [floats([2, 2], [0.1343, 0.369, 1.3634, 0.24])]),
    OperatorCase(
      "has packed zero points and a bias", "MatMulNBits", domain: "com.microsoft",
      ["K": .int(18), "N": .int(2), "block_size": .int(16), "bits": .int(8)],
      inputs: [
        floats(
          [1, 18],
          [
            -0.64, -0.8, -0.8, 1.37, -1.46, -0.6, -0.32, 0.22, 0.58, -1.25, -1.73, -0, 1.21, 0.76,
            0.22, -0.32, 0.29, -0.24,
          ]),
        Tensor(
          shape: [2, 2, 16],
          scalars: [
            54, 178, 204, 74, 160, 223, 37, 70, 134, 143, 101, 102, 33, 156, 238, 50, 204, 46, 11,
            191, 46, 192, 84, 145, 240, 235, 121, 52, 64, 217, 150, 43, 226, 246, 248, 159, 249,
            155, 128, 248, 154, 201, 86, 202, 249, 13, 137, 94, 13, 21, 68, 49, 183, 54, 160, 219,
            126, 32, 17, 75, 105, 126, 78, 217,
          ] as [UInt8]), floats([2, 2], [0.19, 0.16, 0.08, 0.13]),
        Tensor(shape: [2, 2], scalars: [38, 52, 8, 189] as [UInt8]), nil,
        floats([2], [0.13, -0.11]),
      ],
      expected: [floats([1, 2], [-96.7543, -60.3796])]),
    OperatorCase(
      "has two bits and zero points that are numbers", "MatMulNBits", domain: "com.microsoft",
      ["K": .int(17), "N": .int(1), "block_size": .int(16), "bits": .int(2)],
      inputs: [
        floats(
          [1, 17],
          [
            -0.34, -0.61, 0.53, -2.28, 1.17, 1.07, -1.3, -0.98, -0.8, 0.04, 0.64, 2.05, -0.2, 0.77,
            0.16, 1.76, 0.74,
          ]), Tensor(shape: [1, 2, 4], scalars: [78, 232, 21, 100, 6, 89, 185, 89] as [UInt8]),
        floats([1, 2], [0.12, 0.06]), floats([1, 2], [1.5, 0]),
      ],
      expected: [floats([1, 1], [-0.8687999])]),
    OperatorCase(
      "has a block for each row", "MatMulNBits", domain: "com.microsoft",
      ["K": .int(17), "N": .int(1), "block_size": .int(16)],
      inputs: [
        floats(
          [1, 17],
          [
            -0.93, 0.48, 2.46, -0.25, -0.56, -1.17, -1.34, 0.52, 0.85, 0.01, 0.33, 0.12, 0.14,
            -1.53, -0.46, 0.11, -0.78,
          ]),
        Tensor(
          shape: [1, 2, 8],
          scalars: [180, 26, 158, 113, 238, 99, 80, 180, 222, 22, 27, 43, 87, 131, 145, 103]
            as [UInt8]), floats([1, 2], [0.15, 0.1]), nil,
        Tensor(
          shape: [17], scalars: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0] as [Int32]),
      ],
      expected: [floats([1, 1], [2.7465])]),
    OperatorCase(
      "has no weights", "MatMulNBits", domain: "com.microsoft",
      ["K": .int(3), "N": .int(2), "block_size": .int(16)],
      inputs: [
        floats([2, 3], [-0.48, -0.82, -0.33, 0.85, -0.41, -0.15]),
        Tensor(shape: [2, 0, 8], scalars: [] as [UInt8]), floats([2, 0], []), nil, nil,
        floats([2], [1, 2]),
      ],
      expected: [floats([2, 2], [1, 2, 1, 2])]),
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
        "bits that are none of the three", "MatMulNBits", domain: "com.microsoft",
        ["K": .int(16), "N": .int(1), "block_size": .int(16), "bits": .int(3)],
        inputs: [
          counting([1, 16]), Tensor(shape: [1, 1, 6], scalars: [1, 2, 3, 4, 5, 6] as [UInt8]),
          floats([1, 1], [1]),
        ]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "weights of another size", "MatMulNBits", domain: "com.microsoft",
        ["K": .int(16), "N": .int(1), "block_size": .int(16)],
        inputs: [
          counting([1, 16]), Tensor(shape: [1, 1, 2], scalars: [1, 2] as [UInt8]),
          floats([1, 1], [1]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a block that is not there", "MatMulNBits", domain: "com.microsoft",
        ["K": .int(1), "N": .int(1), "block_size": .int(16), "bits": .int(2)],
        inputs: [
          counting([1, 1]), Tensor(shape: [1, 1, 4], scalars: [1, 2, 3, 4] as [UInt8]),
          floats([1, 1], [1]), nil, Tensor(shape: [1], scalars: [5] as [Int32]),
        ]),
      .invalidValue
    ),
    (
      OperatorCase(
        "an input of another width", "MatMulNBits", domain: "com.microsoft",
        ["K": .int(16), "N": .int(1), "block_size": .int(16), "bits": .int(2)],
        inputs: [
          counting([1, 2]), Tensor(shape: [1, 1, 4], scalars: [1, 2, 3, 4] as [UInt8]),
          floats([1, 1], [1]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "absurd extents", "MatMulNBits", domain: "com.microsoft",
        ["K": .int(1 << 40), "N": .int(1 << 40), "block_size": .int(16)],
        inputs: [counting([1, 1]), Tensor(shape: [1], scalars: [1] as [UInt8]), floats([1], [1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "blocks without size", "MatMulNBits", domain: "com.microsoft",
        ["K": .int(1), "N": .int(1), "block_size": .int(0)],
        inputs: [counting([1, 1]), Tensor(shape: [1], scalars: [1] as [UInt8]), floats([1], [1])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "weights for one device", "MatMulNBits", domain: "com.microsoft",
        ["K": .int(1), "N": .int(1), "block_size": .int(16), "weight_prepacked": .int(1)],
        inputs: [counting([1, 1]), Tensor(shape: [1], scalars: [1] as [UInt8]), floats([1], [1])]),
      .unsupported
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

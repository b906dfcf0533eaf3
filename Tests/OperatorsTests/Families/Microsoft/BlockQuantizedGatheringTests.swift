import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BlockQuantizedGatheringTests {
  static let cases = [
    OperatorCase(
      "unpacks rows of four bits", "GatherBlockQuantized", domain: "com.microsoft",
      ["bits": .int(4), "block_size": .int(16)],
      inputs: [
        Tensor(
          shape: [3, 8],
          scalars: [
            60, 16, 30, 106, 234, 216, 164, 60, 32, 171, 188, 103, 34, 67, 252, 180, 144, 78, 220,
            95, 114, 195, 106, 126,
          ] as [UInt8]), Tensor(shape: [2], scalars: [2, -3] as [Int64]),
        floats([3, 1], [0.5, 0.25, 1]),
      ],
      expected: [
        floats(
          [2, 16],
          [
            -8, 1, 6, -4, 4, 5, 7, -3, -6, -1, -5, 4, 2, -2, 6, -1, 2, -2.5, -4, -3.5, 3, -3.5, 1,
            -1, 1, 3, 0, 2.5, -2, 1, 2, -2.5,
          ])
      ]),
    OperatorCase(
      "has a zero point for each block", "GatherBlockQuantized", domain: "com.microsoft",
      ["bits": .int(8), "block_size": .int(16)],
      inputs: [
        Tensor(
          shape: [2, 32],
          scalars: [
            7, 200, 72, 132, 140, 40, 61, 113, 25, 223, 88, 144, 37, 246, 120, 0, 88, 87, 60, 196,
            251, 175, 47, 143, 118, 169, 214, 224, 206, 174, 116, 140, 45, 143, 131, 170, 119, 82,
            130, 171, 49, 157, 89, 201, 151, 122, 9, 6, 61, 137, 121, 219, 32, 163, 100, 164, 23,
            100, 35, 91, 49, 184, 173, 19,
          ] as [UInt8]), Tensor(scalar: 1 as Int32), floats([2, 2], [0.5, 0.25, 0.25, 1]),
        Tensor(shape: [2, 2], scalars: [3, 200, 17, 128] as [UInt8]),
      ],
      expected: [
        floats(
          [32],
          [
            7, 31.5, 28.5, 38.25, 25.5, 16.25, 28.25, 38.5, 8, 35, 18, 46, 33.5, 26.25, -2, -2.75,
            -67, 9, -7, 91, -96, 35, -28, 36, -105, -28, -93, -37, -79, 56, 45, -109,
          ])
      ]),
    OperatorCase(
      "gathers along the axis of the blocks", "GatherBlockQuantized", domain: "com.microsoft",
      ["gather_axis": .int(1), "quantize_axis": .int(1), "block_size": .int(16)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [-4, 5, 6, 6, -7, 7] as [Int8]).packed(as: .int4),
        Tensor(shape: [1, 2], scalars: [2, 0] as [Int64]), floats([2, 1], [0.5, 0.25]),
      ],
      expected: [floats([2, 1, 2], [3, -2, 1.75, 1.5])]),
    OperatorCase(
      "yields zeros for indices that are not there", "GatherBlockQuantized",
      domain: "com.microsoft", ["bits": .int(4), "block_size": .int(16)],
      inputs: [
        Tensor(
          shape: [3, 8],
          scalars: [
            60, 16, 30, 106, 234, 216, 164, 60, 32, 171, 188, 103, 34, 67, 252, 180, 144, 78, 220,
            95, 114, 195, 106, 126,
          ] as [UInt8]), Tensor(shape: [2], scalars: [7, 0] as [Int64]),
        floats([3, 1], [0.5, 0.25, 1]),
      ],
      expected: [
        floats(
          [2, 16],
          [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, -2.5, -4, -3.5, 3, -3.5, 1, -1, 1, 3,
            0, 2.5, -2, 1, 2, -2.5,
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
        "an axis that is not there", "GatherBlockQuantized", domain: "com.microsoft",
        ["gather_axis": .int(2)],
        inputs: [
          Tensor(shape: [1, 8], scalars: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt8]),
          Tensor(scalar: 0 as Int64), floats([1, 1], [1]),
        ]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "scales of another shape", "GatherBlockQuantized", domain: "com.microsoft",
        ["block_size": .int(16)],
        inputs: [
          Tensor(shape: [1, 8], scalars: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt8]),
          Tensor(scalar: 0 as Int64), floats([1, 3], [1, 1, 1]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "bits that are none of the three", "GatherBlockQuantized", domain: "com.microsoft",
        ["bits": .int(5)],
        inputs: [
          Tensor(shape: [1, 1], scalars: [1] as [UInt8]), Tensor(scalar: 0 as Int64),
          floats([1, 1], [1]),
        ]),
      .invalidAttribute
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

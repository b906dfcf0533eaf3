import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedArithmeticTests {
  static let cases = [
    OperatorCase(
      "adds in units of the result, halves to even behind the zero point", "QLinearAdd",
      domain: "com.microsoft",
      inputs: [
        Tensor(shape: [4], scalars: [1, 2, 3, 4] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 0 as UInt8), Tensor(shape: [4], scalars: [0, 0, 0, 0] as [UInt8]),
        floats([], [1]), Tensor(scalar: 0 as UInt8), floats([], [1]), Tensor(scalar: 1 as UInt8),
      ],
      expected: [Tensor(shape: [4], scalars: [2, 2, 2, 3] as [UInt8])]),
    OperatorCase(
      "broadcasts and saturates", "QLinearAdd", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 10, 130, 200, 255, 7] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 128 as UInt8), Tensor(shape: [3], scalars: [3, 250, 128] as [UInt8]),
        floats([], [0.25]), Tensor(scalar: 100 as UInt8), floats([], [0.25]),
        Tensor(scalar: 10 as UInt8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [0, 0, 42, 57, 255, 0] as [UInt8])]),
    OperatorCase(
      "adds signed numbers", "QLinearAdd", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [3], scalars: [-128, 0, 127] as [Int8]), floats([], [0.5]),
        Tensor(scalar: 3 as Int8), Tensor(shape: [3], scalars: [-5, 7, 9] as [Int8]),
        floats([], [0.5]), Tensor(scalar: -1 as Int8), floats([], [1]), Tensor(scalar: -4 as Int8),
      ],
      expected: [Tensor(shape: [3], scalars: [-72, -2, 63] as [Int8])]),
    OperatorCase(
      "multiplies", "QLinearMul", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 10, 130, 200, 255, 7] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 128 as UInt8), Tensor(shape: [3], scalars: [3, 250, 128] as [UInt8]),
        floats([], [0.25]), Tensor(scalar: 100 as UInt8), floats([], [10]),
        Tensor(scalar: 30 as UInt8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [185, 0, 31, 0, 255, 0] as [UInt8])]),
    OperatorCase(
      "multiplies signed numbers without zero points", "QLinearMul", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [3], scalars: [-128, 3, 127] as [Int8]), floats([], [0.5]), nil,
        Tensor(shape: [1], scalars: [2] as [Int8]), floats([], [0.5]), nil, floats([], [1]),
      ],
      expected: [Tensor(shape: [3], scalars: [-64, 2, 64] as [Int8])]),
    OperatorCase(
      "chooses", "QLinearWhere", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [3], scalars: [true, false, true] as [Bool]),
        Tensor(shape: [2, 3], scalars: [0, 10, 130, 200, 255, 7] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 128 as UInt8), Tensor(shape: [3], scalars: [3, 250, 128] as [UInt8]),
        floats([], [0.25]), Tensor(scalar: 100 as UInt8), floats([], [0.5]),
        Tensor(scalar: 20 as UInt8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [0, 95, 22, 92, 95, 0] as [UInt8])]),
    OperatorCase(
      "joins", "QLinearConcat", domain: "com.microsoft", ["axis": .int(1)],
      inputs: [
        floats([], [0.5]), Tensor(scalar: 10 as UInt8),
        Tensor(shape: [2, 3], scalars: [0, 10, 130, 200, 255, 7] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 10 as UInt8), Tensor(shape: [2, 1], scalars: [4, 6] as [UInt8]),
        floats([], [0.25]), Tensor(scalar: 1 as UInt8),
      ],
      expected: [Tensor(shape: [2, 4], scalars: [0, 10, 130, 12, 200, 255, 7, 12] as [UInt8])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    try expectOutputs(of: example, within: 0)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (
      OperatorCase(
        "shapes that do not broadcast", "QLinearAdd", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [2], scalars: [1, 2] as [UInt8]), floats([], [1]), nil,
          Tensor(shape: [3], scalars: [1, 2, 3] as [UInt8]), floats([], [1]), nil, floats([], [1]),
          nil,
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a scale for each element", "QLinearMul", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [2], scalars: [1, 2] as [UInt8]), floats([2], [1, 1]), nil,
          Tensor(shape: [2], scalars: [1, 2] as [UInt8]), floats([], [1]), nil, floats([], [1]),
          nil,
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "an operand without a zero point", "QLinearConcat", domain: "com.microsoft",
        ["axis": .int(0)],
        inputs: [
          floats([], [1]), Tensor(scalar: 0 as UInt8), Tensor(shape: [1], scalars: [1] as [UInt8]),
          floats([], [1]),
        ]),
      .wrongInputCount
    ),
    (
      OperatorCase(
        "types that differ", "QLinearAdd", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [1], scalars: [1] as [UInt8]), floats([], [1]), nil,
          Tensor(shape: [1], scalars: [1] as [Int8]), floats([], [1]), nil, floats([], [1]), nil,
        ]),
      .invalidType
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

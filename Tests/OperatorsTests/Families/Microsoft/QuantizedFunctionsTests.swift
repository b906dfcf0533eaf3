import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedFunctionsTests {
  static let cases = [
    OperatorCase(
      "leaks", "QLinearLeakyRelu", domain: "com.microsoft", ["alpha": .float(0.25)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 100, 128, 130, 200, 255] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 128 as UInt8), floats([], [0.25]), Tensor(scalar: 100 as UInt8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [36, 86, 100, 104, 244, 255] as [UInt8])]),
    OperatorCase(
      "has a logistic function", "QLinearSigmoid", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 100, 128, 130, 200, 255] as [UInt8]), floats([], [0.05]),
        Tensor(scalar: 128 as UInt8), floats([], [0.00390625]), Tensor(scalar: 0 as UInt8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [0, 51, 128, 134, 249, 255] as [UInt8])]),
    OperatorCase(
      "has no zero points", "QLinearSigmoid", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [3], scalars: [-60, 0, 60] as [Int8]), floats([], [0.05]), nil,
        floats([], [0.0078125]),
      ],
      expected: [Tensor(shape: [3], scalars: [6, 64, 122] as [Int8])]),
    OperatorCase(
      "normalizes the last axis", "QLinearSoftmax", domain: "com.microsoft", ["opset": .int(13)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 100, 128, 130, 200, 255] as [UInt8]), floats([], [0.05]),
        Tensor(scalar: 128 as UInt8), floats([], [0.00390625]), Tensor(scalar: 0 as UInt8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [0, 51, 205, 0, 15, 240] as [UInt8])]),
    OperatorCase(
      "normalizes the first axis", "QLinearSoftmax", domain: "com.microsoft",
      ["axis": .int(0), "opset": .int(13)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 100, -128, -126, -56, -1] as [Int8]), floats([], [0.05]),
        Tensor(scalar: 3 as Int8), floats([], [0.00390625]), Tensor(scalar: -128 as Int8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [127, 127, -128, -128, -128, 127] as [Int8])]),
    OperatorCase(
      "normalized all axes together before version 13", "QLinearSoftmax", domain: "com.microsoft",
      ["axis": .int(0), "opset": .int(12)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 100, 128, 130, 200, 255] as [UInt8]), floats([], [0.05]),
        Tensor(scalar: 128 as UInt8), floats([], [0.00390625]), Tensor(scalar: 0 as UInt8),
      ],
      expected: [Tensor(shape: [2, 3], scalars: [0, 0, 0, 0, 15, 240] as [UInt8])]),
    OperatorCase(
      "averages", "QLinearReduceMean", domain: "com.microsoft",
      ["axes": .ints([1]), "keepdims": .int(0)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [0, 100, 128, 130, 200, 255] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 128 as UInt8), floats([], [0.25]), Tensor(scalar: 100 as UInt8),
      ],
      expected: [Tensor(shape: [2], scalars: [0, 234] as [UInt8])]),
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
        "an axis that is not there", "QLinearSoftmax", domain: "com.microsoft",
        ["axis": .int(3), "opset": .int(13)],
        inputs: [
          Tensor(shape: [1], scalars: [1] as [UInt8]), floats([], [1]), nil, floats([], [1]),
          Tensor(scalar: 0 as UInt8),
        ]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "no version", "QLinearSoftmax", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [1], scalars: [1] as [UInt8]), floats([], [1]), nil, floats([], [1]),
          Tensor(scalar: 0 as UInt8),
        ]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "numbers of 16 bits", "QLinearSigmoid", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [1], scalars: [1] as [UInt16]), floats([], [1]), nil, floats([], [1]),
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

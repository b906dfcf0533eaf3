import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedPoolingTests {
  static let cases = [
    OperatorCase(
      "averages windows", "QLinearAveragePool", domain: "com.microsoft",
      ["kernel_shape": .ints([2, 2])],
      inputs: [
        Tensor(
          shape: [1, 2, 3, 3],
          scalars: [
            207, 21, 45, 60, 46, 205, 222, 149, 10, 24, 85, 110, 159, 122, 67, 40, 177, 188,
          ] as [UInt8]), floats([], [0.5]), Tensor(scalar: 7 as UInt8), floats([], [0.25]),
        Tensor(scalar: 3 as UInt8),
      ],
      expected: [
        Tensor(shape: [1, 2, 2, 2], scalars: [156, 148, 228, 194, 184, 181, 238, 255] as [UInt8])
      ]),
    OperatorCase(
      "averages with channels last", "QLinearAveragePool", domain: "com.microsoft",
      [
        "kernel_shape": .ints([2, 2]), "strides": .ints([1, 2]), "pads": .ints([1, 0, 0, 1]),
        "channels_last": .int(1),
      ],
      inputs: [
        Tensor(
          shape: [1, 3, 3, 2],
          scalars: [
            207, 24, 21, 85, 45, 110, 60, 159, 46, 122, 205, 67, 222, 40, 149, 177, 10, 188,
          ] as [UInt8]), floats([], [0.5]), Tensor(scalar: 120 as UInt8), floats([], [1]),
        Tensor(scalar: 3 as UInt8),
      ],
      expected: [
        Tensor(shape: [1, 3, 2, 2], scalars: [0, 0, 0, 0, 0, 0, 6, 0, 3, 5, 0, 7] as [UInt8])
      ]),
    OperatorCase(
      "counts padding", "QLinearAveragePool", domain: "com.microsoft",
      ["kernel_shape": .ints([2, 2]), "pads": .ints([1, 1, 1, 1]), "count_include_pad": .int(1)],
      inputs: [
        Tensor(
          shape: [1, 2, 3, 3],
          scalars: [
            -49, 21, 45, 60, 46, -51, -34, -107, 10, 24, 85, 110, -97, 122, 67, 40, -79, -68,
          ] as [Int8]), floats([], [0.5]), Tensor(scalar: 7 as Int8), floats([], [1]),
        Tensor(scalar: 0 as Int8),
      ],
      expected: [
        Tensor(
          shape: [1, 2, 4, 4],
          scalars: [
            -7, -5, 6, 5, 0, 6, 4, -2, 2, -8, -16, -7, -5, -19, -14, 0, 2, 12, 23, 13, -11, 13, 44,
            20, -9, -5, 2, -2, 4, -7, -20, -9,
          ] as [Int8])
      ]),
    OperatorCase(
      "averages planes", "QLinearGlobalAveragePool", domain: "com.microsoft",
      inputs: [
        Tensor(
          shape: [1, 2, 3, 3],
          scalars: [
            207, 21, 45, 60, 46, 205, 222, 149, 10, 24, 85, 110, 159, 122, 67, 40, 177, 188,
          ] as [UInt8]), floats([], [0.5]), Tensor(scalar: 7 as UInt8), floats([], [0.25]),
        Tensor(scalar: 3 as UInt8),
      ],
      expected: [Tensor(shape: [1, 2, 1, 1], scalars: [203, 205] as [UInt8])]),
    OperatorCase(
      "averages planes with channels last", "QLinearGlobalAveragePool", domain: "com.microsoft",
      ["channels_last": .int(1)],
      inputs: [
        Tensor(
          shape: [1, 3, 3, 2],
          scalars: [
            207, 24, 21, 85, 45, 110, 60, 159, 46, 122, 205, 67, 222, 40, 149, 177, 10, 188,
          ] as [UInt8]), floats([], [0.5]), Tensor(scalar: 120 as UInt8), floats([], [1]),
        Tensor(scalar: 9 as UInt8),
      ],
      expected: [Tensor(shape: [1, 1, 1, 2], scalars: [3, 3] as [UInt8])]),
    OperatorCase(
      "finds maxima with channels last", "NhwcMaxPool", domain: "com.microsoft",
      ["kernel_shape": .ints([2, 2]), "dilations": .ints([1, 2])],
      inputs: [
        Tensor(
          shape: [1, 3, 3, 2],
          scalars: [
            207, 24, 21, 85, 45, 110, 60, 159, 46, 122, 205, 67, 222, 40, 149, 177, 10, 188,
          ] as [UInt8])
      ],
      expected: [Tensor(shape: [1, 2, 1, 2], scalars: [207, 159, 222, 188] as [UInt8])]),
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
        "windows that do not fit", "QLinearAveragePool", domain: "com.microsoft",
        ["kernel_shape": .ints([3])],
        inputs: [
          Tensor(shape: [1, 1, 2], scalars: [1, 2] as [UInt8]), floats([], [1]), nil,
          floats([], [1]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a scalar", "NhwcMaxPool", domain: "com.microsoft", ["kernel_shape": .ints([1])],
        inputs: [Tensor(scalar: 1 as UInt8)]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "no kernel", "NhwcMaxPool", domain: "com.microsoft",
        inputs: [Tensor(shape: [1, 1, 1], scalars: [1] as [UInt8])]),
      .invalidAttribute
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedProductsTests {
  static let cases = [
    OperatorCase(
      "multiplies integers to numbers", "MatMulIntegerToFloat", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [2, 3], scalars: [1, 255, 3, 128, 0, 77] as [UInt8]),
        Tensor(shape: [3, 2], scalars: [-128, 5, 127, -3, 0, 88] as [Int8]), floats([], [0.5]),
        floats([2], [0.25, 0.5]), Tensor(scalar: 100 as UInt8), Tensor(scalar: 2 as Int8),
        floats([2], [1, -1]),
      ],
      expected: [floats([2, 2], [4055.875, -2354.5, -2010.75, -349.5])]),
    OperatorCase(
      "quantizes the left matrix first", "DynamicQuantizeMatMul", domain: "com.microsoft",
      inputs: [
        floats([2, 3], [3.32, 0.23, -0.35, -0.28, -0.67, -1.06]),
        Tensor(shape: [3, 2], scalars: [-128, 5, 127, -3, 0, 88] as [Int8]),
        floats([2], [0.25, 0.5]), nil, floats([2], [1, -1]),
      ],
      expected: [floats([2, 2], [-97.9923, -8.162588, -11.47441, -47.53965])]),
    OperatorCase(
      "multiplies 16 bits", "MatMulInteger16", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [1, 2], scalars: [300, -4] as [Int16]),
        Tensor(shape: [2, 1], scalars: [-500, 7] as [Int16]),
      ],
      expected: [Tensor(shape: [1, 1], scalars: [-150028] as [Int32])]),
    OperatorCase(
      "multiplies 16 unsigned bits", "MatMulInteger16", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [1, 1], scalars: [65535] as [UInt16]),
        Tensor(shape: [1, 1], scalars: [65535] as [UInt16]),
      ],
      expected: [Tensor(shape: [1, 1], scalars: [4294836225] as [UInt32])]),
    OperatorCase(
      "quantizes a scaled product", "QGemm", domain: "com.microsoft", ["alpha": .float(0.5)],
      inputs: [
        Tensor(shape: [2, 3], scalars: [1, 255, 3, 128, 0, 77] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 100 as UInt8),
        Tensor(shape: [3, 2], scalars: [-128, 5, 127, -3, 0, 88] as [Int8]),
        floats([2], [0.25, 0.5]), Tensor(shape: [2], scalars: [0, 3] as [Int8]),
        Tensor(shape: [2], scalars: [10, -2000] as [Int32]), floats([], [20]),
        Tensor(scalar: 50 as UInt8),
      ],
      expected: [Tensor(shape: [2, 2], scalars: [151, 0, 0, 29] as [UInt8])]),
    OperatorCase(
      "leaves a product of transposed factors as numbers", "QGemm", domain: "com.microsoft",
      ["transA": .int(1), "transB": .int(1)],
      inputs: [
        Tensor(shape: [3, 2], scalars: [1, 128, 255, 0, 3, 77] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 100 as UInt8),
        Tensor(shape: [2, 3], scalars: [-128, 127, 0, 5, -3, 88] as [Int8]), floats([], [0.25]),
        Tensor(scalar: 3 as Int8),
      ],
      expected: [floats([2, 2], [4060, -1171.625, -1999.875, -162.375])]),
    OperatorCase(
      "convolves with channels last", "QLinearConv", domain: "com.microsoft",
      ["channels_last": .int(1), "strides": .ints([1, 2]), "pads": .ints([0, 0, 1, 1])],
      inputs: [
        Tensor(
          shape: [1, 3, 3, 2],
          scalars: [
            193, 244, 201, 72, 81, 166, 166, 178, 222, 74, 240, 0, 19, 249, 241, 76, 35, 80,
          ] as [UInt8]), floats([], [0.5]), Tensor(scalar: 100 as UInt8),
        Tensor(
          shape: [2, 2, 2, 2],
          scalars: [-117, 100, 41, 21, -66, -8, -80, 69, -7, -121, -63, 52, 5, -33, -64, -105]
            as [Int8]), floats([2], [0.02, 0.04]), Tensor(shape: [2], scalars: [0, 0] as [Int8]),
        floats([], [4]), Tensor(scalar: 30 as UInt8),
        Tensor(shape: [2], scalars: [40, -700] as [Int32]),
      ],
      expected: [
        Tensor(
          shape: [1, 3, 2, 2], scalars: [0, 0, 59, 17, 0, 0, 3, 46, 65, 0, 52, 28] as [UInt8])
      ]),
    OperatorCase(
      "convolves with channels second", "QLinearConv", domain: "com.microsoft",
      inputs: [
        Tensor(
          shape: [1, 2, 3, 3],
          scalars: [
            193, 201, 81, 166, 222, 240, 19, 241, 35, 244, 72, 166, 178, 74, 0, 249, 76, 80,
          ] as [UInt8]), floats([], [0.5]), Tensor(scalar: 100 as UInt8),
        Tensor(
          shape: [2, 2, 2, 2],
          scalars: [-117, 100, 41, 21, -66, -8, -80, 69, -7, -121, -63, 52, 5, -33, -64, -105]
            as [Int8]), floats([], [0.02]), Tensor(scalar: 3 as Int8), floats([], [4]),
        Tensor(scalar: 30 as UInt8),
      ],
      expected: [Tensor(shape: [1, 2, 2, 2], scalars: [0, 5, 0, 47, 0, 56, 5, 0] as [UInt8])]),
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
        "factors that do not match", "MatMulIntegerToFloat", domain: "com.microsoft",
        inputs: [
          Tensor(shape: [1, 2], scalars: [1, 2] as [UInt8]),
          Tensor(shape: [1, 2], scalars: [1, 2] as [UInt8]), floats([], [1]), floats([], [1]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a stack of matrices", "QGemm", domain: "com.microsoft", ["transA": .int(1)],
        inputs: [
          Tensor(shape: [1, 1, 1], scalars: [1] as [UInt8]), floats([], [1]),
          Tensor(scalar: 0 as UInt8), Tensor(shape: [1, 1], scalars: [1] as [UInt8]),
          floats([], [1]), Tensor(scalar: 0 as UInt8),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "a scale for each of other columns", "DynamicQuantizeMatMul", domain: "com.microsoft",
        inputs: [
          counting([1, 1]), Tensor(shape: [1, 2], scalars: [1, 2] as [UInt8]),
          floats([3], [1, 1, 1]),
        ]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "zero points of another width", "DynamicQuantizeMatMul", domain: "com.microsoft",
        inputs: [
          counting([1, 1]), Tensor(shape: [1, 2], scalars: [1, 2] as [UInt8]), floats([], [1]),
          Tensor(shape: [3], scalars: [1, 2, 3] as [UInt8]),
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

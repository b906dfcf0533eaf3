import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RenamedOperatorsTests {
  static let cases = [
    OperatorCase(
      "keeps the lower triangle", "Trilu", domain: "com.microsoft", ["upper": .int(0)],
      inputs: [
        floats([2, 3], [2.04, -2.56, 0.42, -0.57, -0.45, -0.22]), Tensor(scalar: -1 as Int64),
      ],
      expected: [floats([2, 3], [0, 0, 0, -0.57, 0, 0])]),
    OperatorCase(
      "inserts an axis", "ExpandDims", domain: "com.microsoft",
      inputs: [
        floats([2, 3], [-2.02, -0.23, -0.87, 3.32, 0.23, -0.35]), Tensor(scalar: -2 as Int32),
      ],
      expected: [floats([2, 1, 3], [-2.02, -0.23, -0.87, 3.32, 0.23, -0.35])]),
    OperatorCase(
      "gathers slices", "GatherND", domain: "com.microsoft",
      inputs: [
        floats([2, 2], [-0.28, -0.67, -1.06, -0.39]),
        Tensor(shape: [2, 1], scalars: [1, 0] as [Int32]),
      ],
      expected: [floats([2, 2], [-1.06, -0.39, -0.28, -0.67])]),
    OperatorCase(
      "samples on a grid", "GridSample", domain: "com.microsoft",
      ["mode": .string("bilinear"), "padding_mode": .string("border"), "align_corners": .int(1)],
      inputs: [
        floats([1, 1, 2, 3], [0.48, -0.24, 0.96, -0.2, 0.02, 1.55]),
        floats([1, 1, 3, 2], [-1, 0, 0.5, 0.25, 2, 0]),
      ],
      expected: [floats([1, 1, 1, 3], [0.14, 0.625625, 1.255])]),
    OperatorCase(
      "pads with a list of pads that is a matrix", "Pad", domain: "com.microsoft",
      inputs: [
        floats([1, 2], [0.55, -0.51]), Tensor(shape: [1, 4], scalars: [0, 1, 1, 0] as [Int64]),
        floats([1], [7]),
      ],
      expected: [floats([2, 3], [7, 0.55, -0.51, 7, 7, 7])]),
    OperatorCase(
      "counts up by one", "Range", domain: "com.microsoft",
      inputs: [Tensor(scalar: 2 as Int32), Tensor(shape: [1], scalars: [5] as [Int32])],
      expected: [Tensor(shape: [3], scalars: [2, 3, 4] as [Int32])]),
    OperatorCase(
      "counts in steps", "Range", domain: "com.microsoft",
      inputs: [
        Tensor(shape: [1], scalars: [5] as [Int64]), Tensor(scalar: 0 as Int64),
        Tensor(scalar: -2 as Int64),
      ],
      expected: [Tensor(shape: [3], scalars: [5, 3, 1] as [Int64])]),
    OperatorCase(
      "finds what occurs in the order in which it does", "Unique", domain: "com.microsoft",
      inputs: [floats([5], [2, 1, 1, 3, 2])],
      expected: [
        floats([3], [2, 1, 3]), Tensor(shape: [5], scalars: [0, 1, 1, 2, 0] as [Int64]),
        Tensor(shape: [3], scalars: [2, 2, 1] as [Int64]),
      ]),
    OperatorCase(
      "quantizes to 16 bits", "QuantizeLinear", domain: "com.microsoft",
      inputs: [floats([3], [-1, 0, 1e+09]), floats([], [0.5]), Tensor(scalar: 100 as UInt16)],
      expected: [Tensor(shape: [3], scalars: [98, 100, 65535] as [UInt16])]),
    OperatorCase(
      "quantizes by the places of an axis", "QuantizeLinear", domain: "com.microsoft",
      ["axis": .int(0)],
      inputs: [
        floats([2, 2], [-1.8, 5.4, 19.4, -2.7]), floats([2], [0.5, 0.25]),
        Tensor(shape: [2], scalars: [1, -2] as [Int8]),
      ],
      expected: [Tensor(shape: [2, 2], scalars: [-3, 12, 76, -13] as [Int8])]),
    OperatorCase(
      "quantizes to four bits", "QuantizeLinear", domain: "com.microsoft",
      inputs: [
        floats([3], [-9, 3, 9]), floats([], [1]),
        Tensor(shape: [], scalars: [0] as [Int8]).packed(as: .int4),
      ],
      expected: [Tensor(shape: [3], scalars: [-8, 3, 7] as [Int8]).packed(as: .int4)]),
    OperatorCase(
      "dequantizes four bits in blocks", "DequantizeLinear", domain: "com.microsoft",
      ["axis": .int(1), "block_size": .int(2)],
      inputs: [
        Tensor(shape: [1, 3], scalars: [1, 2, 3] as [UInt8]).packed(as: .uint4),
        floats([1, 2], [1, 0.5]),
      ],
      expected: [floats([1, 3], [1, 2, 1.5])]),
    OperatorCase(
      "dequantizes 32 bits", "DequantizeLinear", domain: "com.microsoft",
      inputs: [Tensor(shape: [2], scalars: [-7, 9] as [Int32]), floats([], [0.5])],
      expected: [floats([2], [-3.5, 4.5])]),
    OperatorCase(
      "takes pads as an input", "ConvTransposeWithDynamicPads", domain: "com.microsoft",
      ["strides": .ints([2, 1])],
      inputs: [
        floats([1, 1, 2, 2], [-0.24, 1, -0.89, -0.29]),
        floats([1, 1, 3, 3], [0.88, 0.58, 0.09, 0.67, -2.83, 1.02, -0.96, -1.67, 0.28]),
        Tensor(shape: [4], scalars: [1, 0, 0, 1] as [Int64]), floats([1], [0.7]),
      ],
      expected: [
        floats(
          [1, 1, 4, 3],
          [
            0.5392, 2.0492, -2.3748, 0.1472, -0.6306, -1.2855, 0.1037, 3.0244, 0.6129, 1.5544,
            2.4647, 0.9351,
          ])
      ]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    try expectOutputs(of: example, within: 1e-5)
  }

  /// How many elements differ is not known before execution.
  @Test(arguments: cases.filter { $0.node.operatorID.name != "Unique" })
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (
      OperatorCase(
        "an axis that is not there", "ExpandDims", domain: "com.microsoft",
        inputs: [counting([1]), Tensor(scalar: 4 as Int32)]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "a mode that is not there", "GridSample", domain: "com.microsoft",
        ["mode": .string("spline")], inputs: [counting([1, 1, 1, 1]), counting([1, 1, 1, 2])]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "a list of values", "Pad", domain: "com.microsoft",
        inputs: [counting([1]), Tensor(shape: [2], scalars: [0, 0] as [Int64]), counting([2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "pads for other axes", "ConvTransposeWithDynamicPads", domain: "com.microsoft",
        inputs: [
          counting([1, 1, 1]), counting([1, 1, 1]), Tensor(shape: [1], scalars: [0] as [Int64]),
        ]),
      .invalidAttribute
    ),
    (
      OperatorCase(
        "a matrix", "Trilu", domain: "com.microsoft", inputs: [counting([1])]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}

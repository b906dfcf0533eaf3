import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizationTests {
  private static let matrix = floats([2, 4], [1, 2, 3, 4, 5, 6, 7, 8])

  static let quantizeCases = [
    OperatorCase(
      "rounds halves to even and saturates", "QuantizeLinear",
      inputs: [
        floats([6], [0.5, 1.5, 2.5, -0.5, 1000, -1000]), floats([], [1]),
        Tensor(scalar: 128 as UInt8),
      ],
      expected: [Tensor(shape: [6], scalars: [128, 130, 130, 128, 255, 0] as [UInt8])]),
    OperatorCase(
      "makes uint8 without a zero point", "QuantizeLinear",
      inputs: [floats([2], [3, .nan]), floats([1], [2])],
      expected: [Tensor(shape: [2], scalars: [2, 0] as [UInt8])]),
    OperatorCase(
      "has a scale for each place of the last axis", "QuantizeLinear",
      inputs: [
        matrix, floats([4], [1, 2, 3, 4]), Tensor(shape: [4], scalars: [0, 0, 0, 9] as [Int8]),
      ],
      expected: [Tensor(shape: [2, 4], scalars: [1, 1, 1, 10, 5, 3, 2, 11] as [Int8])]),
    OperatorCase(
      "has a scale for each place of the first axis", "QuantizeLinear",
      ["axis": .int(-2), "output_dtype": .int(5)], inputs: [matrix, floats([2], [1, 2])],
      expected: [Tensor(shape: [2, 4], scalars: [1, 2, 3, 4, 2, 3, 4, 4] as [Int16])]),
    OperatorCase(
      "has a scale for each block of rows", "QuantizeLinear",
      ["axis": .int(1), "block_size": .int(3)],
      inputs: [
        matrix, floats([2, 2], [1, 2, 1, 4]),
        Tensor(shape: [2, 2], scalars: [0, 1, 0, 0] as [UInt8]),
      ],
      expected: [Tensor(shape: [2, 4], scalars: [1, 2, 3, 3, 5, 6, 7, 2] as [UInt8])]),
    OperatorCase(
      "has a scale for each block of columns", "QuantizeLinear",
      ["axis": .int(0), "block_size": .int(2)],
      inputs: [matrix, floats([1, 4], [1, 2, 1, 2])],
      expected: [Tensor(shape: [2, 4], scalars: [1, 1, 3, 2, 5, 3, 7, 4] as [UInt8])]),
    OperatorCase(
      "packs four bits", "QuantizeLinear", ["output_dtype": .int(22)],
      inputs: [floats([3], [-100, 3, 100]), floats([], [1])],
      expected: [Tensor(shape: [3], scalars: [-8, 3, 7] as [Int8]).packed(as: .int4)]),
    OperatorCase(
      "packs two bits", "QuantizeLinear", ["output_dtype": .int(25)],
      inputs: [floats([3], [-100, 2, 100]), floats([], [1])],
      expected: [Tensor(shape: [3], scalars: [0, 2, 3] as [UInt8]).packed(as: .uint2)]),
    OperatorCase(
      "makes small floats", "QuantizeLinear", ["output_dtype": .int(17)],
      inputs: [floats([2], [2, 5000]), floats([], [2])],
      expected: [
        Tensor(shape: [2], scalars: [Float8E4M3FN(1 as Float), Float8E4M3FN(448 as Float)])
      ]),
    OperatorCase(
      "divides in the precision of half a scale", "QuantizeLinear",
      inputs: [floats([1], [2.5002]), Tensor(scalar: 1 as Float16)],
      expected: [Tensor(shape: [1], scalars: [2] as [UInt8])]),
    OperatorCase(
      "divides in the precision that is asked for", "QuantizeLinear", ["precision": .int(1)],
      inputs: [floats([1], [2.5002]), Tensor(scalar: 1 as Float16)],
      expected: [Tensor(shape: [1], scalars: [3] as [UInt8])]),
    OperatorCase(
      "quantizes what is empty", "QuantizeLinear",
      inputs: [floats([0, 4], []), floats([4], [1, 2, 3, 4])],
      expected: [Tensor(shape: [0, 4], scalars: [] as [UInt8])]),
  ]

  static let dequantizeCases = [
    OperatorCase(
      "subtracts the zero point", "DequantizeLinear",
      inputs: [
        Tensor(shape: [3], scalars: [0, 128, 255] as [UInt8]), floats([], [0.5]),
        Tensor(scalar: 128 as UInt8),
      ],
      expected: [floats([3], [-64, 0, 63.5])]),
    OperatorCase(
      "has the type of the scale", "DequantizeLinear",
      inputs: [Tensor(shape: [1], scalars: [70000] as [Int32]), Tensor(scalar: 0.5 as Float16)],
      expected: [Tensor(shape: [1], scalars: [35008] as [Float16])]),
    OperatorCase(
      "has the type that is asked for", "DequantizeLinear", ["output_dtype": .int(1)],
      inputs: [
        Tensor(shape: [1], scalars: [3] as [Int8]), Tensor(scalar: Float8E8M0(bitPattern: 129)),
      ],
      expected: [floats([1], [12])]),
    OperatorCase(
      "has a scale for each channel", "DequantizeLinear", ["axis": .int(0)],
      inputs: [
        Tensor(shape: [2, 2], scalars: [1, 2, 3, 4] as [Int8]), floats([2], [10, 100]),
        Tensor(shape: [2], scalars: [0, 1] as [Int8]),
      ],
      expected: [floats([2, 2], [10, 20, 200, 300])]),
    OperatorCase(
      "reads packed elements in blocks", "DequantizeLinear",
      ["axis": .int(0), "block_size": .int(2)],
      inputs: [
        Tensor(shape: [3], scalars: [-8, 7, 1] as [Int8]).packed(as: .int4), floats([2], [1, 2]),
      ],
      expected: [floats([3], [-8, 7, 2])]),
    OperatorCase(
      "reads small floats", "DequantizeLinear",
      inputs: [Tensor(shape: [1], scalars: [Float8E5M2(1.5 as Float)]), floats([], [2])],
      expected: [floats([1], [3])]),
  ]

  @Test(arguments: quantizeCases + dequantizeCases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: quantizeCases + dequantizeCases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func fitsItsScaleToTheElements() throws {
    let example = OperatorCase(
      "", "DynamicQuantizeLinear", inputs: [floats([3], [-1, 0, 254])],
      expected: [
        Tensor(shape: [3], scalars: [0, 1, 255] as [UInt8]), floats([], [1]),
        Tensor(scalar: 1 as UInt8),
      ])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func fitsAScaleToZeros() throws {
    let example = OperatorCase("", "DynamicQuantizeLinear", inputs: [floats([2], [0, 0])])
    let result = try example.evaluate()
    #expect(result[0] == Tensor(shape: [2], scalars: [0, 0] as [UInt8]))
  }

  static let errors: [(Attributes, [Tensor?], OperatorError.Code)] = [
    ([:], [matrix, floats([3], [1, 1, 1])], .incompatibleShapes),
    (["block_size": .int(-1)], [matrix, floats([], [1])], .invalidAttribute),
    (["block_size": .int(.max)], [matrix, floats([], [1])], .incompatibleShapes),
    (["axis": .int(2)], [matrix, floats([4], [1, 1, 1, 1])], .invalidAttribute),
    (["output_dtype": .int(1)], [matrix, floats([], [1])], .invalidAttribute),
    (
      ["output_dtype": .int(3)], [matrix, floats([], [1]), Tensor(scalar: 0 as UInt8)], .invalidType
    ),
    (
      [:], [matrix, floats([], [1]), Tensor(shape: [2], scalars: [0, 0] as [UInt8])],
      .incompatibleShapes
    ),
  ]

  @Test(arguments: errors.indices)
  func rejectsWhatDoesNotFit(_ index: Int) {
    let (attributes, inputs, code) = Self.errors[index]
    let example = OperatorCase("", "QuantizeLinear", attributes, inputs: inputs)
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

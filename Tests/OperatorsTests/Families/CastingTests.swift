import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct CastingTests {
  private static func cast(
    _ input: Tensor, to type: ElementType, _ attributes: Attributes = [:], expecting: Tensor
  ) -> OperatorCase {
    var attributes = attributes
    attributes["to"] = .int(Int64(type.rawValue))
    return OperatorCase(
      "\(input.elementType) to \(type)", "Cast", attributes, inputs: [input],
      expected: [expecting])
  }

  static let cases = [
    cast(
      Tensor(shape: [3], scalars: [1.9, -1.9, 300] as [Float]), to: .int32,
      expecting: Tensor(shape: [3], scalars: [1, -1, 300] as [Int32])),
    cast(
      Tensor(shape: [2], scalars: [300, -1] as [Int16]), to: .uint8,
      expecting: Tensor(shape: [2], scalars: [44, 255] as [UInt8])),
    cast(
      Tensor(shape: [3], scalars: [0, -0.0, .nan] as [Double]), to: .bool,
      expecting: Tensor(shape: [3], scalars: [false, false, true])),
    cast(
      Tensor(scalar: true), to: .float16, expecting: Tensor(scalar: 1 as Float16)),
    cast(
      Tensor(shape: [7], strings: ["3.25", "-1e-2", "INF", "+inf", "-Inf", "0", "1E3"]),
      to: .float32,
      expecting: Tensor(
        shape: [7], scalars: [3.25, -0.01, .infinity, .infinity, -.infinity, 0, 1000] as [Float])),
    cast(
      Tensor(shape: [3], strings: ["42", "-7", "100.5"]), to: .int64,
      expecting: Tensor(shape: [3], scalars: [42, -7, 100] as [Int64])),
    cast(
      Tensor(scalar: UInt64.max), to: .string,
      expecting: Tensor(shape: [], strings: ["18446744073709551615"])),
    cast(
      Tensor(shape: [4], scalars: [0.1, 1, -.infinity, .nan] as [Float]), to: .string,
      expecting: Tensor(shape: [4], strings: ["0.1", "1.0", "-INF", "NaN"])),
    cast(
      Tensor(scalar: 1e6 as Float), to: .float8E4M3FN,
      expecting: Tensor(scalar: Float8E4M3FN(448 as Float))),
    cast(
      Tensor(scalar: 1e6 as Float), to: .float8E5M2, ["saturate": .int(0)],
      expecting: Tensor(scalar: Float8E5M2(bitPattern: 0x7c))),
    cast(
      Tensor(shape: [2], scalars: [3, 5] as [Float]), to: .float8E8M0,
      ["round_mode": .string("down")],
      expecting: Tensor(
        shape: [2], scalars: [Float8E8M0(bitPattern: 128), Float8E8M0(bitPattern: 129)])),
    cast(
      Tensor(shape: [2], scalars: [-3, 7] as [Int8]), to: .int4,
      expecting: Tensor(shape: [2], scalars: [-3, 7] as [Int8]).packed(as: .int4)),
    OperatorCase(
      "casts like another tensor", "CastLike",
      inputs: [Tensor(scalar: 2.5 as Float), Tensor(shape: [0], scalars: [] as [Int64])],
      expected: [Tensor(scalar: 2 as Int64)]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: [0, 15, 200, -1] as [Int64])
  func rejectsATypeThatIsNotOne(_ number: Int64) {
    let example = OperatorCase(
      "", "Cast", ["to": .int(number)], inputs: [Tensor(scalar: 1 as Float)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }

  @Test(arguments: ["one", "", "1e", "9999999999999999999"])
  func rejectsAStringThatIsNoNumber(_ text: String) {
    let example = OperatorCase(
      "", "Cast", ["to": .int(7)], inputs: [Tensor(shape: [1], strings: [ByteString(text)])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "\"\(text)\" is not a number")
  }

  @Test func keepsRealNumbersIn64BitsThere() throws {
    let example = OperatorCase(
      "", "Cast", ["to": .int(10)], inputs: [Tensor(scalar: 0.1 as Double)])
    #expect(try example.evaluate(precision: .float64) == [Tensor(scalar: 0.1 as Double)])
  }

  @Test func readsTheNamesOfVersion1() throws {
    let graph = try UpgradeCase(
      "Cast", version: 1, ["to": .string("INT64")], inputs: [.value(.tensor(.float32, [2]))]
    ).upgraded()
    #expect(graph.type(of: graph.outputs[0]) == .tensor(.int64, [2]))
  }

  @Test func rejectsAnUnknownNameOfVersion1() {
    let example = UpgradeCase(
      "Cast", version: 1, ["to": .string("INT5")], inputs: [.value(.tensor(.float32, [2]))])
    #expect(throws: OperatorError.self) { try example.upgraded() }
  }
}

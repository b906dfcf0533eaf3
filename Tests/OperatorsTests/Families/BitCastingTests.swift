import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BitCastingTests {
  static func cast(
    _ description: String, to type: ElementType, _ input: Tensor, _ expected: Tensor...
  ) -> OperatorCase {
    OperatorCase(
      description, "BitCast", ["to": .int(Int64(type.rawValue))], inputs: [input],
      expected: expected)
  }

  static let cases = [

    cast(
      "reads floats as integers", to: .int32, floats([2, 1], [1, -2]),
      Tensor(shape: [2, 1], scalars: [0x3f80_0000, -0x4000_0000] as [Int32])),
    cast(
      "keeps the bits of a NaN", to: .uint32, floats([], [Float(bitPattern: 0xffc1_2345)]),
      Tensor(scalar: 0xffc1_2345 as UInt32)),
    cast(
      "reads signs", to: .uint8, Tensor(shape: [1], scalars: [-1 as Int8]),
      Tensor(shape: [1], scalars: [255 as UInt8])),
    cast(
      "reads numbers as flags", to: .bool, Tensor(shape: [3], scalars: [0, 1, 2] as [UInt8]),
      Tensor(shape: [3], scalars: [false, true, true])),
    cast(
      "reads nothing", to: .int64, Tensor(shape: [0, 2], scalars: [] as [Double]),
      integers([0, 2], [])),
    cast("leaves a type alone", to: .float32, counting([2]), counting([2])),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func readsElementsBelow8Bits() throws {
    let signed = try #require(
      Tensor(
        .int4, shape: [3],
        storage: Storage(byteCount: 2) {
          $0.copyBytes(from: [0x8f, 0x07] as [UInt8])
        }))
    let outputs = try Self.cast("", to: .uint4, signed).evaluate()
    #expect(outputs[0].elementType == .uint4)
    #expect(outputs[0].converted(to: .int64) == list(15, 8, 7))
  }

  /// The bits are those of the model's type, whatever type is executed.
  @Test(arguments: [.tensor(.float32, [1]), nil] as [ValueType?])
  func readsTheBitsOfTheModelIn64Bits(_ type: ValueType?) throws {
    let definition = try #require(OperatorRegistry.standard[OperatorID("BitCast")])
    func evaluate(_ input: Tensor, to target: ElementType) throws -> RuntimeValue {
      try definition.evaluate(
        KernelContext(
          node: Node(OperatorID("BitCast"), attributes: ["to": .int(Int64(target.rawValue))]),
          inputs: [.tensor(input)], inputTypes: [input.elementType == .float64 ? type : nil],
          precision: .float64))[0]
    }
    let bits = Tensor(shape: [1], scalars: [0x3f80_0000 as Int32])
    let number = Tensor(shape: [1], scalars: [1 as Double])
    #expect(try evaluate(number, to: .int32) == .tensor(bits))
    #expect(try evaluate(bits, to: .float32) == .tensor(number))
  }

  static let errors: [(OperatorCase, String)] = [

    (
      cast("", to: .int64, counting([2])), "the bits of float32 are not those of int64"
    ),
    (
      cast("", to: .string, counting([2])), "the bits of float32 are not those of string"
    ),
    (
      OperatorCase("", "BitCast", ["to": .int(-1)], inputs: [counting([1])]),
      "attribute to names the element type -1"
    ),
    (OperatorCase("", "BitCast", inputs: [counting([1])]), "attribute to is missing"),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

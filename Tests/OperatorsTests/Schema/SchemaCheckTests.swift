import IR
import Operators
import Tensors
import Testing

@Suite struct SchemaCheckTests {
  static let schema = OperatorSchema(
    "Example", versions: [1],
    inputs: [.required("X", "T"), .optional("Y", "T"), .optional("count", "tensor(int64)")],
    outputs: [.required("Z", "T")],
    constraints: [
      "T": TypeConstraint(
        tensors: [.float32, .int64], sequences: .float32, optionals: .int64,
        optionalSequences: .string, maps: ["map(int64, float)", "seq(map(string, double))"])
    ])

  static func error(_ inputs: [ArgumentType?], _ precision: Precision = .declared) -> String? {
    do throws(OperatorError) {
      try schema.check(
        Node(OperatorID("Example")), inputs: inputs, outputCount: 1, precision: precision)
      return nil
    } catch {
      return error.message
    }
  }

  @Test(
    arguments: [
      .tensor(.float32), .tensor(nil), .sequence(.tensor(.float32)), .sequence(.tensor(nil)),
      .sequence(.unknown), .optional(.tensor(.int64)), .optional(.unknown),
      .optional(.sequence(.tensor(.string))), .optional(.sequence(.unknown)),
      .map(key: .int64, value: .tensor(.float32)), .map(key: .int64, value: .unknown),
      .sequence(.map(key: .string, value: .tensor(.float64))), .unknown,
    ] as [ArgumentType])
  func takesWhatIsAllowed(_ type: ArgumentType) {
    #expect(Self.error([type]) == nil)
  }

  @Test(
    arguments: [
      (.tensor(.float64), "float64"), (.sequence(.tensor(.int64)), "sequence(int64)"),
      (.optional(.tensor(.float32)), "optional(float32)"),
      (.optional(.sequence(.tensor(.int8))), "optional(sequence(int8))"),
      (.sequence(.sequence(.tensor(.float32))), "sequence(sequence(float32))"),
      (.map(key: .string, value: .tensor(.float32)), "map(string, float32)"),
      (.sequence(.map(key: .int64, value: .unknown)), "sequence(map(int64, unknown))"),
    ] as [(ArgumentType, String)])
  func namesEverythingThatIsAllowed(_ type: ArgumentType, _ name: String) {
    #expect(
      Self.error([type])
        == "X is of \(name); it takes float32, int64, or a sequence of float32, or an optional of "
        + "int64, or an optional sequence of string, or map(int64, float32), or "
        + "sequence(map(string, float64))")
  }

  @Test func takesFloat64ForEveryFloatOfAnExecutionIn64Bits() {
    for type in [
      .tensor(.float64), .sequence(.tensor(.float64)),
      .map(key: .int64, value: .tensor(.float64)),
    ] as [ArgumentType] {
      #expect(Self.error([type]) != nil)
      #expect(Self.error([type], .float64) == nil)
    }
  }

  @Test func holdsInputsOfOneVariableToOneType() {
    let floats = ArgumentType.sequence(.tensor(.float32))
    #expect(Self.error([floats, .sequence(.unknown)]) == nil)
    #expect(Self.error([.sequence(.unknown), floats]) == nil)
    #expect(
      Self.error([floats, .tensor(.float32)])
        == "input 1 (Y) is of float32, but T is sequence(float32) by an input before it")
  }

  @Test func checksTypesThatAParameterNames() {
    #expect(Self.error([.tensor(.int64), nil, .tensor(.int64)]) == nil)
    #expect(
      Self.error([.tensor(.int64), nil, .tensor(.int32)])
        == "count is of int32; it takes int64")
  }

  @Test func saysAnyTypeForAllOfThem() {
    #expect(TypeConstraint.sequences(.all).description == "a sequence of any type")
  }

  @Test(
    arguments: [
      ("tensor(bfloat16)", "bfloat16"), ("seq(tensor(double))", "sequence(float64)"),
      ("optional(seq(tensor(int4)))", "optional(sequence(int4))"),
      ("map(int64, string)", "map(int64, string)"), ("T", nil), ("tensor(float32)", nil),
      ("tensor()", nil), ("map(int64)", nil), ("seq(T)", nil), ("", nil), (")(", nil),
    ] as [(String, String?)])
  func readsTheSpellingOfSchemas(_ spelling: String, _ expected: String?) {
    #expect(ArgumentType(spelling: spelling)?.description == expected)
  }

  @Test func seesTheTypesOfValues() {
    let keys = Tensor(shape: [1], scalars: [1 as Int64])
    let tensor = RuntimeValue.tensor(Tensor(scalar: 1 as Float))
    #expect(ArgumentType(.sequence([])) == .sequence(.unknown))
    #expect(
      ArgumentType(.optional(.sequence([tensor]))).description == "optional(sequence(float32))")
    #expect(ArgumentType(.map(keys: keys, values: [tensor])).description == "map(int64, float32)")
    #expect(ArgumentType(.sparseTensor(.float32, nil)) == .unknown)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FeatureMapsTests {
  /// One operator with a map or a tensor, and what it makes of it.
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    var name: String
    var attributes: Attributes = [:]
    var input: RuntimeValue
    var expected: RuntimeValue = .sequence([])

    func evaluate() throws -> RuntimeValue {
      let id = OperatorID(name, domain: "ai.onnx.ml")
      let definition = try #require(OperatorRegistry.standard[id])
      let context = KernelContext(
        node: Node(id, attributes: attributes), inputs: [input], memoryLimit: 1 << 20)
      return try definition.evaluate(context)[0]
    }

    func inferType() throws -> ValueType? {
      let id = OperatorID(name, domain: "ai.onnx.ml")
      let definition = try #require(OperatorRegistry.standard[id])
      let context = InferenceContext(
        node: Node(id, attributes: attributes), inputs: [InferredValue(type(of: input))])
      return try definition.inferTypes(context)[0].type
    }

    /// The type of a value, as a model would declare it.
    private func type(of value: RuntimeValue) -> ValueType? {
      switch value {
      case .tensor(let tensor): .tensor(tensor.elementType, Shape(tensor.shape))
      case .map(let keys, let values):
        values.first?.tensor.map {
          .map(key: keys.elementType, value: .tensor($0.elementType, []))
        }
      default: nil
      }
    }
  }

  private static func map(_ keys: [Int64], _ values: [Float]) -> RuntimeValue {
    .map(
      keys: Tensor(shape: [keys.count], scalars: keys),
      values: values.map { .tensor(Tensor(scalar: $0)) })
  }

  private static func texts(_ keys: [Int64], _ values: [ByteString]) -> RuntimeValue {
    .map(
      keys: Tensor(shape: [keys.count], scalars: keys),
      values: values.map { .tensor(Tensor(shape: [1], strings: [$0])) })
  }

  static let cases = [

    Case(
      description: "lists values in the order of keys", name: "CastMap",
      input: map([7, -1, 3], [1, 2, 3]), expected: .tensor(floats([1, 3], [2, 3, 1]))),
    Case(
      description: "drops fractions", name: "CastMap",
      attributes: ["cast_to": .string("TO_INT64")], input: map([0, 1], [1.75, -1.75]),
      expected: .tensor(integers([1, 2], [1, -1]))),
    Case(
      description: "writes numbers with six digits", name: "CastMap",
      attributes: ["cast_to": .string("TO_STRING")], input: map([0, 1], [0.1, -20]),
      expected: .tensor(Tensor(shape: [1, 2], strings: ["0.100000", "-20.000000"]))),
    Case(
      description: "reads numbers", name: "CastMap", input: texts([0], ["1.5"]),
      expected: .tensor(floats([1, 1], [1.5]))),
    Case(
      description: "places values by their keys", name: "CastMap",
      attributes: ["map_form": .string("SPARSE"), "max_map": .int(4)],
      input: map([3, 1], [5, 6]), expected: .tensor(floats([1, 4], [0, 6, 0, 5]))),
    Case(
      description: "fills gaps between texts", name: "CastMap",
      attributes: [
        "map_form": .string("SPARSE"), "max_map": .int(2), "cast_to": .string("TO_STRING"),
      ],
      input: texts([1], ["x"]),
      expected: .tensor(Tensor(shape: [1, 2], strings: ["0.f", "x"]))),

    Case(
      description: "lists the values of a vocabulary", name: "DictVectorizer",
      attributes: ["int64_vocabulary": .ints([5, 6, 7, 5])], input: map([7, 9, 5], [1, 2, 3]),
      expected: .tensor(floats([1, 4], [3, 0, 1, 3]))),
    Case(
      description: "lists texts", name: "DictVectorizer",
      attributes: ["int64_vocabulary": .ints([1, 2])], input: texts([2], ["a"]),
      expected: .tensor(Tensor(shape: [1, 2], strings: ["", "a"]))),

    Case(
      description: "makes a map of each row, in the order of keys", name: "ZipMap",
      attributes: ["classlabels_int64s": .ints([4, -2])],
      input: .tensor(floats([2, 2], [1, 2, 3, 4])),
      expected: .sequence([map([-2, 4], [2, 1]), map([-2, 4], [4, 3])])),
    Case(
      description: "takes the last of equal keys", name: "ZipMap",
      attributes: ["classlabels_strings": .strings(["a", "a"])],
      input: .tensor(floats([2], [1, 2])),
      expected: .sequence([
        .map(
          keys: Tensor(shape: [1], strings: ["a"]), values: [.tensor(Tensor(scalar: 2 as Float))])
      ])),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: Case) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypeItEvaluatesTo(_ example: Case) throws {
    let type = try #require(try example.inferType())
    switch example.expected {
    case .tensor(let tensor):
      #expect(type.elementType == tensor.elementType)
      #expect(type.shape?.rank == tensor.rank)
    default:
      guard case .sequence(.map(let key, let value)) = type,
        case .sequence(let maps) = example.expected, case .map(let keys, _) = maps[0]
      else { return #expect(Bool(false), "\(type)") }
      #expect(key == keys.elementType)
      #expect(value == .tensor(.float32, []))
    }
  }

  static let errors: [(Case, String)] = [

    (
      Case(description: "", name: "CastMap", input: .tensor(floats([1], [1]))),
      "input 0 is not a map"
    ),
    (
      Case(
        description: "", name: "CastMap", input: .map(keys: list(1), values: [.sequence([])])),
      "the values of the map are not single elements of one type"
    ),
    (
      Case(
        description: "", name: "CastMap", attributes: ["map_form": .string("SPARSE")],
        input: map([1], [1])), "the map has the keys [1], max_map is 1"
    ),
    (
      Case(
        description: "", name: "CastMap",
        attributes: ["map_form": .string("SPARSE"), "max_map": .int(.max)], input: map([1], [1])),
      "an output of float32[1, 9223372036854775807] exceeds the memory limit of 1048576 bytes"
    ),
    (
      Case(description: "", name: "CastMap", input: texts([1], ["one"])), "\"one\" is not a number"
    ),
    (
      Case(
        description: "", name: "DictVectorizer",
        attributes: ["string_vocabulary": .strings(["a"])], input: map([1], [1])),
      "a tensor of string is looked up among keys of another type"
    ),
    (
      Case(
        description: "", name: "ZipMap", attributes: ["classlabels_int64s": .ints([1])],
        input: .tensor(floats([2, 2], [1, 2, 3, 4]))),
      "a tensor of shape [2, 2] has no columns for 1 keys"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }
}

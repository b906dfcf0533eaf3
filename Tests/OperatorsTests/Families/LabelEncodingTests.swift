import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct LabelEncodingTests {
  private static func encoder(
    _ description: String, _ attributes: Attributes, _ x: Tensor, _ y: Tensor = floats([0], [])
  ) -> OperatorCase {
    OperatorCase(
      description, "LabelEncoder", domain: "ai.onnx.ml", attributes, inputs: [x], expected: [y])
  }

  private static func mapper(
    _ description: String, _ attributes: Attributes, _ x: Tensor, _ y: Tensor = floats([0], [])
  ) -> OperatorCase {
    OperatorCase(
      description, "CategoryMapper", domain: "ai.onnx.ml", attributes, inputs: [x], expected: [y])
  }

  static let cases = [

    encoder(
      "maps strings to integers",
      ["keys_strings": .strings(["a", "b"]), "values_int64s": .ints([5, 6])],
      Tensor(shape: [2, 2], strings: ["b", "c", "a", "b"]), integers([2, 2], [6, -1, 5, 6])),
    encoder(
      "maps NaN and either zero",
      ["keys_floats": .floats([.nan, 0]), "values_strings": .strings(["none", "zero"])],
      floats([4], [0, -0.0, .nan, 1]),
      Tensor(shape: [4], strings: ["zero", "zero", "none", "_Unused"])),
    encoder(
      "takes the last of equal keys",
      ["keys_int64s": .ints([1, 1]), "values_floats": .floats([2, 3])], list(1, 4),
      floats([2], [3, -0.0])),
    encoder(
      "maps what tensors hold",
      [
        "keys_tensor": .tensor(Tensor(shape: [2], scalars: [7, 8] as [Int16])),
        "values_tensor": .tensor(Tensor(shape: [2], scalars: [0.5, 1.5] as [Double])),
        "default_tensor": .tensor(Tensor(shape: [1], scalars: [9] as [Double])),
      ], Tensor(shape: [2], scalars: [8, 0] as [Int16]),
      Tensor(shape: [2], scalars: [1.5, 9] as [Double])),
    encoder(
      "maps to a default of its own",
      [
        "keys_strings": .strings([]), "values_strings": .strings([]),
        "default_string": .string("other"),
      ], Tensor(shape: [], strings: ["a"]), Tensor(shape: [], strings: ["other"])),

    mapper(
      "maps strings to the integers beside them",
      [
        "cats_strings": .strings(["a", "b"]), "cats_int64s": .ints([5, 6]),
        "default_int64": .int(0),
      ],
      Tensor(shape: [3], strings: ["b", "a", "c"]), list(6, 5, 0)),
    mapper(
      "maps integers to the strings beside them",
      ["cats_strings": .strings(["a", "b"]), "cats_int64s": .ints([5, 6])], list(6, 7),
      Tensor(shape: [2], strings: ["b", "_Unused"])),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func keepsRealNumbersIn64BitsThere() throws {
    let example = Self.encoder(
      "", ["keys_floats": .floats([0.1]), "values_floats": .floats([0.25])],
      Tensor(shape: [1], scalars: [Double(0.1 as Float)]))
    let expected = Tensor(shape: [1], scalars: [0.25])
    #expect(try example.evaluate(precision: .float64) == [expected])
  }

  static let errors: [(OperatorCase, String)] = [

    (
      encoder("", ["keys_strings": .strings(["a"]), "values_int64s": .ints([])], list(1)),
      "values has 0 elements, keys has 1"
    ),
    (
      encoder("", ["values_int64s": .ints([1])], list(1)), "0 lists of keys are given"
    ),
    (
      encoder(
        "",
        [
          "keys_int64s": .ints([1]), "keys_floats": .floats([1]), "values_int64s": .ints([1]),
        ], list(1)), "2 lists of keys are given"
    ),
    (
      encoder("", ["keys_strings": .strings(["a"]), "values_int64s": .ints([1])], list(1)),
      "a tensor of int64 is looked up among keys of another type"
    ),
    (
      encoder(
        "",
        [
          "keys_int64s": .ints([1]), "values_int64s": .ints([1]),
          "default_tensor": .tensor(floats([1], [1])),
        ], list(1)), "default_tensor holds 1 elements of float32, the values are of int64"
    ),
    (
      encoder(
        "",
        [
          "keys_tensor": .tensor(Tensor(shape: [1], scalars: [true])), "values_int64s": .ints([1]),
        ], list(1)), "keys_tensor holds bool"
    ),
    (
      mapper("", ["cats_int64s": .ints([1])], list(1)),
      "cats_strings has 0 elements, cats_int64s has 1"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  // MARK: - Version 1

  private static func upgraded(
    _ type: ValueType?, _ attributes: Attributes = [:]
  ) throws -> Attributes {
    var all: Attributes = ["classes_strings": .strings(["a", "b"])]
    for (name, value) in attributes { all[name] = value }
    let graph = try UpgradeCase(
      "LabelEncoder", version: 1, domain: "ai.onnx.ml", all, inputs: [.value(type)]
    ).upgraded()
    return graph[try #require(graph.nodes.first { _ in true })].attributes
  }

  private static let toPlaces: Attributes = [
    "keys_strings": .strings(["a", "b"]), "values_int64s": .ints([0, 1]),
  ]
  private static let toLabels: Attributes = [
    "values_strings": .strings(["a", "b"]), "keys_int64s": .ints([0, 1]),
  ]

  @Test func listsThePlacesOfLabels() throws {
    #expect(try Self.upgraded(.tensor(.string, [2])) == Self.toPlaces)
    #expect(try Self.upgraded(.tensor(.int64, [2])) == Self.toLabels)
  }

  @Test func goesByTheDefaultWhereTheTypeIsNotKnown() throws {
    let attributes = try Self.upgraded(nil, ["default_string": .string("?")])
    #expect(attributes["keys_int64s"] == .ints([0, 1]))
    #expect(attributes["default_string"] == .string("?"))
  }

  @Test func needsToKnowWhatIsGiven() {
    let error = #expect(throws: OperatorError.self) { try Self.upgraded(nil) }
    #expect(error?.message == "it is not known whether labels or their places are given")
  }
}

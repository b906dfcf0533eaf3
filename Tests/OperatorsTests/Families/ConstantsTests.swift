import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ConstantsTests {
  static let cases: [(String, Attribute, Tensor)] = [
    ("value", .tensor(counting([2, 3])), counting([2, 3])),
    ("value_float", .float(1.5), floats([], [1.5])),
    ("value_floats", .floats([1.5, 2]), floats([2], [1.5, 2])),
    ("value_int", .int(7), integers([], [7])),
    ("value_ints", .ints([]), integers([0], [])),
    ("value_string", .string("a"), Tensor(shape: [], strings: ["a"])),
    ("value_strings", .strings(["a", "b"]), strings("a", "b")),
  ]

  static func example(_ attributes: Attributes, _ expected: Tensor...) -> OperatorCase {
    OperatorCase("", "Constant", attributes, inputs: [], expected: expected)
  }

  @Test(arguments: cases.indices)
  func evaluates(_ index: Int) throws {
    let (name, attribute, expected) = Self.cases[index]
    let example = Self.example([name: attribute], expected)
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
    let type: ElementType =
      expected.elementType == .float32 ? .float64 : expected.elementType
    #expect(try example.evaluate(precision: .float64)[0].elementType == type)
  }

  @Test func showsShapesThatItHolds() throws {
    let example = Self.example(["value_ints": .ints([2, 3])])
    #expect(try example.inferElements() == [known(2, 3).elements])
  }

  static func sparse(_ shape: [Int], at places: [Int64]) throws -> Attribute {
    let values = Tensor(shape: [places.count], scalars: [Float](repeating: 5, count: places.count))
    return .tensor(
      try #require(
        Tensor(
          .float32, shape: shape,
          encoding: .coordinates(indices: Tensor(shape: [places.count], scalars: places)),
          storage: values.storage)))
  }

  @Test func fillsASparseTensorWithZeros() throws {
    let example = Self.example(
      ["sparse_value": try Self.sparse([2, 2], at: [1, 2])], floats([2, 2], [0, 5, 5, 0]))
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func boundsTheZerosOfASparseTensor() throws {
    let example = Self.example(["sparse_value": try Self.sparse([1 << 40], at: [0])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(
      error?.message
        == "a sparse constant of float32[1099511627776] exceeds the memory limit of 1073741824 bytes"
    )
  }

  @Test func rejectsPlacesOutsideOfASparseTensor() throws {
    let example = Self.example(["sparse_value": try Self.sparse([2], at: [2])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "a sparse constant has indices outside of its shape")
  }

  static let errors: [(Attributes, String)] = [
    ([:], "0 attributes say what the constant is"),
    (["value_int": .int(1), "value_float": .float(1)], "2 attributes say what the constant is"),
    (["value_int": .float(1)], "attribute value_int holds float, not int"),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (attributes, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try Self.example(attributes).evaluate() }
    #expect(error?.message == message)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FilteringTests {
  static let cases = [

    OperatorCase(
      "keeps slices", "Compress", ["axis": .int(1)],
      inputs: [counting([2, 3]), Tensor(shape: [2], scalars: [false, true])],
      expected: [floats([2, 1], [1, 4])]),
    OperatorCase(
      "keeps elements", "Compress",
      inputs: [counting([2, 2]), Tensor(shape: [3], scalars: [true, false, true])],
      expected: [floats([2], [0, 2])]),
    OperatorCase(
      "finds what is not zero", "NonZero", inputs: [floats([2, 2], [1, -0.0, .nan, 2])],
      expected: [integers([2, 3], [0, 1, 1, 0, 0, 1])]),
    OperatorCase(
      "finds true flags", "NonZero", inputs: [Tensor(shape: [2], scalars: [false, true])],
      expected: [integers([1, 1], [1])]),
    OperatorCase(
      "finds strings", "NonZero", inputs: [Tensor(shape: [2], strings: ["", "a"])],
      expected: [integers([1, 1], [1])]),
    OperatorCase(
      "takes a scalar for a list", "NonZero", inputs: [Tensor(scalar: 3 as Int64)],
      expected: [integers([1, 1], [0])]),
    OperatorCase(
      "finds nothing", "NonZero", inputs: [counting([0, 2])], expected: [integers([2, 0], [])]),
    OperatorCase(
      "sorts what differs", "Unique", inputs: [floats([6], [2, 1, 1, 3, 4, 3])],
      expected: [
        floats([4], [1, 2, 3, 4]), list(1, 0, 3, 4), list(1, 0, 0, 2, 3, 2), list(2, 1, 2, 1),
      ]),
    OperatorCase(
      "keeps the order of appearance", "Unique", ["sorted": .int(0)],
      inputs: [floats([6], [2, 1, 1, 3, 4, 3])],
      expected: [
        floats([4], [2, 1, 3, 4]), list(0, 1, 3, 4), list(0, 1, 1, 2, 3, 2), list(1, 2, 2, 1),
      ]),
    OperatorCase(
      "compares slices", "Unique", ["axis": .int(0)],
      inputs: [integers([3, 2], [5, 0, 1, 9, 5, 0])],
      expected: [integers([2, 2], [1, 9, 5, 0]), list(1, 0), list(1, 0, 1), list(1, 2)]),
    OperatorCase(
      "compares columns of strings", "Unique", ["axis": .int(1)],
      inputs: [Tensor(shape: [1, 3], strings: ["b", "a", "b"])],
      expected: [Tensor(shape: [1, 2], strings: ["a", "b"]), list(1, 0)]),
    OperatorCase(
      "finds nothing unique", "Unique", inputs: [counting([0])], expected: [counting([0])]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersWhatIsKnownOfTheTypes(_ example: OperatorCase) throws {
    for (type, expected) in zip(try example.inferTypes(), example.expected) {
      #expect(type?.elementType == expected.elementType)
      let shape = try #require(type?.shape)
      #expect(shape.rank == expected.rank)
      for (dimension, extent) in zip(shape.dimensions, expected.shape) {
        #expect(dimension == .unknown || dimension == .fixed(extent))
      }
    }
  }

  static let errors: [(OperatorCase, String)] = [

    (
      OperatorCase(
        "", "Compress", ["axis": .int(0)],
        inputs: [counting([1]), Tensor(shape: [2], scalars: [false, true])]),
      "the condition selects 1 of 1 places"
    ),
    (
      OperatorCase("", "Compress", inputs: [counting([1]), Tensor(scalar: true)]),
      "the condition has the shape [], not one axis"
    ),
    (
      OperatorCase("", "Unique", ["axis": .int(1)], inputs: [counting([1])]),
      "axis 1 is out of range for a tensor of rank 1"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func takesEveryNaNForTheSame() throws {
    let example = OperatorCase(
      "", "Unique", inputs: [floats([3], [.nan, 1, .nan])],
      expected: [counting([2]), integers([0], []), integers([0], []), integers([0], [])])
    let outputs = try example.evaluate()
    #expect(outputs[0].shape == [2])
    #expect(outputs[3] == list(1, 2))
  }

}

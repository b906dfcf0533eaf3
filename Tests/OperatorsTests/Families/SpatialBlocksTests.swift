import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SpatialBlocksTests {
  static let cases = [

    OperatorCase(
      "moves depth to space", "DepthToSpace", ["blocksize": .int(2)],
      inputs: [counting([1, 8, 1, 1])],
      expected: [floats([1, 2, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7])]),
    OperatorCase(
      "moves depth to space a channel at a time", "DepthToSpace",
      ["blocksize": .int(2), "mode": .string("CRD")], inputs: [counting([1, 8, 1, 1])],
      expected: [counting([1, 2, 2, 2])]),
    OperatorCase(
      "moves space to depth", "SpaceToDepth", ["blocksize": .int(2)],
      inputs: [floats([1, 2, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7])],
      expected: [counting([1, 8, 1, 1])]),
    OperatorCase(
      "moves space to depth a channel at a time", "SpaceToDepth",
      ["blocksize": .int(2), "mode": .string("CRD")], inputs: [counting([1, 2, 2, 2])],
      expected: [counting([1, 8, 1, 1])]),
    OperatorCase(
      "keeps the order within rows", "DepthToSpace", ["blocksize": .int(2)],
      inputs: [counting([1, 4, 1, 2])],
      expected: [floats([1, 1, 2, 4], [0, 2, 1, 3, 4, 6, 5, 7])]),
    OperatorCase(
      "moves nothing", "DepthToSpace", ["blocksize": .int(2)], inputs: [counting([0, 4, 1, 1])],
      expected: [counting([0, 1, 2, 2])]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let errors: [(OperatorCase, String)] = [

    (
      OperatorCase("", "DepthToSpace", ["blocksize": .int(2)], inputs: [counting([1, 6, 1, 1])]),
      "axis 1 of the shape [1, 6, 1, 1] does not divide into blocks of size 2"
    ),
    (
      OperatorCase("", "SpaceToDepth", ["blocksize": .int(2)], inputs: [counting([1, 1, 2, 3])]),
      "axis 3 of the shape [1, 1, 2, 3] does not divide into blocks of size 2"
    ),
    (
      OperatorCase("", "DepthToSpace", ["blocksize": .int(0)], inputs: [counting([1, 1, 1, 1])]),
      "a tensor of shape [1, 1, 1, 1] has no blocks of size 0"
    ),
    (
      OperatorCase(
        "", "DepthToSpace", ["blocksize": .int(.max)], inputs: [counting([1, 1, 1, 1])]),
      "axis 1 of the shape [1, 1, 1, 1] does not divide into blocks of size 9223372036854775807"
    ),
    (
      OperatorCase(
        "", "SpaceToDepth", ["blocksize": .int(1 << 40)], inputs: [counting([1, 1, 0, 0])]),
      "blocks of size 1099511627776 are too large"
    ),
    (
      OperatorCase(
        "", "DepthToSpace", ["blocksize": .int(1), "mode": .string("DRC")],
        inputs: [counting([1, 1, 1, 1])]),
      "mode is \"DRC\""
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func dividesSymbolicExtents() throws {
    let value = try inferred(
      "SpaceToDepth", ["blocksize": .int(2)],
      [.tensor(.float32, [.symbol("batch"), 3, 8, .unknown])])
    #expect(value.type == .tensor(.float32, [.symbol("batch"), 12, 4, .unknown]))
  }

}

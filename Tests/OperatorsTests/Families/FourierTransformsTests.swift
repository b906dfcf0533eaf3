import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FourierTransformsTests {
  private static func dft(
    _ description: String, _ attributes: Attributes = [:], _ input: Tensor, length: Int64? = nil,
    axis: Int64? = nil, _ expected: Tensor
  ) -> OperatorCase {
    OperatorCase(
      description, "DFT", attributes,
      inputs: [input, length.map { Tensor(scalar: $0) }, axis.map { Tensor(scalar: $0) }],
      expected: [expected])
  }

  static let cases = [
    dft(
      "transforms real numbers", [:], floats([4, 1], [1, 2, 3, 4]),
      floats([4, 2], [10, 0, -2, 2, -2, 0, -2, -2])),
    dft(
      "transforms complex numbers", [:], floats([2, 2], [1, 2, 3, 4]),
      floats([2, 2], [4, 6, -2, -2])),
    dft(
      "transforms back", ["inverse": .int(1)],
      floats([4, 2], [10, 0, -2, 2, -2, 0, -2, -2]), floats([4, 2], [1, 0, 2, 0, 3, 0, 4, 0])),
    dft(
      "keeps half of the frequencies", ["onesided": .int(1)], floats([4, 1], [1, 2, 3, 4]),
      floats([3, 2], [10, 0, -2, 2, -2, 0])),
    dft(
      "transforms half of the frequencies back", ["inverse": .int(1), "onesided": .int(1)],
      floats([3, 2], [10, 0, -2, 2, -2, 0]), floats([4, 1], [1, 2, 3, 4])),
    dft(
      "takes frequencies that are their own conjugates for real",
      ["inverse": .int(1), "onesided": .int(1)], floats([3, 2], [10, 7, -2, 2, -2, -7]),
      floats([4, 1], [1, 2, 3, 4])),
    dft(
      "transforms along an axis", [:], floats([2, 2, 1], [1, 2, 3, 4]), axis: 0,
      floats([2, 2, 2], [4, 0, 6, 0, -2, 0, -2, 0])),
    dft(
      "counts axes from the end", [:], floats([2, 2, 1], [1, 2, 3, 4]), axis: -2,
      floats([2, 2, 2], [3, 0, -1, 0, 7, 0, -1, 0])),
    dft(
      "pads with zeros", [:], floats([2, 1], [1, 2]), length: 4,
      floats([4, 2], [3, 0, 1, -2, -1, 0, 1, 2])),
    dft(
      "cuts the signal", [:], floats([4, 1], [1, 2, 3, 4]), length: 2,
      floats([2, 2], [3, 0, -1, 0])),
    dft(
      "pads frequencies", ["inverse": .int(1), "onesided": .int(1)], floats([1, 2], [4, 0]),
      length: 4, floats([4, 1], [1, 1, 1, 1])),
    dft("takes no signals", [:], floats([0, 4, 1], []), length: 2, floats([0, 2, 2], [])),
    dft(
      "rounds half floats once", [:], floats([2, 1], [1, 2]).converted(to: .float16),
      floats([2, 2], [3, 0, -1, 0]).converted(to: .float16)),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    let tolerance = Tolerance(absolute: 1e-6, relative: 0)
    for (got, expected) in zip(try example.evaluate(), example.expected) {
      let comparison = TensorComparison(of: got, to: expected, within: tolerance)
      #expect(comparison.isComparable && comparison.violationCount == 0)
      #expect(got.elementType == expected.elementType)
    }
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func transformsLongSignals() throws {
    // Ones have a single frequency; 10,007 is prime.
    let input = floats([1, 10_007, 1], [Float](repeating: 1, count: 10_007))
    let output = try OperatorCase("", "DFT", inputs: [input]).evaluate()[0]
    let parts = output.scalars(of: Float.self)
    #expect(parts[0] == 10_007)
    #expect(parts.dropFirst().allSatisfy { abs($0) < 1e-6 })
  }

  @Test func followsSymbolicSizes() throws {
    let input = InferredValue.tensor(.float32, [.symbol("n"), 2 * .symbol("m"), 1])
    let forward = try inferred("DFT", ["onesided": .int(1)], [input])
    #expect(forward.type == .tensor(.float32, [.symbol("n"), .symbol("m") + 1, 2]))
    let unknownAxis = try inferred("DFT", [:], [input, nil, .tensor(.int64, [])])
    #expect(unknownAxis.type == .tensor(.float32, [.unknown, .unknown, 2]))
    let unknownLength = try inferred("DFT", [:], [input, .tensor(.int64, [])])
    #expect(unknownLength.type == .tensor(.float32, [.symbol("n"), .unknown, 2]))
  }

  @Test(arguments: [17, 19])
  func makesTheAxisAnInput(_ version: Int) throws {
    for (attributes, axis) in [([:], 1), (["axis": .int(0)], 0)] as [(Attributes, Int64)] {
      let node = UpgradedNode(
        "DFT", version: version, attributes, inputs: [floats([2, 2, 1], [1, 2, 3, 4])])
      #expect(node.report.errors.isEmpty)
      #expect(node.graph.constants(ofFirst: "DFT")?[2] == Tensor(scalar: axis))
      #expect(try node.graph[node.id].attributes.isEmpty)
    }
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    ([:], [counting([4])], .incompatibleShapes),
    ([:], [counting([4, 3])], .incompatibleShapes),
    (["onesided": .int(1)], [counting([4, 2])], .incompatibleShapes),
    (["onesided": .int(1), "inverse": .int(1)], [counting([4, 1])], .incompatibleShapes),
    (["onesided": .int(1), "inverse": .int(1)], [counting([1, 2])], .invalidValue),
    ([:], [counting([0, 1])], .invalidValue),
    ([:], [counting([4, 1]), list(0)], .invalidValue),
    ([:], [counting([4, 1]), list(2, 2)], .invalidValue),
    ([:], [counting([4, 1]), nil, list(1)], .invalidAttribute),
    ([:], [counting([4, 1]), nil, list(-3)], .invalidValue),
    ([:], [counting([4, 1]), nil, list(.max)], .invalidAttribute),
    ([:], [counting([4, 1]), list(1 << 40)], .limitExceeded),
    (["onesided": .int(1)], [counting([4, 1]), list(.max)], .limitExceeded),
    ([:], [list(1, 2)], .invalidType),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "DFT", attributes, inputs: inputs)
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

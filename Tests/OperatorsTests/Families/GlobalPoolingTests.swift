import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct GlobalPoolingTests {
  static let planes = floats([1, 2, 2, 2], [1, 2, 3, 6, -1, -5, -1, -3])

  static let cases = [
    OperatorCase(
      "averages each plane", "GlobalAveragePool", inputs: [planes],
      expected: [floats([1, 2, 1, 1], [3, -2.5])]),
    OperatorCase(
      "finds the maximum of each plane", "GlobalMaxPool", inputs: [planes],
      expected: [floats([1, 2, 1, 1], [6, -1])]),
    OperatorCase(
      "has the norm of each plane", "GlobalLpPool", inputs: [planes],
      expected: [floats([1, 2, 1, 1], [Float(50).squareRoot(), 6])]),
    OperatorCase(
      "has the sum of magnitudes", "GlobalLpPool", ["p": .int(1)], inputs: [planes],
      expected: [floats([1, 2, 1, 1], [12, 10])]),
    OperatorCase(
      "takes planes of one element", "GlobalAveragePool", inputs: [counting([2, 2])],
      expected: [counting([2, 2])]),
    OperatorCase(
      "takes an empty batch", "GlobalMaxPool", inputs: [counting([0, 2, 3])],
      expected: [floats([0, 2, 1], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func keepsNaN() throws {
    let example = OperatorCase(
      "", "GlobalMaxPool", inputs: [floats([1, 1, 3], [1, .nan, 2])])
    #expect(try example.evaluate()[0].scalars(of: Float.self)[0].isNaN)
  }

  @Test func isTheMeanToTheBit() throws {
    let input = Tensor(
      shape: [1, 1, 1000], scalars: (0..<1000).map { 1 / Float($0 + 1) })
    let mean = try OperatorCase(
      "", "ReduceMean", inputs: [input, list(2)]
    ).evaluate()
    #expect(try OperatorCase("", "GlobalAveragePool", inputs: [input]).evaluate() == mean)
  }

  @Test func makesAnIntegerOfTheFirstVersionsOrder() throws {
    let node = UpgradedNode("GlobalLpPool", version: 1, ["p": .float(1)], inputs: [Self.planes])
    #expect(try node.evaluate() == [floats([1, 2, 1, 1], [12, 10])])
  }

  @Test(arguments: ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"])
  func rejectsATensorWithoutPlanes(_ name: String) {
    let example = OperatorCase("", name, inputs: [counting([3])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .incompatibleShapes)
  }
}

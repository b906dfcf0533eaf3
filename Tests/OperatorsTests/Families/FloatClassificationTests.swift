import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct FloatClassificationTests {
  private static let numbers = Tensor(
    shape: [4], scalars: [1, .infinity, -.infinity, .nan] as [Float])

  static let cases: [(String, Attributes, [Bool])] = [
    ("IsNaN", [:], [false, false, false, true]),
    ("IsInf", [:], [false, true, true, false]),
    ("IsInf", ["detect_negative": .int(0)], [false, true, false, false]),
    ("IsInf", ["detect_positive": .int(0)], [false, false, true, false]),
  ]

  @Test(arguments: cases.indices, [ElementType.float16, .bfloat16, .float32, .float64])
  func tellsWhichElementsAreSpecial(_ index: Int, _ type: ElementType) throws {
    let (name, attributes, expected) = Self.cases[index]
    let example = OperatorCase(
      name, name, attributes, inputs: [Self.numbers.converted(to: type)],
      expected: [Tensor(shape: [4], scalars: expected)])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func takesSmallFloats() throws {
    let input = Tensor(shape: [2], scalars: [0x7c, 0x7e].map { Float8E5M2(bitPattern: $0) })
    let isNaN = OperatorCase("", "IsNaN", inputs: [input])
    #expect(try isNaN.evaluate() == [Tensor(shape: [2], scalars: [false, true])])
    let isInf = OperatorCase("", "IsInf", inputs: [input])
    #expect(try isInf.evaluate() == [Tensor(shape: [2], scalars: [true, false])])
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct UnaryElementwiseTests {
  /// The results of each function for 0.5.
  static let functions: [(String, Float)] = [
    ("Abs", 0.5), ("Acos", 1.0471976), ("Asin", 0.52359878), ("Asinh", 0.48121183),
    ("Atan", 0.46364761), ("Atanh", 0.54930614), ("Ceil", 1), ("Cos", 0.87758256),
    ("Cosh", 1.1276260), ("Erf", 0.52049988), ("Exp", 1.6487213), ("Floor", 0),
    ("Log", -0.69314718), ("Neg", -0.5), ("Reciprocal", 2), ("Round", 0),
    ("Sigmoid", 0.62245933), ("Sign", 1), ("Sin", 0.47942554), ("Sinh", 0.52109531),
    ("Sqrt", 0.70710678), ("Tan", 0.54630249), ("Tanh", 0.46211716),
  ]

  @Test(arguments: functions)
  func computesItsFunction(_ name: String, _ expected: Float) throws {
    let example = OperatorCase(name, name, inputs: [Tensor(shape: [1], scalars: [0.5 as Float])])
    let result = try #require(try example.evaluate().first).scalars(of: Float.self)
    #expect(abs(result[0] - expected) <= 2e-7)
    #expect(try example.inferTypes() == [.tensor(.float32, [1])])
  }

  @Test func computesAcosh() throws {
    let example = OperatorCase("", "Acosh", inputs: [Tensor(scalar: 1 as Double)])
    #expect(try example.evaluate() == [Tensor(scalar: 0 as Double)])
  }

  @Test func roundsHalvesToEven() throws {
    let example = OperatorCase(
      "", "Round", inputs: [Tensor(shape: [5], scalars: [0.5, 1.5, 2.5, -4.5, 0.9] as [Float])])
    #expect(
      try example.evaluate() == [Tensor(shape: [5], scalars: [0, 2, 2, -4, 1] as [Float])])
  }

  @Test(arguments: [
    ("Abs", [-128, 5, 0] as [Int8]), ("Neg", [-128, 5, 0]), ("Sign", [-1, -1, 0]),
  ])
  func wrapsIntegersAround(_ name: String, _ expected: [Int8]) throws {
    let example = OperatorCase(
      name, name, inputs: [Tensor(shape: [3], scalars: [.min, -5, 0] as [Int8])])
    #expect(try example.evaluate() == [Tensor(shape: [3], scalars: expected)])
  }

  @Test func takesUnsignedIntegers() throws {
    let input = Tensor(shape: [2], scalars: [200, 0] as [UInt8])
    #expect(try OperatorCase("", "Abs", inputs: [input]).evaluate() == [input])
    let signs = Tensor(shape: [2], scalars: [1, 0] as [UInt8])
    #expect(try OperatorCase("", "Sign", inputs: [input]).evaluate() == [signs])
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float32, .float64])
  func keepsTheType(_ type: ElementType) throws {
    let input = Tensor(shape: [2, 0], scalars: [] as [Float]).converted(to: type)
    #expect(try OperatorCase("", "Sin", inputs: [input]).evaluate() == [input])
  }

  @Test func rejectsATypeThatItDoesNotTake() {
    let example = OperatorCase("", "Sin", inputs: [Tensor(scalar: 1 as Int32)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidType)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct PowersTests {
  private static func mod(_ truncates: Bool, _ left: Tensor, _ right: Tensor, _ expected: Tensor)
    -> OperatorCase
  {
    OperatorCase(
      "\(left.elementType), fmod \(truncates)", "Mod", ["fmod": .int(truncates ? 1 : 0)],
      inputs: [left, right], expected: [expected])
  }

  private static let dividends = Tensor(shape: [4], scalars: [7, -7, 7, -7] as [Int32])
  private static let divisors = Tensor(shape: [4], scalars: [3, 3, -3, -3] as [Int32])

  static let cases = [
    mod(false, dividends, divisors, Tensor(shape: [4], scalars: [1, 2, -2, -1] as [Int32])),
    mod(true, dividends, divisors, Tensor(shape: [4], scalars: [1, -1, 1, -1] as [Int32])),
    mod(
      false, dividends.converted(to: .float32), divisors.converted(to: .float32),
      Tensor(shape: [4], scalars: [1, 2, -2, -1] as [Float])),
    mod(
      true, dividends.converted(to: .float32), divisors.converted(to: .float32),
      Tensor(shape: [4], scalars: [1, -1, 1, -1] as [Float])),
    mod(
      false, Tensor(shape: [2], scalars: [-6, 5] as [Float]),
      Tensor(shape: [2], scalars: [-3, -.infinity] as [Float]),
      Tensor(shape: [2], scalars: [-0.0, -.infinity] as [Float])),
    mod(false, Tensor(scalar: Int64.min), Tensor(scalar: -1 as Int64), Tensor(scalar: 0 as Int64)),
    mod(false, Tensor(scalar: 7 as UInt8), Tensor(scalar: 4 as UInt8), Tensor(scalar: 3 as UInt8)),
    OperatorCase(
      "squares", "Pow",
      inputs: [Tensor(shape: [2], scalars: [3, -4] as [Float]), Tensor(scalar: 2 as Int64)],
      expected: [Tensor(shape: [2], scalars: [9, 16] as [Float])]),
    OperatorCase(
      "raises to the powers of a tensor", "Pow",
      inputs: [
        Tensor(scalar: 4 as Float16), Tensor(shape: [3], scalars: [0, 0.5, -1] as [Double]),
      ],
      expected: [Tensor(shape: [3], scalars: [1, 2, 0.25] as [Float16])]),
    OperatorCase(
      "raises integers", "Pow",
      inputs: [
        Tensor(shape: [4], scalars: [3, 2, -1, 2] as [Int32]),
        Tensor(shape: [4], scalars: [4, -1, -3, 33] as [Int64]),
      ],
      expected: [Tensor(shape: [4], scalars: [81, 0, -1, 0] as [Int32])]),
    OperatorCase(
      "drops the fractions of powers of integers", "Pow",
      inputs: [Tensor(scalar: 2 as Int64), Tensor(scalar: 0.5 as Float)],
      expected: [Tensor(scalar: 1 as Int64)]),
  ]

  @Test(arguments: [[], [2]] as [[Int]])
  func keepsEveryBitOfTheFirstPower(shape: [Int]) throws {
    let base = Tensor(shape: [2], scalars: [-Float.nan, -0.0])
    let exponent = Tensor(
      shape: shape, scalars: [Double](repeating: 1, count: shape.first ?? 1))
    let power = try OperatorCase("", "Pow", inputs: [base, exponent]).evaluate()
    #expect(TensorComparison(of: power[0], to: base).isBitIdentical)
  }

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func rejectsARemainderOfZero() {
    let example = OperatorCase(
      "", "Mod", inputs: [Tensor(scalar: 1 as Int32), Tensor(scalar: 0 as Int32)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidValue)
  }

  @Test func alignsTheExponentOfVersion1() throws {
    let graph = try UpgradeCase(
      "Pow", version: 1, ["broadcast": .int(1), "axis": .int(0)],
      inputs: [
        .value(.tensor(.float32, [2, 3])),
        .constant(Tensor(shape: [2], scalars: [1, 2] as [Float])),
      ]
    ).upgraded()
    #expect(graph.constants(ofFirst: "Pow")?[1]?.shape == [2, 1])
  }
}

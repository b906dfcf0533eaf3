import Glibc
import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RandomSamplingTests {
  private static func frequencies(_ tensor: Tensor, _ outcomes: Int) -> [Double] {
    let drawn = tensor.converted(to: .int64).scalars(of: Int64.self)
    return (0..<outcomes).map { outcome in
      Double(drawn.count { $0 == outcome }) / Double(drawn.count)
    }
  }

  /// Whether a frequency is within five deviations of a probability.
  private static func isLikely(_ frequency: Double, _ probability: Double, _ count: Int) -> Bool {
    let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
    return abs(frequency - probability) <= 5 * deviation
  }

  @Test(arguments: [0, 0.1, 0.5, 0.9, 1] as [Float])
  func drawsOnesAsOftenAsTheProbabilitySays(_ probability: Float) throws {
    let input = floats([10, 2_000], [Float](repeating: probability, count: 20_000))
    let drawn = try OperatorCase("", "Bernoulli", ["seed": .float(3)], inputs: [input]).evaluate()
    #expect(drawn[0].elementType == .float32)
    #expect(drawn[0].shape == [10, 2_000])
    let frequencies = Self.frequencies(drawn[0], 2)
    #expect(frequencies[0] + frequencies[1] == 1)
    #expect(Self.isLikely(frequencies[1], Double(probability), 20_000))
  }

  @Test func knowsWhatIsCertain() throws {
    let input = floats([5], [-1, 0, 1, 2, .nan])
    let drawn = try OperatorCase("", "Bernoulli", inputs: [input]).evaluate()
    #expect(drawn == [floats([5], [0, 0, 1, 1, 0])])
  }

  @Test(arguments: [.bool, .uint8, .int64, .float16, .float64, .bfloat16] as [ElementType])
  func writesOutcomesInTheTypeAskedFor(_ type: ElementType) throws {
    let example = OperatorCase(
      "", "Bernoulli", ["dtype": .int(Int64(type.rawValue))], inputs: [floats([2], [0, 1])])
    #expect(try example.evaluate() == [floats([2], [0, 1]).converted(to: type)])
    #expect(try example.inferTypes() == [.tensor(type, [2])])
  }

  @Test func drawsOutcomesAsOftenAsTheirProbabilitiesSay() throws {
    let logarithms = floats([2, 4], [0, log(3), -.infinity, log(4), 1_000, 1_000, 0, -.infinity])
    let probabilities = [[0.125, 0.375, 0, 0.5], [0.5, 0.5, 0, 0]]
    for type in [6, 7] as [Int64] {
      let example = OperatorCase(
        "", "Multinomial", ["sample_size": .int(20_000), "dtype": .int(type)],
        inputs: [logarithms])
      let drawn = try example.evaluate()[0]
      #expect(drawn.shape == [2, 20_000])
      #expect(
        try example.inferTypes() == [.tensor(type == 6 ? .int32 : .int64, [2, 20_000])])
      let outcomes = drawn.converted(to: .int64).scalars(of: Int64.self)
      for (row, expected) in probabilities.enumerated() {
        let part = Array(outcomes[(row * 20_000)..<((row + 1) * 20_000)])
        let frequencies = Self.frequencies(Tensor(shape: [20_000], scalars: part), 4)
        for (frequency, probability) in zip(frequencies, expected) {
          #expect(Self.isLikely(frequency, probability, 20_000))
        }
      }
    }
  }

  @Test func givesTheSameBitsForASeedAndOthersForAnother() throws {
    func draw(_ seed: Float) throws -> Tensor {
      try OperatorCase(
        "", "Multinomial", ["sample_size": .int(50), "seed": .float(seed)],
        inputs: [floats([1, 3], [0, 0, 0])]
      ).evaluate()[0]
    }
    #expect(try draw(1) == draw(1))
    #expect(try draw(1) != draw(2))
  }

  static let empty: [(Int64, [Int], [Int])] = [(3, [0, 4], [0, 3]), (0, [2, 3], [2, 0])]

  @Test(arguments: empty)
  func drawsNothing(_ size: Int64, _ input: [Int], _ output: [Int]) throws {
    let example = OperatorCase(
      "", "Multinomial", ["sample_size": .int(size)], inputs: [counting(input)])
    #expect(try example.evaluate()[0].shape == output)
  }

  static let mistakes: [(String, Attributes, Tensor, OperatorError.Code)] = [
    ("Bernoulli", ["dtype": .int(8)], floats([1], [0]), .invalidAttribute),
    ("Bernoulli", ["dtype": .int(99)], floats([1], [0]), .invalidAttribute),
    ("Bernoulli", [:], list(1), .invalidType),
    ("Multinomial", ["dtype": .int(1)], floats([1, 1], [0]), .invalidAttribute),
    ("Multinomial", ["sample_size": .int(-1)], floats([1, 1], [0]), .invalidAttribute),
    ("Multinomial", ["sample_size": .int(1 << 60)], floats([1, 1], [0]), .limitExceeded),
    ("Multinomial", [:], floats([1], [0]), .incompatibleShapes),
    ("Multinomial", [:], floats([1, 0], []), .invalidValue),
    ("Multinomial", [:], floats([1, 2], [.nan, 0]), .invalidValue),
    ("Multinomial", [:], floats([1, 2], [-.infinity, -.infinity]), .invalidValue),
  ]

  @Test(arguments: mistakes)
  func rejects(
    _ name: String, _ attributes: Attributes, _ input: Tensor, _ code: OperatorError.Code
  ) {
    let example = OperatorCase("", name, attributes, inputs: [input])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

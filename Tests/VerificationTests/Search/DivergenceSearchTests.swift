import Tensors
import Testing

@testable import Verification

@Suite struct DivergenceSearchTests {
  static let range = InputRange(checked: -1...1)

  static func sample(_ seed: UInt64, count: Int = 16) -> Sample {
    var random = SeededRandom(seed: seed)
    let numbers = (0..<count).map { _ in Float(random.number(in: range, isWhole: false)) }
    let tensor = Tensor(shape: [count], scalars: numbers)
    return Sample(name: "seed \(seed)", values: ["x": .tensor(tensor)])
  }

  static func numbers(_ sample: Sample) -> [Float] {
    sample.values["x"]?.tensor?.scalars(of: Float.self) ?? []
  }

  /// A defect that shows only where two elements are near ends of their range.
  static func planted(_ sample: Sample) -> Double {
    let x = numbers(sample)
    return x[3] > 0.98 && x[7] < -0.98 ? 1000 : 0.5
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func findsWhatRandomSamplesMiss(seed: UInt64) throws {
    let budget = 600
    let random = (0..<UInt64(budget)).map { Self.planted(Self.sample(seed &* 1000 &+ $0)) }
    #expect(random.max() == 0.5)
    var search = DivergenceSearch(
      from: [Self.sample(seed)], ranges: ["x": Self.range], seed: seed)
    let result = try #require(try search.run(while: { $0 < budget }, measuring: Self.planted))
    #expect(result.divergence == 1000)
    #expect(Self.planted(result.sample) == 1000)
    #expect(result.evaluationCount == budget)
  }

  @Test func findsWhatOnlyALargeSumShows() throws {
    func planted(_ sample: Sample) -> Double { Self.numbers(sample).reduce(0, +) > 15 ? 9 : 0 }
    var search = DivergenceSearch(from: [Self.sample(1)], ranges: ["x": Self.range])
    let result = try search.run(while: { $0 < 600 }, measuring: planted)
    #expect(result?.divergence == 9)
  }

  @Test func climbsToAPointInsideOfTheRange() throws {
    let target: [Float] = [0.25, -0.5, 0.75, 0.1]
    func nearness(_ sample: Sample) -> Double {
      -Double(zip(Self.numbers(sample), target).reduce(0) { $0 + abs($1.0 - $1.1) })
    }
    let start = Self.sample(1, count: 4)
    var search = DivergenceSearch(from: [start], ranges: ["x": Self.range])
    let result = try #require(try search.run(while: { $0 < 2000 }, measuring: nearness))
    #expect(result.divergence > -0.1)
    #expect(nearness(start) < -0.5)
  }

  @Test func takesTheSameCourseForASeed() throws {
    func course(_ seed: UInt64) throws -> [[Float]] {
      var seen: [[Float]] = []
      var search = DivergenceSearch(
        from: [Self.sample(1), Self.sample(2)], ranges: ["x": Self.range], seed: seed)
      _ = try search.run(while: { $0 < 200 }) { sample in
        seen.append(Self.numbers(sample))
        return Double(Self.numbers(sample)[0])
      }
      return seen
    }
    #expect(try course(3) == course(3))
    #expect(try course(3) != course(4))
  }

  @Test func staysInRangeAndWhole() throws {
    let places = Tensor(shape: [4], scalars: [0, 1, 2, 3] as [Int64])
    let start = Sample(
      name: "s", values: ["x": Self.sample(1).values["x"] ?? .optional(nil), "i": .tensor(places)])
    var search = DivergenceSearch(
      from: [start], ranges: ["x": Self.range, "i": InputRange(placesOf: 5)])
    var seen: Set<Int64> = []
    _ = try search.run(while: { $0 < 500 }) { sample in
      let indices = sample.values["i"]?.tensor?.scalars(of: Int64.self) ?? []
      #expect(indices.allSatisfy { (0..<5).contains($0) })
      #expect(Self.numbers(sample).allSatisfy { abs($0) <= 1 })
      seen.formUnion(indices)
      return 0
    }
    #expect(seen == [0, 1, 2, 3, 4])
  }

  @Test func measuresTheSamplesThatItStartsFrom() throws {
    let samples = (0..<3).map { Self.sample($0) }
    var search = DivergenceSearch(from: samples, ranges: [:])
    let result = try #require(
      try search.run(while: { _ in true }) { $0.name == "seed 1" ? 7 : .nan })
    #expect(result.sample.name == "seed 1")
    #expect(result.divergence == 7 && result.evaluationCount == 3)
  }

  @Test func leavesIntegersAloneThatItCannotHold() throws {
    let large = RuntimeValue.tensor(Tensor(shape: [1], scalars: [Int64.max - 1]))
    let start = Sample(name: "s", values: ["x": Self.sample(1).values["x"] ?? large, "n": large])
    var search = DivergenceSearch(
      from: [start], ranges: ["x": Self.range, "n": InputRange(placesOf: 9)])
    let result = try search.run(while: { $0 < 100 }) { sample in
      #expect(sample.values["n"] == large)
      return 1
    }
    #expect(result?.evaluationCount == 100)
  }

  @Test func endsWithItsBudget() throws {
    var search = DivergenceSearch(from: [Self.sample(1)], ranges: ["x": Self.range])
    #expect(try search.run(while: { _ in false }) { _ in 1 } == nil)
    struct Refusal: Error {}
    #expect(throws: Refusal.self) {
      try search.run(while: { _ in true }) { _ in throw Refusal() }
    }
  }
}

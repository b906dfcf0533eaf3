import IR
import Tensors
import Testing

@testable import Verification

@Suite struct InputRangeTests {
  private func draws(_ range: InputRange, isWhole: Bool, count: Int = 2000) -> [Double] {
    var random = SeededRandom(seed: 1)
    return (0..<count).map { _ in random.number(in: range, isWhole: isWhole) }
  }

  @Test func refusesWhatIsNoRange() {
    #expect(InputRange(1, 0) == nil)
    #expect(InputRange(.nan, 0) == nil)
    #expect(InputRange(0, .infinity) == nil)
    #expect(InputRange(2, 2) != nil)
  }

  @Test func drawsFractionsFromAllOfTheRange() throws {
    let numbers = draws(try #require(InputRange(3, 5)), isWhole: false)
    #expect(numbers.allSatisfy { $0 >= 3 && $0 < 5 })
    #expect((numbers.min() ?? 0) < 3.01 && (numbers.max() ?? 0) > 4.99)
  }

  @Test func drawsEveryWholeNumberOfTheRange() throws {
    #expect(Set(draws(try #require(InputRange(-1.5, 2.5)), isWhole: true)) == [-1, 0, 1, 2])
    #expect(Set(draws(InputRange(placesOf: 3), isWhole: false)) == [0, 1, 2])
    #expect(Set(draws(InputRange(placesOf: 0), isWhole: true)) == [0])
    #expect(InputRange(placesOf: .min) == InputRange(placesOf: 1))
  }

  @Test func drawsFromTheLargestRanges() throws {
    let limit = Double.greatestFiniteMagnitude
    let wide = draws(try #require(InputRange(-limit, limit)), isWhole: false)
    #expect(wide.allSatisfy { $0.isFinite })
    let whole = draws(try #require(InputRange(-limit, limit)), isWhole: true)
    #expect(whole.contains { $0 > 0x1p61 } && whole.contains { $0 < -0x1p61 })
  }

  @Test func narrowsToWhatLiesInBoth() {
    let range = InputRange(placesOf: 8).narrowed(to: InputRange(placesOf: 3))
    #expect(range == InputRange(placesOf: 3))
    #expect(InputRange(placesOf: 3).narrowed(to: range) == range)
  }

  @Test func learnsFromAllSamples() {
    let samples = [[1, .nan, 4], [-2, .infinity, 0]].map { (numbers: [Float]) in
      Sample(name: "s", values: ["x": .tensor(Tensor(shape: [3], scalars: numbers))])
    }
    #expect(InputRange.learnt(from: samples) == ["x": InputRange(checked: -2...4)])
  }
}

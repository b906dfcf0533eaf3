import Tensors

/// The random changes by which a search goes from one sample to the next.
struct SearchMoves {
  private var random: SeededRandom
  private let others: [SearchCandidate]

  /// Prepares moves that may mix a sample with others.
  init(seed: UInt64, others: [SearchCandidate]) {
    random = SeededRandom(seed: seed, name: "divergence search")
    self.others = others
  }

  private enum Move: CaseIterable {
    /// Other random numbers within the range.
    case redraw
    /// Small or large steps away from the numbers.
    case perturb
    /// The numbers times a factor.
    case scale
    /// Changed signs.
    case flip
    /// Numbers between those of the sample and of another one.
    case interpolate
    /// Ends of the range, and zero.
    case boundary
  }

  /// Returns a sample of random numbers in the shapes of one to start from.
  mutating func randomCandidate() -> SearchCandidate {
    var candidate = random.pick(others.filter(\.isMutable)) ?? others[0]
    for index in candidate.genes.indices {
      let (range, isWhole) = (candidate.genes[index].range, candidate.genes[index].isWhole)
      candidate.genes[index].change { _, _ in random.number(in: range, isWhole: isWhole) }
    }
    return candidate
  }

  /// Returns a changed sample: one move, and another one each fourth time.
  mutating func child(of parent: SearchCandidate) -> SearchCandidate {
    var child = parent
    repeat {
      guard let index = random.pick(Array(child.genes.indices)) else { return child }
      apply(random.pick(Move.allCases) ?? .redraw, to: &child, at: index)
    } while random.next() % 4 == 0
    return child
  }

  private mutating func apply(_ move: Move, to child: inout SearchCandidate, at index: Int) {
    let gene = child.genes[index]
    let (range, isWhole) = (gene.range, gene.isWhole)
    let places = somePlaces(of: gene.numbers.count)
    switch move {
    case .redraw:
      child.genes[index].change(at: places) { _, _ in random.number(in: range, isWhole: isWhole) }
    case .perturb:
      let width = max(range.upperBound / 2 - range.lowerBound / 2, isWhole ? 1 : 0)
      let size = width * exponent(from: -10, to: 0)
      child.genes[index].change(at: places) { number, _ in
        number + size * (random.nextUnit() * 2 - 1)
      }
    case .scale:
      let factor = exponent(from: -3, to: 3)
      child.genes[index].change(at: places) { number, _ in number * factor }
    case .flip:
      child.genes[index].change(at: places) { number, _ in -number }
    case .interpolate:
      guard let other = random.pick(others.filter { $0.isCompatible(with: child) }) else { return }
      let (weight, target) = (random.nextUnit(), other.genes[index].numbers)
      child.genes[index].change(at: places) { $0 * (1 - weight) + target[$1] * weight }
    case .boundary:
      let numbers = [range.lowerBound, range.upperBound, range.clamped(0)]
      // Sums reach their ends where all numbers are at the same one.
      let common = random.next() % 2 == 0 ? random.pick(numbers) : nil
      child.genes[index].change(at: places) { _, _ in common ?? random.pick(numbers) ?? 0 }
    }
  }

  /// Returns a block of neighbours, scattered places, or all.
  private mutating func somePlaces(of count: Int) -> [Int] {
    switch random.next() % 4 {
    case 0:
      return Array(0..<count)
    case 1:
      let density = exponent(from: -3, to: -1)
      return (0..<count).filter { _ in random.nextUnit() < density }
    case 2:
      return [Int(random.next() % UInt64(count))]
    default:
      let length = max(1, Int(Double(count) * exponent(from: -8, to: 0)))
      let start = Int(random.next() % UInt64(count - length + 1))
      return Array(start..<(start + length))
    }
  }

  /// Returns a power of two whose exponent is evenly spread.
  private mutating func exponent(from low: Int, to high: Int) -> Double {
    let whole = low + Int(random.next() % UInt64(high - low + 1))
    return Double(sign: .plus, exponent: whole, significand: 1)
  }
}

extension SearchCandidate.Gene {
  /// Replaces the numbers at some places, or all, by the allowed ones that are nearest to what
  /// `number` makes of a number and its place.
  fileprivate mutating func change(
    at places: [Int]? = nil, _ number: (_ number: Double, _ place: Int) -> Double
  ) {
    for place in places ?? Array(numbers.indices) {
      numbers[place] = allowed(number(numbers[place], place))
    }
  }
}

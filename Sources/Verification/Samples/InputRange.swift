public import Tensors

/// The numbers that an input of a model takes, both ends included.
public struct InputRange: Hashable, Sendable, Codable {
  public let lowerBound: Double
  public let upperBound: Double

  /// Whether the numbers are whole whatever type they have: places along an axis, for example.
  public let isIndex: Bool

  /// Creates a range; ends that are no finite numbers, or the wrong way round, give nil.
  public init?(_ lowerBound: Double, _ upperBound: Double, isIndex: Bool = false) {
    guard lowerBound.isFinite, upperBound.isFinite, lowerBound <= upperBound else { return nil }
    self.init(checked: lowerBound...upperBound, isIndex: isIndex)
  }

  /// Creates the range of an index of an axis; only zero where the axis has no places.
  public init(placesOf extent: Int) {
    self.init(checked: 0...Double(max(1, extent) - 1), isIndex: true)
  }

  /// Creates the range of a count from 1 to `limit`.
  init(countsTo limit: Int) {
    self.init(checked: 1...Double(max(1, limit)), isIndex: true)
  }

  /// Creates what is made up for a type of which nothing else is known: [-1, 1] for floating-point
  /// numbers, all of the 8-bit integers, and 0 and 1 of the wider ones since they are often indices.
  public init(standardFor type: ElementType) {
    switch type {
    case .int8, .uint8:
      let limits = type.integerRange
      self.init(checked: Double(limits.lowerBound)...Double(limits.upperBound))
    case _ where type.isInteger, .bool: self.init(checked: 0...1)
    default: self.init(checked: -1...1)
    }
  }

  init(checked ends: ClosedRange<Double>, isIndex: Bool = false) {
    lowerBound = ends.lowerBound
    upperBound = ends.upperBound
    self.isIndex = isIndex
  }
}

extension InputRange {
  /// Returns the number of the range that is nearest to `number`.
  func clamped(_ number: Double) -> Double { max(lowerBound, min(number, upperBound)) }

  /// Returns the numbers that lie in both ranges, or the nearest of the other when none does.
  func narrowed(to other: InputRange) -> InputRange {
    let (low, high) = (other.clamped(lowerBound), other.clamped(upperBound))
    return InputRange(checked: low...high, isIndex: isIndex || other.isIndex)
  }

  /// Returns the least range that holds both.
  func union(_ other: InputRange) -> InputRange {
    InputRange(
      checked: min(lowerBound, other.lowerBound)...max(upperBound, other.upperBound),
      isIndex: isIndex && other.isIndex)
  }

  /// The numbers of a list that lie in the range.
  func filter(_ numbers: [Double]) -> [Double] { numbers.filter { clamped($0) == $0 } }
}

extension InputRange {
  /// Learns the range of each input from the finite numbers that samples have for it.
  public static func learnt(from samples: [Sample]) -> [String: InputRange] {
    var ranges: [String: InputRange] = [:]
    for sample in samples {
      for (name, value) in sample.values {
        guard let ends = value.tensor?.extent(finiteOnly: true) else { continue }
        let range = InputRange(checked: ends)
        ranges[name] = ranges[name]?.union(range) ?? range
      }
    }
    return ranges
  }
}

extension SeededRandom {
  /// Returns a number evenly spread over a range, the upper end of fractions excluded.
  mutating func number(in range: InputRange, isWhole: Bool) -> Double {
    guard isWhole || range.isIndex else {
      let unit = nextUnit()
      // Their difference might be infinite.
      return range.lowerBound * (1 - unit) + range.upperBound * unit
    }
    let low = Int64(nearest: range.lowerBound.rounded(.up))
    let high = max(low, Int64(nearest: range.upperBound.rounded(.down)))
    let count = UInt64(bitPattern: high &- low) &+ 1
    let offset = count == 0 ? next() : next() % count
    return Double(low &+ Int64(bitPattern: offset))
  }

  /// Returns one of some elements; nil when there are none.
  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[Int(next() % UInt64(elements.count))]
  }
}

extension Int64 {
  /// Creates the integer that is nearest to a whole number; NaN is zero.
  init(nearest number: Double) {
    self = Int64(exactly: number.rounded()) ?? (number > 0 ? .max : number < 0 ? .min : 0)
  }
}

import FlatBuffers
import FormatSupport

extension MemoryPlan {
  /// Reads the table of a file and checks that no two values lie in each other's way (§7).
  init(
    _ table: FlatTable, _ graph: GraphLayout, _ types: TypeColumns, _ lives: ValueLives
  ) throws(FormatError) {
    let stated = try table.value(of: MemoryPlanTable.alignment)
    let alignment = stated == 0 ? 64 : Int(stated)
    let size = try table.value(of: MemoryPlanTable.arenaSize)
    guard alignment & (alignment - 1) == 0, let arenaSize = Int(exactly: size) else {
      throw FormatError(
        .invalid, "an arena of \(size) bytes aligned to \(alignment) is not possible")
    }
    self.init(arenaSize: arenaSize, alignment: alignment)
    let constantCount = graph.constants.count
    let units = try table.column(
      MemoryPlanTable.offsets, count: graph.valueCount - constantCount)
    var places: [Int: ArenaPlace] = [:]
    for index in 0..<units.count where units[index] > 0 {
      let value = index < graph.inputCount ? index : index + constantCount
      let (offset, overflow) = (units[index] - 1).multipliedReportingOverflow(by: alignment)
      guard let size = Self.size(of: value, graph, types) else {
        throw units.invalid("the size of value \(value) is not known", at: index)
      }
      guard !overflow, offset <= arenaSize, size <= arenaSize - offset else {
        throw units.invalid(
          "\(size) bytes at \(offset) leave the arena of \(arenaSize) bytes", at: index)
      }
      offsets[value] = offset
      let life = lives.life(of: value)
      places[value] = ArenaPlace(
        value: value, bytes: offset..<(offset + size), birth: life.lowerBound,
        death: life.upperBound)
    }
    try readAliases(table, graph, types, lives, &places)
    try ArenaSweep.check(places.values.filter { !$0.bytes.isEmpty })
  }

  private mutating func readAliases(
    _ table: FlatTable, _ graph: GraphLayout, _ types: TypeColumns, _ lives: ValueLives,
    _ places: inout [Int: ArenaPlace]
  ) throws(FormatError) {
    let values = try table.column(MemoryPlanTable.aliasValues)
    let targets = try table.column(MemoryPlanTable.aliasTargets, count: values.count)
    try values.checkAscending()
    try values.check(below: graph.valueCount, "value")
    // Per alias, the value whose place it takes in the end.
    var roots: [Int: Int] = [:]
    for index in 0..<values.count {
      let (value, target) = (values[index], targets[index])
      let root = roots[target] ?? target
      guard target < value, places[value] == nil, let place = places[root],
        let size = Self.size(of: value, graph, types), size <= place.bytes.count
      else {
        throw targets.invalid("value \(value) cannot take the place of \(target)", at: index)
      }
      roots[value] = root
      aliases.append(Alias(value: value, target: target))
      let life = lives.life(of: value)
      places[root]?.birth = min(place.birth, life.lowerBound)
      places[root]?.death = max(place.death, life.upperBound)
    }
  }

  private static func size(
    of value: Int, _ graph: GraphLayout, _ types: TypeColumns
  ) -> Int? {
    guard graph.valueTypes[value] > 0, !graph.constantValues.contains(value) else { return nil }
    return types.byteCount(graph.valueTypes[value] - 1)
  }
}

/// Bytes of the arena that a value has for a time.
struct ArenaPlace {
  var value: Int
  var bytes: Range<Int>
  var birth: UInt32
  var death: UInt32
}

/// Finds values that are in the arena at the same time and place, in `n log n` steps.
///
/// Places come and go in the order of time; as long as none overlap, each new one only has to be
/// compared with the nearest one that starts below its end.
enum ArenaSweep {
  static func check(_ places: [ArenaPlace]) throws(FormatError) {
    // Places that are there together start at different bytes, so they can be named by these.
    let starts = Array(Set(places.map(\.bytes.lowerBound))).sorted()
    let ranks = Dictionary(uniqueKeysWithValues: zip(starts, starts.indices))
    let arrivals = places.sorted { ($0.birth, $0.value) < ($1.birth, $1.value) }
    let departures = places.sorted { ($0.death, $0.value) < ($1.death, $1.value) }
    var present = SparseIndexSet(capacity: starts.count)
    var occupants = [Int: ArenaPlace]()
    var next = 0
    for place in arrivals {
      while next < departures.count, departures[next].death < place.birth {
        let rank = ranks[departures[next].bytes.lowerBound] ?? 0
        present.remove(rank)
        occupants[rank] = nil
        next += 1
      }
      let rank = ranks[place.bytes.lowerBound] ?? 0
      let end = starts.partitionIndex { $0 >= place.bytes.upperBound }
      if let below = present.last(below: end), let other = occupants[below],
        other.bytes.upperBound > place.bytes.lowerBound
      {
        throw FormatError(
          .invalid,
          "values \(other.value) and \(place.value) overlap at byte "
            + "\(max(other.bytes.lowerBound, place.bytes.lowerBound)) of the arena",
          path: ["offsets"])
      }
      present.insert(rank)
      occupants[rank] = place
    }
  }
}

/// A set of small integers that finds the next smaller one in a few steps: a tree of bits.
struct SparseIndexSet {
  private var levels: [[UInt64]]

  init(capacity: Int) {
    var count = max(capacity, 1)
    levels = []
    repeat {
      count = (count + 63) / 64
      levels.append([UInt64](repeating: 0, count: count))
    } while count > 1
  }

  mutating func insert(_ index: Int) {
    var index = index
    for level in levels.indices {
      levels[level][index / 64] |= 1 << UInt64(index % 64)
      index /= 64
    }
  }

  mutating func remove(_ index: Int) {
    var index = index
    for level in levels.indices {
      levels[level][index / 64] &= ~(1 << UInt64(index % 64))
      if levels[level][index / 64] != 0 { return }
      index /= 64
    }
  }

  /// Returns the largest member below `limit`.
  func last(below limit: Int) -> Int? {
    var limit = limit
    for level in levels.indices {
      let (word, bit) = (limit / 64, limit % 64)
      if word < levels[level].count {
        let below = levels[level][word] & ((1 << UInt64(bit)) &- 1)
        if below != 0 { return descend(word * 64 + below.highestBit, from: level) }
      }
      limit = word
    }
    return nil
  }

  private func descend(_ index: Int, from level: Int) -> Int {
    var index = index
    for lower in levels[..<level].reversed() { index = index * 64 + lower[index].highestBit }
    return index
  }
}

extension UInt64 {
  /// The place of the highest bit that is set.
  fileprivate var highestBit: Int { 63 - leadingZeroBitCount }
}

extension [Int] {
  /// Returns the first index at which a condition holds that holds for all later ones too.
  fileprivate func partitionIndex(_ condition: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

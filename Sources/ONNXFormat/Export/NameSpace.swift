/// Names of which each is given once.
struct NameSpace {
  private var taken: Set<String> = []
  private var counters: [String: Int] = [:]

  mutating func reserveCapacity(_ count: Int) { taken.reserveCapacity(count) }

  /// Takes a name; false when it is empty or something has it.
  mutating func take(_ name: String) -> Bool { !name.isEmpty && taken.insert(name).inserted }

  /// Takes a name that nothing has yet, `wanted` or one that begins like it, and returns it.
  ///
  /// Unless `wanted` is free for taking it gets a number at once.
  mutating func claim(_ wanted: String, isFree: Bool = true) -> String {
    if isFree, take(wanted) { return wanted }
    var number = counters[wanted] ?? 1
    while !take("\(wanted)_\(number)") { number += 1 }
    counters[wanted] = number + 1
    return "\(wanted)_\(number)"
  }
}

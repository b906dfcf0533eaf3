import FlatBuffers
import IR
import Tensors

/// Attributes and sets of them by number, each once (§4 of Docs/EdgeFormat.md).
struct AttributeTable {
  private struct Key: Hashable {
    var name: UInt32
    var value: Attribute
  }

  private var names: [UInt32] = []
  private var kinds: [UInt8] = []
  private var firsts: [UInt32] = []
  private var counts: [UInt32] = []
  private var ints: [Int64] = []
  private var floats: [Float] = []
  private var references: [UInt32] = []
  private var setCounts: [UInt32] = []
  private var setMembers: [UInt32] = []
  private var numbers: [Key: UInt32] = [:]
  private var sets: [Attributes: UInt32] = [:]

  /// Returns the number of a set + 1, or 0 when it is empty.
  mutating func number(
    of attributes: Attributes, _ tables: inout SharedTables, blockNumbers: [UInt32]
  ) -> UInt32 {
    guard !attributes.isEmpty else { return 0 }
    if let set = sets[attributes] { return set }
    // Blocks are numbered by graph and belong to one node each.
    var isShared = true
    for (name, value) in attributes {
      let key = Key(name: tables.strings.number(of: name), value: value)
      let hasBlocks = !value.blocks.isEmpty || value.kind == .graphs
      if hasBlocks { isShared = false }
      let known = hasBlocks ? nil : numbers[key]
      let number = known ?? append(key, &tables, blockNumbers)
      if known == nil, !hasBlocks { numbers[key] = number }
      setMembers.append(number)
    }
    setCounts.append(UInt32(attributes.count))
    let set = UInt32(setCounts.count)
    if isShared { sets[attributes] = set }
    return set
  }

  private mutating func append(
    _ key: Key, _ tables: inout SharedTables, _ blockNumbers: [UInt32]
  ) -> UInt32 {
    var kind = key.value.kind.rawValue
    var first: UInt32
    var count = 0
    func list(_ size: Int, in pool: Int) -> UInt32 {
      count = size
      return UInt32(pool)
    }
    switch key.value {
    case .int(let value):
      first = UInt32(ints.count)
      ints.append(value)
    case .float(let value):
      first = UInt32(floats.count)
      floats.append(value)
    case .ints(let values):
      first = list(values.count, in: ints.count)
      ints += values
    case .floats(let values):
      first = list(values.count, in: floats.count)
      floats += values
    case .reference(let name, _):
      kind |= AttributeMark.reference
      first = tables.strings.number(of: name)
    default:
      let (items, isList, mark) = items(of: key.value, &tables, blockNumbers)
      kind |= mark
      first = isList ? list(items.count, in: references.count) : items.first ?? 0
      if isList { references += items }
    }
    names.append(key.name)
    kinds.append(kind)
    firsts.append(first)
    counts.append(UInt32(count))
    return UInt32(names.count - 1)
  }

  /// Returns the numbers of what an attribute holds, and the mark that its kind needs.
  private func items(
    of value: Attribute, _ tables: inout SharedTables, _ blockNumbers: [UInt32]
  ) -> (items: [UInt32], isList: Bool, mark: UInt8) {
    switch value {
    case .string(let string):
      let (items, mark) = tables.numbers(of: [string])
      return (items, false, mark)
    case .strings(let strings):
      let (items, mark) = tables.numbers(of: strings)
      return (items, true, mark)
    case .tensor(let tensor): return ([tables.number(of: tensor)], false, 0)
    case .tensors(let tensors): return (tensors.map { tables.number(of: $0) }, true, 0)
    case .type(let type): return ([tables.number(of: type)], false, 0)
    case .types(let types): return (types.map { tables.number(of: $0) }, true, 0)
    case .block(let block): return ([blockNumbers[block.index]], false, 0)
    case .blocks(let blocks): return (blocks.map { blockNumbers[$0.index] }, true, 0)
    case .int, .float, .ints, .floats, .reference: return ([], false, 0)
    }
  }

  /// Adds the table to a buffer; nil when there are no attributes.
  func add(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTable>? {
    guard !names.isEmpty else { return nil }
    let setMembers = builder.addDerivedColumn(setMembers)
    let setCounts = builder.addColumn(setCounts)
    let references = builder.addColumn(references)
    let floats = builder.addVector(floats)
    let ints = builder.addVector(ints)
    let counts = builder.addDerivedColumn(counts)
    let firsts = builder.addDerivedColumn(firsts)
    let kinds = builder.add(kinds)
    let names = builder.addColumn(names)
    return builder.addTable {
      $0.set(AttributesTable.names, to: names)
      $0.set(AttributesTable.kinds, to: kinds)
      $0.set(AttributesTable.firsts, to: firsts)
      $0.set(AttributesTable.counts, to: counts)
      $0.set(AttributesTable.ints, to: ints)
      $0.set(AttributesTable.floats, to: floats)
      $0.set(AttributesTable.references, to: references)
      $0.set(AttributesTable.setCounts, to: setCounts)
      $0.set(AttributesTable.setMembers, to: setMembers)
    }
  }
}

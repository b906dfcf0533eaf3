import FlatBuffers
import FormatSupport
import IR
import Tensors

/// The attributes of a file and the sets of them, checked (§4 of Docs/EdgeFormat.md).
struct AttributeColumns {
  /// What attributes may name.
  struct Bounds {
    var strings: Int
    var byteStrings: Int
    var tensors: TensorColumns
    var types: Int
  }

  /// The number of sets.
  let setCount: Int

  private let names: Column
  private let kinds: Column
  private let firsts: Column
  private let counts: Column
  private let ints: FlatVector<Int64>
  private let floats: FlatVector<Float>
  private let references: Column
  private let setCounts: Column
  private let setMembers: Column
  private let setStarts: [Int]

  /// Whether members of a set refer to attributes of a function.
  private(set) var setHasReferences: [Bool] = []

  /// The blocks that the members of a set name, for sets that name any.
  private(set) var setBlocks: [Int: [Int]] = [:]

  init(_ table: FlatTable?, _ bounds: Bounds) throws(FormatError) {
    guard let table else {
      let none = Column(zeros: 0, name: "")
      (names, kinds, firsts, counts, references) = (none, none, none, none, none)
      (setCounts, setMembers, setStarts, setCount) = (none, none, [], 0)
      (ints, floats) = (FlatVector(), FlatVector())
      return
    }
    names = try table.column(AttributesTable.names)
    try names.check(below: bounds.strings, "string")
    kinds = try table.bytes(AttributesTable.kinds, count: names.count)
    firsts = try table.column(AttributesTable.firsts, count: names.count)
    counts = try table.column(AttributesTable.counts, count: names.count)
    ints = try table.value(of: AttributesTable.ints) ?? FlatVector()
    floats = try table.value(of: AttributesTable.floats) ?? FlatVector()
    references = try table.column(AttributesTable.references)
    setCounts = try table.column(AttributesTable.setCounts)
    setMembers = try table.column(AttributesTable.setMembers, count: setCounts.sum())
    try setMembers.check(below: names.count, "attribute")
    setCount = setCounts.count
    var start = 0
    setStarts = (0..<setCount).map { [setCounts] set in
      defer { start += setCounts[set] }
      return start
    }
    try checkAttributes(bounds)
    try checkSets(stringCount: bounds.strings)
  }
}

// MARK: - Checks

extension AttributeColumns {
  /// What the items of an attribute are.
  private enum Pool {
    case ints, floats, strings, byteStrings, tensors(sparse: Bool), blocks, types
  }

  /// Returns the pool and whether the value is a list; nil when the kind is not known.
  private static func items(of kind: Int) -> (pool: Pool, isList: Bool)? {
    let mark = Int(AttributeMark.bytes)
    switch Attribute.Kind(rawValue: UInt8(kind & ~mark)) {
    case .string where kind & mark != 0: return (.byteStrings, false)
    case .strings where kind & mark != 0: return (.byteStrings, true)
    case _ where kind & mark != 0, nil: return nil
    case .float: return (.floats, false)
    case .int: return (.ints, false)
    case .string: return (.strings, false)
    case .tensor: return (.tensors(sparse: false), false)
    case .graph: return (.blocks, false)
    case .floats: return (.floats, true)
    case .ints: return (.ints, true)
    case .strings: return (.strings, true)
    case .tensors: return (.tensors(sparse: false), true)
    case .graphs: return (.blocks, true)
    case .sparseTensor: return (.tensors(sparse: true), false)
    case .sparseTensors: return (.tensors(sparse: true), true)
    case .type: return (.types, false)
    case .types: return (.types, true)
    }
  }

  private func checkAttributes(_ bounds: Bounds) throws(FormatError) {
    // Lists ascend in each pool, so that none is read twice.
    var ends = (ints: 0, floats: 0, references: 0)
    for index in 0..<names.count {
      let kind = kinds[index]
      if kind & Int(AttributeMark.reference) != 0 {
        try checkReference(index, bounds)
        continue
      }
      guard let (pool, isList) = Self.items(of: kind) else {
        throw kinds.invalid("kind \(kind) of attributes is not known", at: index)
      }
      guard isList || counts[index] == 0 else {
        throw counts.invalid("an attribute that is no list has a count", at: index)
      }
      switch pool {
      case .ints: try checkRange(index, in: ints.count, isList, &ends.ints)
      case .floats: try checkRange(index, in: floats.count, isList, &ends.floats)
      default:
        if isList { try checkRange(index, in: references.count, true, &ends.references) }
        try checkItems(index, pool, isList, bounds)
      }
    }
  }

  private func checkReference(_ index: Int, _ bounds: Bounds) throws(FormatError) {
    let kind = kinds[index] & ~Int(AttributeMark.reference)
    guard Attribute.Kind(rawValue: UInt8(kind)) != nil else {
      throw kinds.invalid("kind \(kinds[index]) of attributes is not known", at: index)
    }
    guard firsts[index] < bounds.strings, counts[index] == 0 else {
      throw firsts.invalid("string \(firsts[index]) does not exist", at: index)
    }
  }

  private func checkRange(
    _ index: Int, in poolCount: Int, _ isList: Bool, _ end: inout Int
  ) throws(FormatError) {
    let first = firsts[index]
    let count = isList ? counts[index] : 1
    guard first <= poolCount, count <= poolCount - first else {
      throw firsts.invalid("\(count) items from \(first) of \(poolCount) do not exist", at: index)
    }
    guard isList else { return }
    guard first >= end else {
      throw firsts.invalid("a list overlaps the one before", at: index)
    }
    end = first + count
  }

  private func checkItems(
    _ index: Int, _ pool: Pool, _ isList: Bool, _ bounds: Bounds
  ) throws(FormatError) {
    let limit: Int
    switch pool {
    case .strings: limit = bounds.strings
    case .byteStrings: limit = bounds.byteStrings
    case .tensors: limit = bounds.tensors.count
    case .types: limit = bounds.types
    // The graphs of the nodes say how many there are.
    case .blocks, .ints, .floats: return
    }
    for item in itemNumbers(index, isList) {
      guard item < limit else {
        throw firsts.invalid("item \(item) does not exist, there are \(limit)", at: index)
      }
      guard case .tensors(let sparse) = pool else { continue }
      guard isList || bounds.tensors.isSparse(item) == sparse else {
        throw kinds.invalid("tensor \(item) does not fit kind \(kinds[index])", at: index)
      }
    }
  }

  private func itemNumbers(_ index: Int, _ isList: Bool) -> [Int] {
    guard isList else { return [firsts[index]] }
    return (firsts[index]..<(firsts[index] + counts[index])).map { references[$0] }
  }

  private mutating func checkSets(stringCount: Int) throws(FormatError) {
    var latestSet = [Int32](repeating: -1, count: stringCount)
    var hasOwner = [Bool](repeating: false, count: names.count)
    setHasReferences = [Bool](repeating: false, count: setCount)
    for set in 0..<setCount {
      for place in setStarts[set]..<(setStarts[set] + setCounts[set]) {
        let member = setMembers[place]
        guard latestSet[names[member]] != Int32(set) else {
          throw setMembers.invalid("an attribute has the name of another one of its set", at: place)
        }
        latestSet[names[member]] = Int32(set)
        let kind = kinds[member]
        if kind & Int(AttributeMark.reference) != 0 {
          setHasReferences[set] = true
        } else if case (.blocks, let isList)? = Self.items(of: kind) {
          guard !hasOwner[member] else {
            throw setMembers.invalid("a subgraph belongs to two sets of attributes", at: place)
          }
          hasOwner[member] = true
          setBlocks[set, default: []] += itemNumbers(member, isList)
        }
      }
    }
  }
}

// MARK: - Making attributes

extension AttributeColumns {
  /// What attributes are made of.
  struct Parts {
    var strings: [String]
    var byteStrings: [ByteString]
    var tensors: [Tensor]
    var types: [ValueType]
  }

  /// Returns the sets that name no blocks; those that do are empty here.
  func makeSets(_ parts: Parts) -> [Attributes] {
    let values = (0..<names.count).map { value(of: $0, parts) { _ in nil } }
    return (0..<setCount).map { set in
      guard setBlocks[set] == nil else { return Attributes() }
      return Attributes(
        distinct: members(of: set).compactMap { member in
          values[member].map { (parts.strings[names[member]], $0) }
        })
    }
  }

  /// Returns a set whose members name blocks.
  func makeSet(_ set: Int, _ parts: Parts, blocks: [BlockID]) -> Attributes {
    Attributes(
      distinct: members(of: set).compactMap { member in
        value(of: member, parts) { blocks[$0] }.map { (parts.strings[names[member]], $0) }
      })
  }

  private func members(of set: Int) -> [Int] {
    (setStarts[set]..<(setStarts[set] + setCounts[set])).map { setMembers[$0] }
  }

  private func value(
    of index: Int, _ parts: Parts, _ block: (Int) -> BlockID?
  ) -> Attribute? {
    let kind = kinds[index]
    let first = firsts[index]
    if kind & Int(AttributeMark.reference) != 0 {
      let raw = UInt8(kind & ~Int(AttributeMark.reference))
      return Attribute.Kind(rawValue: raw).map { .reference(name: parts.strings[first], kind: $0) }
    }
    guard let (pool, isList) = Self.items(of: kind) else { return nil }
    let range = first..<(first + counts[index])
    switch pool {
    case .ints: return isList ? .ints(Array(ints[range])) : .int(ints[first])
    case .floats: return isList ? .floats(Array(floats[range])) : .float(floats[first])
    default: break
    }
    let items = itemNumbers(index, isList)
    switch pool {
    case .strings:
      let strings = items.map { ByteString(parts.strings[$0]) }
      return isList ? .strings(strings) : .string(strings[0])
    case .byteStrings:
      let strings = items.map { parts.byteStrings[$0] }
      return isList ? .strings(strings) : .string(strings[0])
    case .tensors:
      let tensors = items.map { parts.tensors[$0] }
      return isList ? .tensors(tensors) : .tensor(tensors[0])
    case .types:
      let types = items.map { parts.types[$0] }
      return isList ? .types(types) : .type(types[0])
    case .blocks:
      let blocks = items.compactMap(block)
      guard blocks.count == items.count else { return nil }
      return isList ? .blocks(blocks) : .block(blocks[0])
    case .ints, .floats: return nil
    }
  }
}

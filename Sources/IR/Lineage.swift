/// A node of the model that a graph was made from.
public struct SourceNode: Hashable, Sendable {
  public var name: String
  public var operatorID: OperatorID

  public init(name: String, operatorID: OperatorID) {
    self.name = name
    self.operatorID = operatorID
  }
}

/// Which nodes of the source model a node stands for: indices into ``Graph/sources``.
public struct Lineage: Hashable, Sendable {
  // Nearly every node stands for exactly one: only the others need an array.
  private var first: UInt32?
  private var rest: [UInt32] = []

  /// Creates the lineage of a node that stands for nothing in the source.
  public init() {}

  /// Creates the lineage of a node that stands for one node of the source.
  public init(_ source: Int) { first = UInt32(source) }

  /// Creates the lineage of a node that stands for several nodes of the source.
  public init(_ sources: some Sequence<Int>) {
    for source in sources { insert(UInt32(source)) }
  }

  /// The indices, ascending and without repetition.
  public var sources: [Int] { ([first].compactMap { $0 } + rest).map(Int.init) }

  public var isEmpty: Bool { first == nil }

  /// Adds the sources of another node, whose place this one takes.
  public mutating func formUnion(_ other: Lineage) {
    guard let added = other.first else { return }
    insert(added)
    for source in other.rest { insert(source) }
  }

  private mutating func insert(_ source: UInt32) {
    guard let first else {
      self.first = source
      return
    }
    guard source != first else { return }
    if source < first {
      rest.insert(first, at: 0)
      self.first = source
    } else if rest.last.map({ $0 < source }) ?? true {
      rest.append(source)
    } else {
      let index = rest.firstIndex { $0 >= source } ?? rest.count
      if rest[index] != source { rest.insert(source, at: index) }
    }
  }
}

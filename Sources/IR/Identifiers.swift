/// The identity of a node in one graph.
public struct NodeID: Hashable, Sendable {
  let rawValue: Int32

  /// The place in tables that are indexed by node, below ``Graph/nodeCapacity``.
  public var index: Int { Int(rawValue) }
}

/// The identity of a value in one graph.
public struct ValueID: Hashable, Sendable {
  let rawValue: Int32

  /// The place in tables that are indexed by value, below ``Graph/valueCapacity``.
  public var index: Int { Int(rawValue) }
}

/// The identity of a block in one graph.
public struct BlockID: Hashable, Sendable {
  let rawValue: Int32

  /// The place in tables that are indexed by block, below ``Graph/blockCapacity``.
  public var index: Int { Int(rawValue) }
}

/// One operation of a graph: data only, its meaning is in the operator registry.
///
/// The values that it reads and computes belong to the graph; see ``Graph/inputs(of:)-(NodeID)``.
public struct Node: Hashable, Sendable {
  public var operatorID: OperatorID
  public var attributes: Attributes

  /// The name for people; empty when the model gives none.
  public var name: String

  /// The nodes of the source model that this node stands for.
  public var lineage: Lineage

  public init(
    _ operatorID: OperatorID, attributes: Attributes = [:], name: String = "",
    lineage: Lineage = Lineage()
  ) {
    self.operatorID = operatorID
    self.attributes = attributes
    self.name = name
    self.lineage = lineage
  }
}

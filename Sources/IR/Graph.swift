import Tensors

/// A dataflow graph: a value type, so a caller keeps the original for free.
///
/// Nodes, values and blocks lie in tables and are named by ids. A *block* is a sequence of nodes
/// with inputs and outputs: the body of the graph, or a subgraph of a node (ONNX If, Loop, Scan).
/// All blocks share one space of values, so that an inner node uses an outer value by its id.
/// Every use of a value is in a list of that value; the nodes of a block are a linked list. Reading
/// is here, every change in `Graph+Editing.swift`.
public struct Graph: Sendable {
  /// The name of the graph for people.
  public var name = ""

  /// The nodes of the model that the graph was made from; ``Node/lineage`` points here.
  public var sources: [SourceNode] = []

  /// The sources of nodes that were removed and stand for nothing that is left.
  public internal(set) var removedSources = Lineage()

  var operatorTable = OperatorTable()
  var nodeRecords: [NodeRecord] = []
  var valueRecords: [ValueRecord] = []
  var blockRecords: [BlockRecord] = []
  var operands: [Operand] = []
  var results: [Int32] = []
  var nodeAnnotations: [NodeID: Annotations] = [:]
  var valueAnnotations: [ValueID: Annotations] = [:]
  var blockAnnotations: [BlockID: Annotations] = [:]

  /// Creates a graph whose body is empty.
  public init() { blockRecords.append(BlockRecord(owner: Self.none)) }

  /// The block that the graph computes.
  public var body: BlockID { BlockID(rawValue: 0) }
}

// MARK: - Tables

extension Graph {
  static var none: Int32 { -1 }

  struct NodeRecord: Sendable {
    var node: Node
    /// The index of the node's operator in the table of operators.
    var operatorIndex: Int32
    /// The block, or `none` when the node was removed.
    var block: Int32
    var previous = Graph.none
    var next = Graph.none
    var firstOperand: Int32
    var operandCount: Int32
    var firstResult: Int32
    var resultCount: Int32
  }

  struct BlockRecord: Sendable {
    var name = ""
    /// The node with this subgraph; `none` for the body and for blocks that no node has yet.
    var owner: Int32
    var isRemoved = false
    var firstNode = Graph.none
    var lastNode = Graph.none
    var nodeCount = 0
    var inputs: [ValueID] = []
    var firstOperand: Int32 = 0
    var operandCount: Int32 = 0
    var outputNames: [String] = []
  }

  struct ValueRecord: Sendable {
    var name: String
    var type: ValueType?
    var constant: Tensor?
    var origin: Origin
    var firstUse = Graph.none
  }

  enum Origin: Sendable {
    case removed
    case node(Int32, result: Int32)
    case input(block: Int32)
    case constant(block: Int32)
  }

  /// One use of a value: a link of the list of its uses.
  struct Operand: Sendable {
    var value: Int32
    /// A node, or a block's outputs as the complement of the block.
    var user: Int32
    var position: Int32
    var previous = Graph.none
    var next = Graph.none
  }
}

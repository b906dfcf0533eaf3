/// Visits the nodes of a block and of all subgraphs in execution order.
///
/// Takes time in proportion to what it visits and recurses nowhere, however deep blocks lie in
/// each other. A block that several attributes name is visited once.
struct GraphWalk {
  enum Event {
    case enter(BlockID)
    /// A node, before its subgraphs.
    case node(NodeID)
    /// A node whose subgraphs have been visited.
    case finish(NodeID)
    /// An attribute names a block that was visited before, or is being visited.
    case revisit(BlockID, from: NodeID)
    case leave(BlockID)
  }

  private struct Frame {
    var block: BlockID
    /// The node whose subgraphs are being visited.
    var node: NodeID?
    var upcoming: NodeID?
    /// Whether the end of the block has been told.
    var isLeft = false
    /// The subgraphs of the node that are still to be visited, last one first.
    var blocks: [BlockID] = []
  }

  private let graph: Graph
  private var frames: [Frame] = []
  private var pending: BlockID?
  private var frameOfBlock: [Int32]
  private(set) var hasVisited: [Bool]

  /// Starts before `block`.
  init(_ graph: Graph, from block: BlockID) {
    self.graph = graph
    frameOfBlock = Array(repeating: Graph.none, count: graph.blockCapacity)
    hasVisited = Array(repeating: false, count: graph.blockCapacity)
    pending = block
  }

  /// Whether the walk is inside of a block, or of one of its subgraphs.
  func isInside(_ block: BlockID) -> Bool { frameOfBlock[block.index] != Graph.none }

  /// The node of `block` that the walk is at, or in whose subgraphs it is; nil at its end.
  func node(in block: BlockID) -> NodeID? {
    let frame = frameOfBlock[block.index]
    return frame == Graph.none ? nil : frames[Int(frame)].node
  }

  /// Starts again before another block; what was visited is not visited again.
  mutating func restart(from block: BlockID) { pending = block }

  mutating func next() -> Event? {
    if let block = pending {
      pending = nil
      return enter(block)
    }
    guard !frames.isEmpty else { return nil }
    let last = frames.count - 1
    if let node = frames[last].node {
      guard let block = frames[last].blocks.popLast() else {
        frames[last].node = nil
        return .finish(node)
      }
      return hasVisited[block.index] ? .revisit(block, from: node) : enter(block)
    }
    guard let node = frames[last].upcoming else {
      let block = frames[last].block
      guard frames[last].isLeft else {
        frames[last].isLeft = true
        return .leave(block)
      }
      frames.removeLast()
      frameOfBlock[block.index] = Graph.none
      return next()
    }
    frames[last].node = node
    frames[last].upcoming = graph.node(after: node)
    frames[last].blocks = graph.blocks(of: node).reversed()
    return .node(node)
  }

  private mutating func enter(_ block: BlockID) -> Event {
    hasVisited[block.index] = true
    frameOfBlock[block.index] = Int32(frames.count)
    frames.append(Frame(block: block, upcoming: graph.firstNode(in: block)))
    return .enter(block)
  }
}

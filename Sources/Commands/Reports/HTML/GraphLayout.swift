/// Places for the nodes of a graph without cycles, in layers from top to bottom.
///
/// A node's layer is the longest way to it. Edges over several layers are led around the nodes of
/// those between. Within a layer nodes lie below what they depend on, as far as there is room.
struct GraphLayout {
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  static let boxWidth = 128.0
  static let boxHeight = 34.0
  private static let columnGap = 18.0
  private static let bendWidth = 14.0
  private static let layerHeight = 58.0
  /// How many bends there are at most, over all edges: further edges are straight.
  private static let bendLimit = 20_000

  /// The centers of the nodes.
  private(set) var places: [Point] = []
  /// The points that each edge passes, its ends included.
  private(set) var routes: [[Point]] = []
  private(set) var width = 0.0
  private(set) var height = 0.0

  /// A node, or a bend of an edge.
  private struct Slot {
    var layer: Int
    var x = 0.0
    var width: Double
    var above: [Int] = []
    var below: [Int] = []
  }

  /// Lays out nodes of which every edge leads from a lower to a higher number.
  init(nodeCount: Int, edges: [(from: Int, to: Int)]) {
    var slots = Self.layered(nodeCount, edges)
    let chains = Self.insertBends(edges, &slots)
    let layers = Self.order(&slots)
    for isDownward in [true, false, true] { Self.align(layers, &slots, isDownward: isDownward) }
    let left = slots.map { $0.x - $0.width / 2 }.min() ?? 0
    let right = slots.map { $0.x + $0.width / 2 }.max() ?? 0
    width = right - left + 2 * Self.columnGap
    height = Double(layers.count) * Self.layerHeight
    func point(_ slot: Int) -> Point {
      Point(
        x: slots[slot].x - left + Self.columnGap,
        y: (Double(slots[slot].layer) + 0.5) * Self.layerHeight)
    }
    places = (0..<nodeCount).map(point)
    let half = Self.boxHeight / 2
    routes = chains.map { chain in
      var points = chain.map(point)
      if !points.isEmpty {
        points[0].y += half
        points[points.count - 1].y -= half
      }
      return points
    }
  }

  private static func layered(_ nodeCount: Int, _ edges: [(from: Int, to: Int)]) -> [Slot] {
    var slots = [Slot](
      repeating: Slot(layer: 0, width: boxWidth + columnGap), count: nodeCount)
    var successors = [[Int]](repeating: [], count: nodeCount)
    var hasPredecessor = [Bool](repeating: false, count: nodeCount)
    for edge in edges {
      successors[edge.from].append(edge.to)
      hasPredecessor[edge.to] = true
    }
    for node in 0..<nodeCount {
      for next in successors[node] {
        slots[next].layer = max(slots[next].layer, slots[node].layer + 1)
      }
    }
    // What depends on nothing lies next to what needs it, not at the far top.
    for node in 0..<nodeCount where !hasPredecessor[node] {
      let nearest = successors[node].map { slots[$0].layer }.min() ?? 1
      slots[node].layer = max(0, nearest - 1)
    }
    return slots
  }

  /// Links the slots, with bends where an edge passes layers, and returns the slots of each edge.
  private static func insertBends(
    _ edges: [(from: Int, to: Int)], _ slots: inout [Slot]
  ) -> [[Int]] {
    var bendCount = 0
    return edges.map { edge in
      var chain = [edge.from]
      let next = slots[edge.from].layer + 1
      let between = next..<max(slots[edge.to].layer, next)
      if bendCount + between.count <= bendLimit {
        bendCount += between.count
        for layer in between {
          chain.append(slots.count)
          slots.append(Slot(layer: layer, width: bendWidth))
        }
      }
      chain.append(edge.to)
      for (upper, lower) in zip(chain, chain.dropFirst()) {
        slots[upper].below.append(lower)
        slots[lower].above.append(upper)
      }
      return chain
    }
  }

  /// The slots of each layer from left to right: below the mean of those above.
  private static func order(_ slots: inout [Slot]) -> [[Int]] {
    let depth = (slots.map(\.layer).max() ?? -1) + 1
    var layers = [[Int]](repeating: [], count: depth)
    for index in slots.indices { layers[slots[index].layer].append(index) }
    for layer in layers.indices { align(&layers[layer], &slots, isDownward: true, sorts: true) }
    return layers
  }

  private static func align(_ layers: [[Int]], _ slots: inout [Slot], isDownward: Bool) {
    for layer in isDownward ? layers : layers.reversed() {
      var layer = layer
      align(&layer, &slots, isDownward: isDownward, sorts: false)
    }
  }

  /// Moves the slots of a layer to where their neighbours are, without one covering another.
  ///
  /// The mean of two placements, the one from the left and the one from the right, keeps the gaps
  /// of both.
  private static func align(
    _ layer: inout [Int], _ slots: inout [Slot], isDownward: Bool, sorts: Bool
  ) {
    var wanted: [Int: Double] = [:]
    for slot in layer {
      let neighbours = isDownward ? slots[slot].above : slots[slot].below
      let sum = neighbours.reduce(0) { $0 + slots[$1].x }
      wanted[slot] = neighbours.isEmpty ? slots[slot].x : sum / Double(neighbours.count)
    }
    if sorts { layer.sort { (wanted[$0] ?? 0, $0) < (wanted[$1] ?? 0, $1) } }
    func gap(_ left: Int, _ right: Int) -> Double { (slots[left].width + slots[right].width) / 2 }
    var (lefts, rights) = (layer.map { wanted[$0] ?? 0 }, layer.map { wanted[$0] ?? 0 })
    for index in layer.indices.dropFirst() {
      lefts[index] = max(lefts[index], lefts[index - 1] + gap(layer[index - 1], layer[index]))
    }
    for index in layer.indices.dropLast().reversed() {
      rights[index] = min(rights[index], rights[index + 1] - gap(layer[index], layer[index + 1]))
    }
    for index in layer.indices { slots[layer[index]].x = (lefts[index] + rights[index]) / 2 }
  }
}

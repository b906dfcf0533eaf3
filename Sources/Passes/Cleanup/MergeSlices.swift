import IR
import Tensors

extension RewritePass {
  /// Merges slices along different axes, and takes blocks of an image apart at once.
  ///
  ///     a = Slice(x, [1], [3], [2])
  ///     y = Slice(a, [0], [9], [3])           →     y = Slice(x, [1, 0], [3, 9], [2, 3], [1, 1])
  ///
  ///     y = Concat(x[:, :, 0::2, 0::2], x[:, :, 0::2, 1::2],
  ///                x[:, :, 1::2, 0::2], x[:, :, 1::2, 1::2])
  ///                                           →     y = SpaceToDepth(x) {blocksize = 2}
  ///
  /// Blocks in another order are put in it by a Gather.
  static let mergeSlices = RewritePass(
    "merge-slices", "Merge slices of one value", .exact,
    rules: [
      RewriteRule(of: "Slice") { node, model in
        let graph = model.graph
        guard let first = graph.producer(of: graph.input(0, of: node), named: "Slice"),
          let source = graph.input(0, of: first), let inner = SliceRanges(of: first, in: graph),
          let outer = SliceRanges(of: node, in: graph),
          Set(inner.axes).isDisjoint(with: outer.axes)
        else { return nil }
        return { $0.graph.slice(source, inner + outer, insteadOf: first, by: node) }
      },
      RewriteRule(of: "Concat") { node, model in
        guard let blocks = ImageBlocks(joinedBy: node, in: model.graph) else { return nil }
        return { $0.graph.take(blocks, insteadOf: node) }
      },
    ])
}

/// What a Slice takes along some axes.
private struct SliceRanges {
  var axes: [Int] = []
  var starts: [Int] = []
  var ends: [Int] = []
  var steps: [Int] = []

  /// Describes a Slice; nil where it depends on data or its axes are not known.
  init?(of slice: NodeID, in graph: Graph) {
    guard let rank = graph.shape(of: graph.input(0, of: slice))?.rank,
      let starts = graph.integers(1, of: slice), let ends = graph.integers(2, of: slice)
    else { return nil }
    let list = { (index: Int, absent: [Int]) in
      graph.input(index, of: slice) == nil ? absent : graph.integers(index, of: slice)
    }
    guard let axes = list(3, Array(starts.indices)),
      let steps = list(4, starts.map { _ in 1 }),
      [axes.count, ends.count, steps.count].allSatisfy({ $0 == starts.count }),
      axes.allSatisfy({ (-rank..<rank).contains($0) })
    else { return nil }
    self.axes = axes.map { $0 < 0 ? $0 + rank : $0 }
    (self.starts, self.ends, self.steps) = (starts, ends, steps)
  }

  private init() {}

  /// What one takes of what the other took, along other axes.
  static func + (left: SliceRanges, right: SliceRanges) -> SliceRanges {
    var sum = SliceRanges()
    sum.axes = left.axes + right.axes
    sum.starts = left.starts + right.starts
    sum.ends = left.ends + right.ends
    sum.steps = left.steps + right.steps
    return sum
  }

  /// The inputs of a Slice behind its data.
  var operands: [[Int]] { [starts, ends, axes, steps] }
}

/// An image of which each slice has one element of every block of `size` by `size`.
private struct ImageBlocks {
  let image: ValueID
  let size: Int
  /// For each part of the result which place in a block it has, row by row.
  let places: [Int]
  let channels: Int

  /// Describes what a Concat joins; nil where it is something else.
  init?(joinedBy concat: NodeID, in graph: Graph) {
    let parts = graph.inputs(of: concat)
    guard graph[concat].attributes["axis"] == .int(1), parts.count > 3,
      let first = graph.producer(of: parts[0], named: "Slice"),
      let image = graph.input(0, of: first),
      let extents = graph.shape(of: image)?.dimensions.map(\.fixedValue), extents.count == 4,
      let channels = extents[1], let height = extents[2], let width = extents[3]
    else { return nil }
    let size = (2...8).first { $0 * $0 == parts.count } ?? 0
    guard size > 0, height % size == 0, width % size == 0 else { return nil }
    var places: [Int] = []
    for part in parts {
      guard let slice = graph.producer(of: part, named: "Slice"),
        graph.soleUser(of: part) == concat, graph.input(0, of: slice) == image,
        let ranges = SliceRanges(of: slice, in: graph),
        let place = ranges.place(inBlocksOf: size, height, width)
      else { return nil }
      places.append(place)
    }
    guard Set(places).count == parts.count else { return nil }
    self.image = image
    self.size = size
    self.places = places
    self.channels = channels
  }
}

extension SliceRanges {
  /// Which element of each block of an image is taken, counted row by row; nil for other slices.
  fileprivate func place(inBlocksOf size: Int, _ height: Int, _ width: Int) -> Int? {
    guard axes.sorted() == [2, 3], steps.allSatisfy({ $0 == size }) else { return nil }
    var place = [0, 0]
    for (index, axis) in axes.enumerated() {
      guard (0..<size).contains(starts[index]), ends[index] >= (axis == 2 ? height : width) else {
        return nil
      }
      place[axis - 2] = starts[index]
    }
    return place[0] * size + place[1]
  }
}

extension Graph {
  /// Lets a Slice take its part of what another one took it from.
  fileprivate mutating func slice(
    _ source: ValueID, _ ranges: SliceRanges, insteadOf first: NodeID, by node: NodeID
  ) {
    let former = inputs(of: node).dropFirst().compactMap { $0 }
    let block = block(of: node)
    let operands = ranges.operands.map { numbers -> ValueID? in
      addConstant(Tensor(shape: [numbers.count], scalars: numbers.map(Int64.init)), in: block)
    }
    setInputs([source] + operands, of: node)
    let lineage = self[first].lineage
    update(node) { $0.lineage.formUnion(lineage) }
    removeUnused(first, leavingLineageTo: node)
    for value in former where contains(value) && isConstant(value) && !hasUses(value) {
      removeConstant(value)
    }
  }

  /// Takes an image apart in the place of a Concat of its slices.
  fileprivate mutating func take(_ blocks: ImageBlocks, insteadOf concat: NodeID) {
    guard
      let parts = insert(
        .newest("SpaceToDepth"), [blocks.image],
        attributes: ["blocksize": .int(Int64(blocks.size))], before: concat)
    else { return }
    guard blocks.places != blocks.places.sorted() else { return replace(concat, with: parts) }
    let channels = blocks.places.flatMap { place in
      (0..<blocks.channels).map { Int64(place * blocks.channels + $0) }
    }
    let indices = addConstant(
      Tensor(shape: [channels.count], scalars: channels), in: block(of: concat))
    let ordered = insert(
      .newest("Gather"), [parts, indices], attributes: ["axis": .int(1)], before: concat)
    if let ordered { replace(concat, with: ordered) }
  }
}

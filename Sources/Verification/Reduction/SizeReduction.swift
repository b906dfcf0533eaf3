import IR
import Tensors

/// Makes tensors smaller: an extent that occurs in inputs and constants becomes a smaller number
/// wherever it occurs.
///
/// No rule says which extents of an operator belong together. Those that do are the same number, so
/// that all axes of one extent shrink at once, and where that is not enough the numbers in attributes
/// and lists of sizes too; whether the result is a model, and differs, an execution shows.
public struct SizeReduction {
  /// An extent that became smaller.
  public struct Step: Hashable, Sendable {
    public let from: Int
    public let to: Int
  }

  let trial: ReductionTrial
  let constants: ConstantPairs

  /// Which elements stay.
  private enum Anchor: CaseIterable {
    /// Those around the output's worst element.
    case worstElement
    /// Those around the first element of a constant that the models do not share.
    case changedElement
    /// The first ones.
    case start
  }

  /// Shrinks one extent after the other, the largest first; those that cannot become smaller are
  /// tried once more when the others have.
  func run(on reproducer: inout Reproducer) -> [Step] {
    var steps: [Step] = []
    for _ in 0..<2 {
      let count = steps.count
      var settled: Set<Int> = [0, 1]
      while let extent = reproducer.extents.subtracting(settled).max() {
        settled.insert(extent)
        guard let size = shrink(extent, of: &reproducer) else { continue }
        steps.append(Step(from: extent, to: size))
      }
      if steps.count == count { break }
    }
    return steps
  }

  /// Returns the smallest size that an extent can have, having given it that.
  ///
  /// Small sizes come first: they are executed quickly.
  private func shrink(_ extent: Int, of reproducer: inout Reproducer) -> Int? {
    let sizes = (1..<extent).filter { $0 & ($0 - 1) == 0 || extent % $0 == 0 }
    for size in sizes {
      for changesNumbers in [false, true] {
        anchors: for anchor in Anchor.allCases {
          var change = SizeChange(
            extent: extent, size: size, changesNumbers: changesNumbers, constants: constants)
          change.start = start(anchor, of: reproducer, extent, size)
          guard let changed = change.applied(to: reproducer) else { continue }
          switch trial.outcome(of: changed) {
          case .kept(let kept):
            reproducer = kept
            return size
          case .lost: continue
          case .invalid: break anchors
          }
        }
      }
    }
    return nil
  }

  /// Returns where along an axis the elements that stay begin.
  private func start(
    _ anchor: Anchor, of reproducer: Reproducer, _ extent: Int, _ size: Int
  ) -> (SizeChange.Place) -> Int {
    let worst = anchor == .start ? nil : reproducer.worstPosition
    return { place in
      var center = worst?.position(onAxis: place.axis, ofExtent: extent) ?? 0
      if anchor == .changedElement, let index = place.constant,
        let tensors = reproducer.sharedTensors(of: constants.pairs[index]),
        let element = tensors.changed.first
      {
        center = Tensor.position(of: element, in: tensors.reference.shape)[place.axis]
      }
      return min(max(0, center - size / 2), extent - size)
    }
  }
}

/// A smaller number for an extent, in the whole of a reproducer.
private struct SizeChange {
  /// An axis of a tensor that is made shorter.
  struct Place {
    let axis: Int
    /// The place of the tensor among the constants; nil for an input.
    let constant: Int?
  }

  let extent: Int
  let size: Int
  /// Whether numbers in attributes and in lists of sizes change too.
  let changesNumbers: Bool
  let constants: ConstantPairs
  /// Where along an axis the elements that stay begin.
  var start: (Place) -> Int = { _ in 0 }

  /// Returns the changed reproducer; nil where that is the same.
  func applied(to reproducer: Reproducer) -> Reproducer? {
    var result = reproducer
    var isChanged = false
    for (name, value) in reproducer.sample.values {
      guard let tensor = value.tensor, let smaller = shortened(tensor, constant: nil) else {
        continue
      }
      result.sample.values[name] = .tensor(smaller)
      isChanged = true
    }
    for (index, pair) in constants.pairs.enumerated() {
      let isShorter = shorten(pair.reference, index, of: &result.reference.graph)
      isChanged =
        shorten(pair.candidate, index, of: &result.candidate.graph) || isShorter || isChanged
    }
    guard isChanged else { return nil }
    if changesNumbers {
      let isOther = changeAttributes(of: &result.reference.graph)
      guard changeAttributes(of: &result.candidate.graph) || isOther || hasLists(reproducer) else {
        return nil
      }
    }
    return result
  }

  private func shorten(_ value: ValueID?, _ index: Int, of graph: inout Graph) -> Bool {
    guard let value, let tensor = graph.constant(of: value),
      let smaller = shortened(tensor, constant: index)
    else { return false }
    graph.setConstant(smaller, of: value)
    return true
  }

  private func shortened(_ tensor: Tensor, constant: Int?) -> Tensor? {
    guard !tensor.isListOfSizes else {
      return changesNumbers ? tensor.replacing(extent, with: size) : nil
    }
    var result: Tensor?
    for axis in tensor.shape.indices where tensor.shape[axis] == extent {
      let start = start(Place(axis: axis, constant: constant))
      result = (result ?? tensor).window(from: start, count: size, along: axis)
      if result == nil { return nil }
    }
    return result
  }

  private func changeAttributes(of graph: inout Graph) -> Bool {
    var isChanged = false
    for node in graph.blocks.flatMap({ Array(graph.nodes(in: $0)) }) {
      for (name, value) in graph[node].attributes {
        let changed: Attribute
        switch value {
        case .int(let number) where number == extent: changed = .int(Int64(size))
        case .ints(let numbers) where numbers.contains(Int64(extent)):
          changed = .ints(numbers.map { $0 == extent ? Int64(size) : $0 })
        default: continue
        }
        graph.update(node) { $0.attributes[name] = changed }
        isChanged = true
      }
    }
    return isChanged
  }

  /// Whether a list of sizes of a reproducer has the extent.
  private func hasLists(_ reproducer: Reproducer) -> Bool {
    reproducer.tensors.contains { $0.isListOfSizes && $0.replacing(extent, with: size) != nil }
  }
}

extension Reproducer {
  /// The tensors of the sample and of both models.
  fileprivate var tensors: [Tensor] {
    let constants = [reference.graph, candidate.graph].flatMap { graph in
      graph.values.filter(graph.isConstant).compactMap(graph.constant)
    }
    return sample.values.values.compactMap(\.tensor) + constants
  }

  /// The extents of the axes of all tensors.
  fileprivate var extents: Set<Int> {
    Set(tensors.filter { !$0.isListOfSizes }.flatMap(\.shape))
  }

  /// Where the output's worst element is.
  fileprivate var worstPosition: WorstPosition? {
    guard let figures = difference.comparison.comparison, let index = figures.worstIndex else {
      return nil
    }
    return WorstPosition(
      shape: figures.referenceShape,
      position: Tensor.position(of: index, in: figures.referenceShape))
  }
}

/// The place of an element of an output.
private struct WorstPosition {
  let shape: [Int]
  let position: [Int]

  /// Returns the position along the axis of a tensor: that of the same axis where it has the extent, or
  /// of the first axis that does; nil where there is none.
  func position(onAxis axis: Int, ofExtent extent: Int) -> Int? {
    if axis < shape.count, shape[axis] == extent { return position[axis] }
    return shape.firstIndex(of: extent).map { position[$0] }
  }
}

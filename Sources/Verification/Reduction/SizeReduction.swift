import IR
import Tensors

/// Makes tensors smaller: an extent that occurs in inputs and constants becomes a smaller number
/// wherever it occurs.
///
/// No rule says which extents of an operator belong together. Those that do are the same number, so
/// that all axes of one extent shrink at once, and where that is not enough the numbers in
/// attributes and lists of sizes too, and then what is a multiple of the extent, as the gates of a
/// recurrent layer are of its hidden size. Whether the result is a model, and differs, an execution
/// shows.
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
    let hasMultiples = reproducer.extents.contains { $0 > extent && $0 % extent == 0 }
    for size in sizes {
      for reach in SizeChange.Reach.allCases where hasMultiples || reach != .multiples {
        anchors: for anchor in Anchor.allCases {
          let change = SizeChange(
            extent: extent, size: size, reach: reach, constants: constants,
            start: start(anchor, of: reproducer, extent, size))
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
        center = Tensor.position(of: element, in: tensors.reference.shape)[place.axis] % extent
      }
      return min(max(0, center - size / 2), extent - size)
    }
  }
}

extension Reproducer {
  /// The tensors of the sample and of both models.
  private var tensors: [Tensor] {
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

  /// Returns the position along the axis of a tensor: that of the same axis where it has the
  /// extent, or of the first axis that does; nil where there is none.
  func position(onAxis axis: Int, ofExtent extent: Int) -> Int? {
    if axis < shape.count, shape[axis] == extent { return position[axis] }
    return shape.firstIndex(of: extent).map { position[$0] }
  }
}

import IR
import Tensors

extension OperatorFamily {
  /// Operators that select among the boxes which a detector proposes.
  static let boxSelection = OperatorFamily("box selection", [.nonMaxSuppression])
}

/// A box by its sides, and its area.
private struct Box<Scalar: RealScalar> {
  let left: Scalar
  let right: Scalar
  let top: Scalar
  let bottom: Scalar
  let area: Scalar

  /// Creates a box from two opposite corners `y, x, y, x`, or from its center, width and height.
  init(_ numbers: Slice<UnsafeBufferPointer<Scalar>>, isCentered: Bool) {
    let start = numbers.startIndex
    let (a, b) = (numbers[start], numbers[start + 1])
    let (c, d) = (numbers[start + 2], numbers[start + 3])
    if isCentered {
      (left, right) = (a - c / 2, a + c / 2)
      (top, bottom) = (b - d / 2, b + d / 2)
    } else {
      (left, right) = (min(b, d), max(b, d))
      (top, bottom) = (min(a, c), max(a, c))
    }
    area = (right - left) * (bottom - top)
  }

  /// Whether the intersection of two boxes is more than a part of their union.
  func overlaps(_ other: Box, byMoreThan threshold: Scalar) -> Bool {
    let width = min(right, other.right) - max(left, other.left)
    let height = min(bottom, other.bottom) - max(top, other.top)
    guard width > 0, height > 0, area > 0, other.area > 0 else { return false }
    let common = width * height
    let union = area + other.area - common
    return common > 0 && union > 0 && common / union > threshold
  }
}

private enum NonMaxSuppression: RealKernel {
  static let isCentered = AttributeKey<Int>("center_point_box", default: 0)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let selection = try Selection<Scalar>(context)
    let (boxes, scores) = (try context.tensor(0), try context.tensor(1))
    try check(boxes: Shape(boxes.shape), scores: Shape(scores.shape))
    let (batches, classes, count) = (scores.shape[0], scores.shape[1], scores.shape[2])
    var selected: [Int64] = []
    guard selection.limit > 0, scores.count > 0 else {
      return [Tensor(shape: [0, 3], scalars: selected)]
    }
    boxes.withScalars(of: Scalar.self) { numbers in
      scores.withScalars(of: Scalar.self) { scores in
        for batch in 0..<batches {
          let boxes = (batch * count..<(batch + 1) * count).map {
            Box(numbers[(4 * $0)...].prefix(4), isCentered: selection.isCentered)
          }
          for kind in 0..<classes {
            let start = (batch * classes + kind) * count
            for index in selection.select(boxes, Array(scores[start..<(start + count)])) {
              selected += [Int64(batch), Int64(kind), Int64(index)]
            }
          }
        }
      }
    }
    return [Tensor(shape: [selected.count / 3, 3], scalars: selected)]
  }

  static func check(boxes: Shape, scores: Shape) throws(OperatorError) {
    let haveThreeAxes = boxes.rank == 3 && scores.rank == 3
    let pairs: [(Dimension, Dimension)] =
      haveThreeAxes ? [(boxes[0], scores[0]), (boxes[1], scores[2]), (boxes[2], .fixed(4))] : []
    let agree = pairs.allSatisfy { box, score in
      box == score || box.fixedValue == nil || score.fixedValue == nil
    }
    guard haveThreeAxes, agree else {
      throw OperatorError(
        .incompatibleShapes, "boxes of shape \(boxes) do not suit scores of shape \(scores)",
        remedy: "their shapes are (batches, boxes, 4) and (batches, classes, boxes)")
    }
  }

  /// What decides which boxes are kept.
  struct Selection<Scalar: RealScalar> {
    /// The largest number of boxes of one class in one batch.
    let limit: Int
    let isCentered: Bool
    private let overlap: Scalar
    private let leastScore: Scalar?

    init(_ context: borrowing KernelContext) throws(OperatorError) {
      let format = try context.value(of: NonMaxSuppression.isCentered)
      guard format == 0 || format == 1 else {
        throw OperatorError(
          .invalidAttribute, "center_point_box is \(format)",
          remedy: "use 0 for corners and 1 for centers")
      }
      isCentered = format == 1
      let limits = try context.optionalIntegers(2) ?? []
      overlap = try Self.number(context, 3) ?? 0
      leastScore = try Self.number(context, 4)
      guard limits.count < 2 else {
        throw OperatorError(
          .incompatibleShapes, "max_output_boxes_per_class holds \(limits.count) numbers, not one")
      }
      guard overlap >= 0, overlap <= 1 else {
        throw OperatorError(
          .invalidValue, "iou_threshold is \(overlap)", remedy: "use a number from 0 to 1")
      }
      limit = limits.first ?? 0
    }

    /// Returns the number that an input holds, or nil when it is left out or empty.
    private static func number(
      _ context: borrowing KernelContext, _ index: Int
    ) throws(OperatorError) -> Scalar? {
      guard let tensor = try context.optionalTensor(index), tensor.count != 0 else { return nil }
      guard tensor.count == 1 else {
        throw OperatorError(
          .incompatibleShapes, "a threshold of shape \(tensor.shape) is given, not one number")
      }
      return tensor.withScalars(of: Scalar.self) { $0[0] }
    }

    /// Returns the boxes that are kept, best first; of equal scores the first one is the better.
    func select(_ boxes: [Box<Scalar>], _ scores: [Scalar]) -> [Int] {
      let candidates = scores.indices.filter { index in
        leastScore.map { scores[index] > $0 } ?? true
      }
      // Scores that are not numbers come last.
      let order = candidates.sorted {
        let (left, right) = (scores[$0], scores[$1])
        if left.isNaN || right.isNaN { return !left.isNaN || (right.isNaN && $0 < $1) }
        return left == right ? $0 < $1 : left > right
      }
      var kept: [Int] = []
      for index in order {
        guard kept.count < limit else { break }
        if !kept.contains(where: { boxes[index].overlaps(boxes[$0], byMoreThan: overlap) }) {
          kept.append(index)
        }
      }
      return kept
    }
  }
}

extension OperatorDefinition {
  /// Keeps the boxes with the best scores that do not overlap too much with better ones.
  fileprivate static let nonMaxSuppression = OperatorDefinition(
    OperatorSchema(
      "NonMaxSuppression", versions: [10, 11],
      inputs: [
        .required("boxes", "tensor(float)"), .required("scores", "tensor(float)"),
        .optional("max_output_boxes_per_class", "tensor(int64)"),
        .optional("iou_threshold", "tensor(float)"), .optional("score_threshold", "tensor(float)"),
      ],
      outputs: [.required("selected_indices", "tensor(int64)")],
      attributes: [NonMaxSuppression.isCentered.declaration], constraints: [:]),
    inferTypes: { context throws(OperatorError) in
      if let boxes = context.shape(0), let scores = context.shape(1) {
        try NonMaxSuppression.check(boxes: boxes, scores: scores)
      }
      return [.tensor(.int64, [.unknown, 3])]
    },
    evaluate: real(NonMaxSuppression.self))
}

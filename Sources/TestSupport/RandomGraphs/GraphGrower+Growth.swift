import IR
import Tensors

extension GraphGrower {
  /// A way to grow: false when there was nothing to do.
  typealias Step = @Sendable (inout GraphGrower) -> Bool

  /// What models consist of, with how often each is tried.
  private static let steps: [(weight: Int, step: Step)] = [
    (8, { $0.useOperator() }),
    (3, { $0.applyFunctionOfOneElement() }),
    (3, { $0.combine() }),
    (3, { $0.leaveAsItIs() }),
    (3, { $0.changeView() }),
    (1, { $0.cutApart() }),
    (1, { $0.takeBlocksApart() }),
    (2, { $0.castThereAndBack() }),
    (2, { $0.convolve() }),
    (2, { $0.multiplyMatrices() }),
    (2, { $0.normalize() }),
    (2, { $0.activate() }),
    (2, { $0.attend() }),
    (1, { $0.recur() }),
    (2, { $0.computeShape() }),
    (2, { $0.computeOnConstants() }),
    (2, { $0.quantizeAndBack() }),
    (2, { $0.repeatComputation() }),
  ]

  /// Grows the body by some steps.
  mutating func grow() {
    let choices = Self.steps.flatMap { [Step](repeating: $0.step, count: $0.weight) }
    let size = random.number(3...14)
    var grown = 0
    for _ in 0..<(4 * size) where grown < size {
      if attempt(random.pick(choices)) { grown += 1 }
    }
  }
}

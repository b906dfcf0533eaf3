/// How far a computed tensor and one that takes its place are from the exact one, in one pass.
///
/// The numbers of the computed tensor show what rounding does to this tensor; those of the other
/// are to be explained by it. Elements of which the computed and the exact tensor already disagree
/// on whether they are finite explain anything.
public struct RoundingComparison: Sendable {
  /// A distance over all elements.
  public struct Distance: Hashable, Sendable {
    /// The largest magnitude.
    public var maximum = 0.0
    /// The sum of squares.
    public var energy = 0.0

    public init(maximum: Double = 0, energy: Double = 0) {
      self.maximum = maximum
      self.energy = energy
    }

    mutating func add(_ difference: Double) {
      maximum = max(maximum, ErrorSums.bounded(abs(difference)))
      energy = ErrorSums.bounded(energy + difference * difference)
    }
  }

  /// The numbers that are finite in all three tensors.
  public private(set) var count = 0
  /// From the exact to the computed tensor.
  public private(set) var noise = Distance()
  /// From the exact tensor to the one in place of the computed one.
  public private(set) var error = Distance()
  /// Of the exact numbers themselves.
  public private(set) var magnitude = Distance()
  /// The elements in which the two differ from each other.
  public private(set) var differingCount = 0
  /// The same distances over those of them that are finite alone: huge numbers beside them, such as a
  /// mask, explain nothing about them.
  public private(set) var differing = (
    noise: Distance(), error: Distance(), magnitude: Distance()
  )
  /// The elements in which the computed tensor differs from the exact one.
  public private(set) var unstableCount = 0
  /// The elements that are NaN or infinite in one tensor only without a reason in the other two.
  public private(set) var unexplainedCount = 0
  /// The row-major position of the largest distance of ``error``; nil when there is none.
  public private(set) var worstIndex: Int?

  /// Compares three tensors of numbers; nil when their shapes differ or one holds strings.
  public init?(of candidate: Tensor, for computed: Tensor, exact: Tensor) {
    let tensors = [candidate, computed, exact]
    guard tensors.allSatisfy({ $0.shape == exact.shape && $0.elementType != .string }),
      tensors.allSatisfy({ $0.componentCount == exact.componentCount }),
      let candidate = candidate.decoded(), let computed = computed.decoded(),
      let exact = exact.decoded()
    else { return nil }
    let (total, chunk) = (exact.componentCount, Tensor.chunkCount)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * chunk) { scratch in
      for start in stride(from: 0, to: total, by: chunk) {
        let count = min(chunk, total - start)
        let got = UnsafeMutableBufferPointer(rebasing: scratch[..<count])
        let own = UnsafeMutableBufferPointer(rebasing: scratch[chunk..<(chunk + count)])
        let want = UnsafeMutableBufferPointer(rebasing: scratch[(2 * chunk)..<(2 * chunk + count)])
        candidate.readDoubles(from: start, into: got)
        computed.readDoubles(from: start, into: own)
        exact.readDoubles(from: start, into: want)
        for index in 0..<count { add(got[index], own[index], want[index], at: start + index) }
      }
    }
  }

  private mutating func add(_ got: Double, _ own: Double, _ want: Double, at index: Int) {
    let agrees = got == own || (got.isNaN && own.isNaN)
    if !agrees { differingCount += 1 }
    if !(own == want || (own.isNaN && want.isNaN)) { unstableCount += 1 }
    guard want.isFinite, own.isFinite else {
      let isUnstable = want.isFinite != own.isFinite || want.isNaN != own.isNaN
      if !agrees, !isUnstable, got.isFinite || got.isNaN != own.isNaN || got.sign != own.sign {
        unexplainedCount += 1
        worstIndex = worstIndex ?? index
      }
      return
    }
    guard got.isFinite else {
      unexplainedCount += 1
      worstIndex = worstIndex ?? index
      return
    }
    count += 1
    noise.add(own - want)
    magnitude.add(want)
    if !agrees {
      differing.noise.add(own - want)
      differing.error.add(got - want)
      differing.magnitude.add(want)
    }
    if abs(got - want) > error.maximum { worstIndex = index }
    error.add(got - want)
  }
}

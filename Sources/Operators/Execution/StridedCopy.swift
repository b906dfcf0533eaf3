import Tensors

/// Calls `body` with the offsets in two places of every position of `extents`, in row-major order;
/// `first` and `second` are the distances between neighbours along each axis.
@inline(__always)
func forEachOffset<Failure: Error>(
  in extents: [Int], _ first: [Int], _ second: [Int],
  _ body: (Int, Int) throws(Failure) -> Void
) throws(Failure) {
  guard !extents.contains(0) else { return }
  var position = [Int](repeating: 0, count: extents.count)
  var (a, b) = (0, 0)
  while true {
    try body(a, b)
    var axis = extents.count - 1
    while axis >= 0 {
      position[axis] += 1
      a += first[axis]
      b += second[axis]
      if position[axis] < extents[axis] { break }
      a -= first[axis] * extents[axis]
      b -= second[axis] * extents[axis]
      position[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}

/// A copy between two places in which elements lie at fixed distances along each axis.
///
/// Axes along which both sides advance evenly are merged, so that the inner loop is long.
struct StridedCopy {
  private var extents: [Int] = []
  private var sourceStrides: [Int] = []
  private var targetStrides: [Int] = []

  private static let tile = 32

  /// Creates the copy of `extents`; without strides the target is dense and row-major.
  init(extents: [Int], sourceStrides: [Int], targetStrides: [Int]? = nil) {
    let targetStrides = targetStrides ?? rowMajorStrides(of: extents)
    for axis in extents.indices where extents[axis] != 1 {
      let (extent, source, target) = (extents[axis], sourceStrides[axis], targetStrides[axis])
      let last = self.extents.count - 1
      if last >= 0, self.sourceStrides[last] == source &* extent,
        self.targetStrides[last] == target &* extent
      {
        self.extents[last] *= extent
        self.sourceStrides[last] = source
        self.targetStrides[last] = target
      } else {
        self.extents.append(extent)
        self.sourceStrides.append(source)
        self.targetStrides.append(target)
      }
    }
  }

  /// Copies the elements, starting at the given offsets.
  ///
  /// - Precondition: every element of the copy lies in both buffers.
  func run<Element: BitwiseCopyable>(
    from source: UnsafeBufferPointer<Element>, at sourceOffset: Int = 0,
    to target: UnsafeMutableBufferPointer<Element>, startingAt targetOffset: Int = 0
  ) {
    guard !extents.contains(0), let source = source.baseAddress, let target = target.baseAddress
    else { return }
    let (from, to) = (source + sourceOffset, target + targetOffset)
    guard let inner = extents.indices.last else {
      to.pointee = from.pointee
      return
    }
    if let column = transposedAxis {
      let outer = extents.indices.filter { $0 != inner && $0 != column }
      forEachOffset(in: outer) { a, b in
        copyTiles(from + a, to + b, rows: column, columns: inner)
      }
    } else {
      let (count, stepA, stepB) = (extents[inner], sourceStrides[inner], targetStrides[inner])
      forEachOffset(in: Array(extents.indices.dropLast())) { a, b in
        copyRow(from + a, stepA, to + b, stepB, count)
      }
    }
  }

  /// The axis whose elements are neighbours in the source, when it is not the last one.
  private var transposedAxis: Int? {
    guard let inner = extents.indices.last, sourceStrides[inner] != 1, sourceStrides[inner] != 0
    else { return nil }
    return extents.indices.dropLast().last { sourceStrides[$0] == 1 }
  }

  @inline(__always)
  private func forEachOffset(in axes: [Int], _ body: (Int, Int) -> Void) {
    Operators.forEachOffset(
      in: axes.map { extents[$0] }, axes.map { sourceStrides[$0] },
      axes.map { targetStrides[$0] }, body)
  }

  /// Copies two axes in squares, so that both sides stay in the first cache.
  private func copyTiles<Element: BitwiseCopyable>(
    _ source: UnsafePointer<Element>, _ target: UnsafeMutablePointer<Element>, rows: Int,
    columns: Int
  ) {
    let (height, width) = (extents[rows], extents[columns])
    for top in stride(from: 0, to: height, by: Self.tile) {
      for left in stride(from: 0, to: width, by: Self.tile) {
        let count = min(Self.tile, width - left)
        for row in top..<min(top + Self.tile, height) {
          copyRow(
            source + row * sourceStrides[rows] + left * sourceStrides[columns],
            sourceStrides[columns],
            target + row * targetStrides[rows] + left * targetStrides[columns],
            targetStrides[columns], count)
        }
      }
    }
  }
}

@inline(__always)
private func copyRow<Element: BitwiseCopyable>(
  _ source: UnsafePointer<Element>, _ sourceStep: Int, _ target: UnsafeMutablePointer<Element>,
  _ targetStep: Int, _ count: Int
) {
  switch (sourceStep, targetStep) {
  case (1, 1): target.update(from: source, count: count)
  case (0, 1): target.update(repeating: source.pointee, count: count)
  case (_, 1): for index in 0..<count { target[index] = source[index &* sourceStep] }
  default:
    for index in 0..<count { target[index &* targetStep] = source[index &* sourceStep] }
  }
}

extension KernelContext {
  /// Checks an output of elements that are moved as `Element` against the memory limit.
  func checkOutput<Element: BitwiseCopyable>(
    of element: Element.Type, shape: [Int]
  ) throws(OperatorError) {
    try checkOutput(.uint8, shape: shape + [MemoryLayout<Element>.stride])
  }

  /// Returns the context with other inputs: for a kernel that another one prepares for.
  func replacingInputs(_ inputs: [RuntimeValue?]) -> KernelContext {
    var context = self
    context.inputs = inputs
    return context
  }
}

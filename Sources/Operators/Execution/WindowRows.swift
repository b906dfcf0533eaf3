import CKernels

/// The windows on one plane, row by row of outputs along the last axis.
///
/// For any one output, the taps come in ascending order: sums over them are reproducible.
struct WindowRows {
  private let outer: [WindowAxis]
  private let last: WindowAxis
  private let inputStrides: [Int]
  /// What a tap along each axis adds to its index: nothing where all taps have the same weight.
  private let tapStrides: [Int]
  /// The taps along the last axis that read the input for any output.
  private let lastTaps: [ferry_tap]

  /// Taps that are handed over at once: what lists of them take is bounded.
  private static let tapsAtOnce = 1024

  init(_ axes: [WindowAxis], sharingOneWeight: Bool = false) {
    let last = axes.last ?? .single
    self.last = last
    outer = axes.dropLast()
    inputStrides = rowMajorStrides(of: axes.map(\.input))
    tapStrides =
      sharingOneWeight ? axes.map { _ in 0 } : rowMajorStrides(of: axes.map(\.kernel))
    let tapStride = tapStrides.last ?? 0
    lastTaps = (0..<last.kernel).compactMap { tap in
      let outputs = last.outputs(of: tap)
      guard !outputs.isEmpty else { return nil }
      return ferry_tap(
        index: tap &* tapStride, offset: last.position(of: tap, at: 0), first: outputs.lowerBound,
        end: outputs.upperBound)
    }
  }

  /// Calls `body` for every row of outputs with the number of outputs before it.
  ///
  /// Rows with many taps come in parts, of which all but the first add to what is there.
  func forEach(_ body: (_ start: Int, _ row: UnsafePointer<ferry_window_row>) -> Void) {
    guard last.output > 0 else { return }
    var taps: [ferry_tap] = []
    for row in 0..<outer.outputCount {
      var isFirst = true
      forEachOuterTap(of: row) { index, offset in
        for tap in lastTaps {
          if taps.count == Self.tapsAtOnce {
            visit(&taps, isFirst: isFirst) { body(row * last.output, $0) }
            isFirst = false
          }
          taps.append(
            ferry_tap(
              index: index &+ tap.index, offset: offset &+ tap.offset, first: tap.first,
              end: tap.end))
        }
      }
      visit(&taps, isFirst: isFirst) { body(row * last.output, $0) }
    }
  }

  /// Calls `body` with every combination of taps along the outer axes that reads the input.
  private func forEachOuterTap(of row: Int, _ body: (_ index: Int, _ offset: Int) -> Void) {
    var counts = [Int](repeating: 0, count: outer.count)
    var (first, input, rest) = (0, 0, row)
    for axis in outer.indices.reversed() {
      let position = rest % outer[axis].output
      rest /= outer[axis].output
      let taps = outer[axis].taps(at: position)
      counts[axis] = taps.count
      first &+= taps.lowerBound &* tapStrides[axis]
      input &+=
        outer[axis].position(of: taps.lowerBound, at: position) &* inputStrides[axis]
    }
    let steps = outer.indices.map { outer[$0].dilation &* inputStrides[$0] }
    forEachOffset(in: counts, Array(tapStrides.dropLast()), steps) {
      body(first &+ $0, input &+ $1)
    }
  }

  /// Hands taps over and forgets them.
  private func visit(
    _ taps: inout [ferry_tap], isFirst: Bool, _ body: (UnsafePointer<ferry_window_row>) -> Void
  ) {
    let first = taps.lazy.map(\.first).max() ?? 0
    let end = taps.lazy.map(\.end).min() ?? last.output
    taps.withUnsafeBufferPointer { taps in
      var row = ferry_window_row(
        taps: taps.baseAddress, tap_count: taps.count, step: last.stride, columns: last.output,
        first: first, end: end, adds: isFirst ? 0 : 1)
      body(&row)
    }
    taps.removeAll(keepingCapacity: true)
  }
}

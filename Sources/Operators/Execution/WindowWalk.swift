/// The walk over all windows on one plane: each tap together with the outputs along the last axis.
///
/// For any one output, the taps come in ascending order: sums over them are reproducible.
struct WindowWalk: ~Copyable {
  /// What one tap reads for a row of neighbouring outputs.
  struct Run {
    /// The tap, counted over the whole kernel.
    let tap: Int
    /// The first output.
    let output: Int
    /// What the tap reads for the first output; for the next ones it is ``inputStep`` further.
    let input: Int
    let count: Int
  }

  private struct LastTap {
    let tap: Int
    let outputs: Range<Int>
    let input: Int
  }

  private let outer: [WindowAxis]
  private let inputStrides: [Int]
  private let outputStrides: [Int]
  private let tapStrides: [Int]
  private let lastTaps: [LastTap]

  /// The distance of what a tap reads for neighbouring outputs.
  let inputStep: Int

  init(_ axes: [WindowAxis]) {
    outer = Array(axes.dropLast())
    inputStrides = rowMajorStrides(of: axes.map(\.input))
    outputStrides = rowMajorStrides(of: axes.map(\.output))
    tapStrides = rowMajorStrides(of: axes.map(\.kernel))
    inputStep = axes.last?.stride ?? 1
    guard let last = axes.last else {
      lastTaps = [LastTap(tap: 0, outputs: 0..<1, input: 0)]
      return
    }
    var taps: [LastTap] = []
    for tap in 0..<last.kernel {
      let outputs = last.outputs(of: tap)
      guard !outputs.isEmpty else { continue }
      let input = last.position(of: tap, at: outputs.lowerBound)
      taps.append(LastTap(tap: tap, outputs: outputs, input: input))
    }
    lastTaps = taps
  }

  /// Calls `body` with every run, or with those of some outputs along the first of several axes.
  func forEachRun(ofFirstAxis positions: Range<Int>? = nil, _ body: (Run) -> Void) {
    visit(0, positions, tap: 0, output: 0, input: 0, body)
  }

  private func visit(
    _ axis: Int, _ positions: Range<Int>?, tap: Int, output: Int, input: Int,
    _ body: (Run) -> Void
  ) {
    guard axis < outer.count else {
      for index in lastTaps.indices {
        let last = lastTaps[index]
        body(
          Run(
            tap: tap &+ last.tap, output: output &+ last.outputs.lowerBound,
            input: input &+ last.input, count: last.outputs.count))
      }
      return
    }
    let window = outer[axis]
    for position in positions ?? 0..<window.output {
      for step in window.taps(at: position) {
        visit(
          axis + 1, nil, tap: tap &+ step &* tapStrides[axis],
          output: output &+ position &* outputStrides[axis],
          input: input &+ window.position(of: step, at: position) &* inputStrides[axis], body)
      }
    }
  }
}

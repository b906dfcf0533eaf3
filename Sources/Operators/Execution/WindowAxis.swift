/// Where the windows of a convolution or a pooling lie along one spatial axis.
///
/// Tap `t` of the window for output `o` reads the input at `o * stride - padBegin + t * dilation`,
/// or the padding when the input ends before or begins after that position.
struct WindowAxis: Hashable, Sendable {
  let input: Int
  let kernel: Int
  let stride: Int
  let dilation: Int
  let padBegin: Int
  let padEnd: Int
  let output: Int

  /// One window on one element.
  static let single = WindowAxis(
    input: 1, kernel: 1, stride: 1, dilation: 1, padBegin: 0, padEnd: 0, output: 1)

  /// Returns the taps of the window for `output` that read the input.
  @inline(__always)
  func taps(at output: Int) -> Range<Int> {
    let start = output &* stride &- padBegin
    let first = start >= 0 ? 0 : (dilation &- 1 &- start) / dilation
    let end = start >= input ? 0 : min(kernel, (input &- 1 &- start) / dilation &+ 1)
    return first..<max(first, end)
  }

  /// Returns the outputs in whose windows `tap` reads the input.
  @inline(__always)
  func outputs(of tap: Int) -> Range<Int> {
    let shift = tap &* dilation &- padBegin
    let first = shift >= 0 ? 0 : (stride &- 1 &- shift) / stride
    let end = shift >= input ? 0 : min(output, (input &- 1 &- shift) / stride &+ 1)
    return first..<max(first, end)
  }

  /// Returns the position in the input that `tap` reads for `output`; it may lie outside.
  @inline(__always)
  func position(of tap: Int, at output: Int) -> Int {
    output &* stride &- padBegin &+ tap &* dilation
  }
}

extension Sequence<WindowAxis> {
  /// The number of positions in the input.
  var inputCount: Int { reduce(1) { $0 * $1.input } }

  /// The number of windows.
  var outputCount: Int { reduce(1) { $0 * $1.output } }

  /// The number of taps of a window.
  var kernelCount: Int { reduce(1) { $0 * $1.kernel } }
}

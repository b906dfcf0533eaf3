import Tensors

/// Two tensors of real numbers and of one shape, of which a part at a time is read.
struct PairedNumbers {
  let candidate: Tensor
  let reference: Tensor

  /// Pairs two tensors; nil when their shapes differ or one holds strings or complex numbers.
  init?(_ candidate: Tensor, _ reference: Tensor) {
    guard candidate.shape == reference.shape, let candidate = candidate.decoded(),
      let reference = reference.decoded(), candidate.doubles(in: 0..<0) != nil,
      reference.doubles(in: 0..<0) != nil
    else { return nil }
    self.candidate = candidate
    self.reference = reference
  }

  /// The numbers of each tensor.
  var count: Int { reference.count }

  /// The numbers along the last axis; 1 where there is none.
  var rowWidth: Int { reference.shape.last ?? 1 }

  /// Calls `body` with every part of some width, and where it starts.
  func forEachPart(of width: Int, _ body: (_ start: Int, _ got: [Double], _ want: [Double]) -> Void)
  {
    guard width > 0 else { return }
    for start in stride(from: 0, to: count, by: width) {
      let range = start..<min(start + width, count)
      guard let got = candidate.doubles(in: range), let want = reference.doubles(in: range) else {
        return
      }
      body(start, got, want)
    }
  }

  /// Calls `body` with every row along the last axis, and where it starts.
  func forEachRow(_ body: (_ start: Int, _ got: [Double], _ want: [Double]) -> Void) {
    forEachPart(of: rowWidth, body)
  }

  /// Calls `body` with every pair, a part that stays in the cache at a time.
  func forEachPair(_ body: (_ index: Int, _ got: Double, _ want: Double) -> Void) {
    forEachPart(of: 4096) { start, got, want in
      for index in want.indices { body(start + index, got[index], want[index]) }
    }
  }
}

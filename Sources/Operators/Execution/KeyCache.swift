import Tensors

/// How many keys and values each sequence of a batch has in its cache, before and after a step.
struct KeyCache {
  /// For each sequence the number of keys that its cache holds before the step.
  let past: [Int]
  /// For each sequence the number of new keys that count; padding follows them.
  let valid: [Int]
  /// The number of keys that every sequence has room for after the step.
  let capacity: Int

  /// Returns the cache `[batch, heads, capacity, width]` after new keys, or values, were written
  /// behind the ones of the past; the rest is zero.
  func adding(_ new: Tensor, to old: Tensor?) throws(OperatorError) -> Tensor {
    let shape = new.shape
    guard let width = new.elementType.byteCount(forElements: shape[3]),
      old?.elementType ?? new.elementType == new.elementType, old?.rank ?? 4 == 4,
      old.map({ [$0.shape[0], $0.shape[1], $0.shape[3]] == [shape[0], shape[1], shape[3]] })
        ?? true
    else {
      throw OperatorError(
        .incompatibleShapes,
        "a cache of \(old?.elementType ?? new.elementType)\(old?.shape ?? []) cannot take "
          + "\(new.elementType)\(shape)")
    }
    try check(rows: old?.shape[2] ?? 0, newRows: shape[2])
    return Tensor(new.elementType, shape: [shape[0], shape[1], capacity, shape[3]]) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      for head in 0..<(shape[0] * shape[1]) {
        let batch = head / shape[1]
        let target = head * capacity * width
        if let old {
          let start = head * old.shape[2] * width
          copy(old.bytes, from: start, count: past[batch] * width, to: bytes, at: target)
        }
        copy(
          new.bytes, from: head * shape[2] * width, count: valid[batch] * width,
          to: bytes, at: target + past[batch] * width)
      }
    }
  }

  private func check(rows: Int, newRows: Int) throws(OperatorError) {
    for (past, valid) in zip(past, valid) {
      guard (0...rows).contains(past), (0...newRows).contains(valid), past + valid <= capacity
      else {
        throw OperatorError(
          .invalidValue,
          "\(valid) of \(newRows) keys behind \(past) of \(rows) do not fit in a cache of "
            + "\(capacity)",
          remedy: "check seqlens_k and total_sequence_length")
      }
    }
  }

  private func copy(
    _ source: UnsafeRawBufferPointer, from start: Int, count: Int,
    to target: UnsafeMutableRawBufferPointer, at offset: Int
  ) {
    let bytes = UnsafeRawBufferPointer(rebasing: source[start..<(start + count)])
    UnsafeMutableRawBufferPointer(rebasing: target[offset..<(offset + count)])
      .copyMemory(from: bytes)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension TensorComparison {
  mutating func compareStrings(_ candidate: Tensor, _ reference: Tensor) {
    elementCount = reference.count
    for (index, pair) in zip(reference.strings, candidate.strings).enumerated()
    where pair.0 != pair.1 {
      differingCount += 1
      worstIndex = worstIndex ?? index
    }
    violationCount = differingCount
    isBitIdentical = differingCount == 0
  }

  /// Walks over dense tensors of numbers, a chunk that stays in the cache at a time.
  mutating func compareNumbers(_ candidate: Tensor, _ reference: Tensor) {
    isBitIdentical = typesMatch
    let isComplex = referenceType.kind == .complex || candidateType.kind == .complex
    let isMixed = isComplex && !typesMatch
    let reference = isMixed ? reference.converted(to: .complex128) : reference
    let candidate = isMixed ? candidate.converted(to: .complex128) : candidate
    elementCount = reference.componentCount
    let chunk = Tensor.chunkCount
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * chunk) { scratch in
      for start in stride(from: 0, to: elementCount, by: chunk) {
        let count = min(chunk, elementCount - start)
        let part = PairChunk(
          start: start, want: .init(rebasing: scratch[..<count]),
          got: .init(rebasing: scratch[chunk..<(chunk + count)]),
          error: .init(rebasing: scratch[(2 * chunk)..<(2 * chunk + count)]))
        part.read(candidate, reference)
        add(part)
        if isBitIdentical { isBitIdentical = part.hasSameBits(candidate, reference) }
      }
    }
    if referenceType == .bool, candidateType == .bool { violationCount = differingCount }
    if isComplex { worstIndex = worstIndex.map { $0 / 2 } }
  }

  private mutating func add(_ part: PairChunk) {
    var sums = ErrorSums()
    for index in part.want.indices {
      let (want, got, error) = (part.want[index], part.got[index], part.error[index])
      guard want.isFinite, got.isFinite else {
        addSpecial(want, got, at: part.start + index)
        continue
      }
      let magnitude = abs(error)
      sums.count += 1
      sums.error += error
      sums.errorEnergy += error * error
      sums.referenceEnergy += want * want
      sums.candidateEnergy += got * got
      sums.product += want * got
      guard magnitude > 0 else { continue }
      addError(magnitude, of: want, at: part.start + index)
    }
    self.sums += sums
  }

  private mutating func addError(_ magnitude: Double, of want: Double, at index: Int) {
    differingCount += 1
    if !(magnitude <= tolerance.absolute + tolerance.relative * abs(want)) { violationCount += 1 }
    let relative = magnitude / max(abs(want), Self.relativeErrorFloor)
    maxRelativeError = max(maxRelativeError, ErrorSums.bounded(relative))
    guard magnitude > maxAbsoluteError else { return }
    maxAbsoluteError = magnitude
    if nanMismatchCount + infinityMismatchCount == 0 { worstIndex = index }
  }

  private mutating func addSpecial(_ want: Double, _ got: Double, at index: Int) {
    guard want != got, !(want.isNaN && got.isNaN) else { return }
    if nanMismatchCount + infinityMismatchCount == 0 { worstIndex = index }
    if want.isNaN || got.isNaN { nanMismatchCount += 1 } else { infinityMismatchCount += 1 }
    differingCount += 1
    violationCount += 1
  }
}

/// A run of elements of two tensors as doubles.
private struct PairChunk {
  var start: Int
  var want: UnsafeMutableBufferPointer<Double>
  var got: UnsafeMutableBufferPointer<Double>
  /// got − want, finite where both are.
  var error: UnsafeMutableBufferPointer<Double>

  func read(_ candidate: Tensor, _ reference: Tensor) {
    reference.readDoubles(from: start, into: want)
    candidate.readDoubles(from: start, into: got)
    let type = reference.elementType
    if type == candidate.elementType, type == .int64 || type == .uint64 {
      readExactErrors(candidate, reference, isSigned: type == .int64)
    } else {
      for index in error.indices { error[index] = ErrorSums.bounded(got[index] - want[index]) }
    }
  }

  /// Sets `error` without first rounding the integers to doubles.
  private func readExactErrors(_ candidate: Tensor, _ reference: Tensor, isSigned: Bool) {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: 2 * error.count) { scratch in
      let want = UnsafeMutableBufferPointer(rebasing: scratch[..<error.count])
      let got = UnsafeMutableBufferPointer(rebasing: scratch[error.count...])
      reference.readIntegers(from: start, into: want)
      candidate.readIntegers(from: start, into: got)
      for index in error.indices {
        let isLarger =
          isSigned
          ? got[index] >= want[index]
          : UInt64(bitPattern: got[index]) >= UInt64(bitPattern: want[index])
        let difference = UInt64(bitPattern: got[index] &- want[index])
        error[index] = isLarger ? Double(difference) : -Double(0 &- difference)
      }
    }
  }

  func hasSameBits(_ candidate: Tensor, _ reference: Tensor) -> Bool {
    let type = reference.elementType
    let bitWidth = type.kind == .complex ? type.bitWidth / 2 : type.bitWidth
    let first = start * bitWidth / 8
    let count = (want.count * bitWidth + 7) / 8
    guard let left = candidate.bytes.baseAddress, let right = reference.bytes.baseAddress else {
      return true
    }
    return memcmp(left + first, right + first, count) == 0
  }
}

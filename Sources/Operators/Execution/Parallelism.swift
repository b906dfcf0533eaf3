import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many threads kernels share their work with.
///
/// What each thread computes depends on none of the others: the number changes no bit.
public enum Parallelism {
  /// The number of threads, that of the caller included.
  @TaskLocal public static var threadCount = 1

  /// The number of threads that this machine runs at once.
  public static let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}

/// What is worth handing to another thread, in additions or moves of one element.
private let smallestShare = 1 << 15

/// Calls `body` with consecutive ranges that cover `0..<count`, on several threads where it pays.
///
/// `cost` is about how many elements are read for each number of the range. Calls must not write to
/// the same place.
func inParallel(_ count: Int, cost: Int, _ body: (Range<Int>) -> Void) {
  let threads = Parallelism.threadCount
  let smallest = max(1, smallestShare / max(1, cost))
  let shares = min(count / smallest, 4 * threads)
  guard threads > 1, shares > 1 else { return body(0..<max(0, count)) }
  WorkerPool.shared.run(shares, threads: threads) { share, _ in
    body((count * share / shares)..<(count * (share + 1) / shares))
  }
}

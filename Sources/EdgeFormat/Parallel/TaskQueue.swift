import FormatSupport
import Threads

/// Numbered tasks that threads take in turn, each thread with a buffer of its own.
final class TaskQueue: @unchecked Sendable {
  /// Does one task.
  typealias Body =
    @Sendable (_ task: Int, _ buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Void

  private let count: Int
  private let bufferSize: Int
  private let body: Body
  private let lock = Lock()
  private var next = 0
  private var failure: FormatError?

  private init(_ count: Int, _ bufferSize: Int, _ body: @escaping Body) {
    self.count = count
    self.bufferSize = bufferSize
    self.body = body
  }

  /// Does tasks 0 to `count` - 1, begun in this order, and returns when all are done.
  ///
  /// More threads than processors pay where tasks wait for a device.
  ///
  /// - Throws: the first error; the tasks that have not begun by then are left out.
  static func run(
    _ count: Int, threads: Int, bufferSize: Int, _ body: @escaping Body
  ) throws(FormatError) {
    let queue = TaskQueue(count, bufferSize, body)
    // Where there are no other threads this one does everything.
    let others = (1..<max(1, min(threads, count))).compactMap { _ in Thread { queue.work() } }
    queue.work()
    for thread in others { thread.join() }
    if let failure = queue.failure { throw failure }
  }

  private func work() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
    defer { buffer.deallocate() }
    while let task = take() {
      do {
        try body(task, buffer)
      } catch {
        lock.whileHeld { failure = failure ?? error }
      }
    }
  }

  private func take() -> Int? {
    lock.whileHeld {
      guard next < count, failure == nil else { return nil }
      defer { next += 1 }
      return next
    }
  }
}

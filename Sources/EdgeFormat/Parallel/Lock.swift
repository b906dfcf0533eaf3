#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock that threads can wait on.
final class Lock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Returns what `body` returns while no other thread holds the lock.
  func whileHeld<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Lets go of the lock until another thread wakes this one.
  func wait() { pthread_cond_wait(condition, mutex) }

  /// Wakes every thread that waits.
  func wakeAll() { pthread_cond_broadcast(condition) }
}

/// A thread that runs one closure.
final class Thread {
  private var handle = pthread_t()

  private final class Start {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Starts a thread; nil when the system has none left.
  init?(_ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(body))
    let result = pthread_create(
      &handle, nil,
      { context in
        // The context may be nil on some systems only.
        let pointer: UnsafeMutableRawPointer? = context
        if let pointer { Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body() }
        return nil
      }, start.toOpaque())
    guard result == 0 else {
      start.release()
      return nil
    }
  }

  /// Waits until the closure has returned; to be called once.
  func join() { pthread_join(handle, nil) }
}

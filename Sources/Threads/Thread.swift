#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread that runs one closure.
package final class Thread {
  private var handle = pthread_t()

  private final class Start {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Starts a thread; nil when the system has none left.
  package init?(_ body: @escaping @Sendable () -> Void) {
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
  package func join() { pthread_join(handle, nil) }
}

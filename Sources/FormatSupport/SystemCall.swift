import Glibc

/// Returns the result of a system call, repeated while signals interrupt it.
///
/// - Throws: ``FormatError`` with code `inputOutput` that names `action` and the reason.
func systemCall<Result: SignedInteger>(
  _ action: @autoclosure () -> String, _ call: () -> Result
) throws(FormatError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    let code = errno
    if code == EINTR { continue }
    throw FormatError(.inputOutput, "cannot \(action()): \(String(cString: strerror(code)))")
  }
}

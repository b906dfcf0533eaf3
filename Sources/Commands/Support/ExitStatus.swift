/// How the program ended; the numbers are part of its interface.
enum ExitStatus: Int32, Sendable {
  /// Done, and verified where that was asked for.
  case success = 0
  /// The models compute different things.
  case verificationFailed = 1
  /// Wrong arguments, or an output that cannot be written where they say.
  case usage = 2
  /// An input file that is damaged, contradicts itself or cannot be read.
  case badInput = 3
  /// Something valid that this version or the target cannot do.
  case unsupported = 4
  /// A defect of Ferry.
  case internalError = 70
}

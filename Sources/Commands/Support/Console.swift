import FoundationEssentials
import Glibc
import Synchronization

/// The two streams that a command writes to: reports on standard output, the rest beside it.
enum Console {
  /// Writes a line to standard output.
  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Writes a line to standard error.
  static func printError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Writes one JSON document to standard output.
  static func printJSON(_ report: some Encodable) throws { print(try jsonText(of: report)) }

  /// Returns a value as a JSON document, its keys in alphabetical order.
  static func jsonText(of report: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }

  /// Whether standard error is a terminal, where a line may be drawn again.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  fileprivate static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}

/// A line on standard error that says what long work is at, in a terminal only.
///
/// Any thread may report.
final class Progress: Sendable {
  private let isVisible: Bool
  private let width = Mutex(0)

  init(isVisible: Bool) { self.isVisible = isVisible && Console.isInteractive }

  /// Replaces the line.
  func show(_ text: String) {
    guard isVisible else { return }
    width.withLock { width in
      let padding = String(repeating: " ", count: max(0, width - text.count))
      Console.write("\r\(text)\(padding)", to: STDERR_FILENO)
      width = text.count
    }
  }

  /// Replaces the line by a text with the part of a whole that is done.
  func show(_ text: String, _ done: Int, of total: Int) {
    guard isVisible, total > 0 else { return }
    show("\(text): \(done * 100 / total) % of \(formattedBytes(total))")
  }

  /// Takes the line away.
  func clear() {
    guard isVisible else { return }
    width.withLock { width in
      if width > 0 {
        Console.write("\r\(String(repeating: " ", count: width))\r", to: STDERR_FILENO)
      }
      width = 0
    }
  }
}

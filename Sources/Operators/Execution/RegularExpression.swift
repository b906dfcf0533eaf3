import CRE2
import Tensors

/// A compiled regular expression in the syntax of RE2, with what one node may spend on it.
final class RegularExpression {
  /// The longest pattern in bytes.
  private static let maximumLength = 1 << 16
  /// What the compiled pattern and the memory of its matching may take.
  private static let memory = 8 << 20
  /// The most instructions of a pattern that are executed, if every byte takes all of them.
  private static let maximumWork = 1 << 34

  private let pattern: OpaquePointer
  private var work = 0

  /// Compiles a pattern.
  ///
  /// - Throws: `invalidAttribute` for a pattern that is wrong or too large.
  init(_ text: ByteString) throws(OperatorError) {
    guard text.bytes.count <= Self.maximumLength else {
      throw OperatorError(
        .invalidAttribute, "the pattern has \(text.bytes.count) bytes",
        remedy: "it may have \(Self.maximumLength)")
    }
    var reason = [UInt8](repeating: 0, count: 256)
    let compiled = reason.withUnsafeMutableBufferPointer { reason in
      ferry_pattern_compile(
        text.bytes, text.bytes.count, Self.memory, reason.baseAddress, reason.count)
    }
    guard let compiled else {
      let why = String(decoding: reason.prefix { $0 != 0 }, as: UTF8.self)
      throw OperatorError(
        .invalidAttribute, "the pattern \(Self.shortened(text)) is not valid: \(why)",
        remedy: "patterns are written in the syntax of RE2")
    }
    pattern = compiled
  }

  private static func shortened(_ text: ByteString) -> String {
    text.bytes.count <= 80 ? text.quoted : ByteString(bytes: text.bytes.prefix(80)).quoted + "…"
  }

  deinit { ferry_pattern_free(pattern) }

  /// Whether the pattern matches the whole of a string.
  func matches(_ string: ByteString) throws(OperatorError) -> Bool {
    try spend(string.bytes.count)
    return try isFound(ferry_pattern_matches(pattern, string.bytes, string.bytes.count))
  }

  /// Returns the bytes of the first match at or behind a place, of those the longest.
  func firstMatch(in text: [UInt8], from start: Int) throws(OperatorError) -> Range<Int>? {
    try spend(text.count - start)
    var (first, last) = (0, 0)
    let result = ferry_pattern_find(pattern, text, text.count, start, &first, &last)
    return try isFound(result) ? first..<last : nil
  }

  private func spend(_ byteCount: Int) throws(OperatorError) {
    let (steps, overflow) = (byteCount + 1).multipliedReportingOverflow(
      by: ferry_pattern_size(pattern))
    work = overflow ? .max : work.addingReportingOverflow(steps).partialValue
    guard work >= 0, work <= Self.maximumWork else {
      throw OperatorError(.limitExceeded, "matching the pattern takes too long for so much text")
    }
  }

  private func isFound(_ result: Int32) throws(OperatorError) -> Bool {
    guard result >= 0 else {
      throw OperatorError(.limitExceeded, "matching takes more memory than there is")
    }
    return result == 1
  }
}

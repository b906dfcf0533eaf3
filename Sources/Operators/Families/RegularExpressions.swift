import CRE2
import IR
import Tensors

extension OperatorFamily {
  /// Operators that match text with patterns.
  static let regularExpressions = OperatorFamily("regular expressions", [.regexFullMatch])
}

/// A compiled regular expression in the syntax of RE2.
private final class RegularExpression {
  static let attribute = OptionalAttributeKey<ByteString>("pattern")

  /// The longest pattern in bytes.
  private static let maximumLength = 1 << 16
  /// What the compiled pattern and the memory of its matching may take.
  private static let memory = 8 << 20

  private let pattern: OpaquePointer

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

  /// The number of instructions that a byte of text takes at most.
  var size: Int { ferry_pattern_size(pattern) }

  /// Whether the pattern matches the whole of a string.
  func matches(_ string: ByteString) throws(OperatorError) -> Bool {
    let result = ferry_pattern_matches(pattern, string.bytes, string.bytes.count)
    guard result >= 0 else {
      throw OperatorError(.limitExceeded, "matching takes more memory than there is")
    }
    return result == 1
  }
}

extension OperatorDefinition {
  /// The most instructions of patterns that one node executes.
  private static let maximumWork = 1 << 34

  /// Tells which strings a regular expression matches from beginning to end.
  fileprivate static let regexFullMatch = OperatorDefinition(
    OperatorSchema(
      "RegexFullMatch", versions: [20], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2")], attributes: [RegularExpression.attribute.declaration],
      constraints: ["T1": .tensors(.string), "T2": .tensors(.bool)]),
    inferTypes: { context in [.tensor(.bool, context.shape(0))] },
    evaluate: { context throws(OperatorError) in
      guard let pattern = try context.value(of: RegularExpression.attribute) else {
        throw OperatorError(.invalidAttribute, "attribute pattern is missing")
      }
      let expression = try RegularExpression(pattern)
      let tensor = try context.tensor(0)
      let (work, overflow) = tensor.range.count.multipliedReportingOverflow(by: expression.size)
      guard !overflow, work <= maximumWork else {
        throw OperatorError(
          .limitExceeded,
          "a pattern of \(expression.size) instructions for \(tensor.range.count) bytes of text "
            + "takes too long")
      }
      var flags: [Bool] = []
      flags.reserveCapacity(tensor.count)
      for string in tensor.strings { flags.append(try expression.matches(string)) }
      return [.tensor(Tensor(shape: tensor.shape, scalars: flags))]
    })
}

import IR
import Tensors

extension OperatorFamily {
  /// Operators that join and clean text.
  static let stringProcessing = OperatorFamily(
    "string processing", [.stringConcat, .stringNormalizer])
}

// MARK: - StringConcat

private enum StringConcat {
  /// Checks the bytes that all results have together against the memory limit.
  static func checkSize(
    _ walk: BroadcastWalk, _ left: [ByteString], _ right: [ByteString], limit: Int
  ) throws(OperatorError) {
    var total = 0
    try walk.forEachRun { (_, offsets, count) throws(OperatorError) in
      for index in 0..<count {
        let (a, b) = places(walk, offsets, index)
        total += left[a].bytes.count + right[b].bytes.count
      }
      guard total <= limit else {
        throw OperatorError(
          .limitExceeded, "the joined strings exceed the memory limit of \(limit) bytes")
      }
    }
  }

  /// Returns where both operands of an element of a run are.
  @inline(__always)
  static func places(_ walk: BroadcastWalk, _ offsets: [Int], _ index: Int) -> (Int, Int) {
    let last = walk.extents.count - 1
    return (
      offsets[0] + index * walk.strides[0][last], offsets[1] + index * walk.strides[1][last]
    )
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let (first, second) = (try context.tensor(0), try context.tensor(1))
    let shape = try broadcastShape(of: [first.shape, second.shape])
    let count = try context.checkOutput(.string, shape: shape)
    let walk = BroadcastWalk(shape: shape, operands: [first.shape, second.shape])
    let (left, right) = (first.strings, second.strings)
    try checkSize(walk, left, right, limit: context.memoryLimit)
    var results: [ByteString] = []
    results.reserveCapacity(count)
    walk.forEachRun { _, offsets, count in
      for index in 0..<count {
        let (a, b) = places(walk, offsets, index)
        results.append(ByteString(bytes: left[a].bytes + right[b].bytes))
      }
    }
    return [.tensor(Tensor(shape: shape, strings: results))]
  }
}

extension OperatorDefinition {
  /// Joins the strings of two tensors in pairs.
  fileprivate static let stringConcat = OperatorDefinition(
    OperatorSchema(
      "StringConcat", versions: [20], inputs: [.required("X", "T"), .required("Y", "T")],
      outputs: [.required("Z", "T")], constraints: ["T": .tensors(.string)]),
    inferTypes: broadcastOfInputs, evaluate: StringConcat.evaluate)
}

// MARK: - StringNormalizer

/// The attributes of a `StringNormalizer`, put in order.
private struct StringNormalizer {
  static let caseChange = AttributeKey<String>("case_change_action", default: "NONE")
  static let isCaseSensitive = AttributeKey<Bool>("is_case_sensitive", default: false)
  static let locale = OptionalAttributeKey<String>("locale")
  static let stopWords = OptionalAttributeKey<[ByteString]>("stopwords")

  enum CaseChange: String {
    case lower = "LOWER"
    case upper = "UPPER"
    case none = "NONE"
  }

  private let change: CaseChange
  private let ignoresCase: Bool
  private var stopWords: Set<ByteString> = []

  init(_ attributes: Attributes) throws(OperatorError) {
    let name = try attributes.value(of: Self.caseChange)
    guard let change = CaseChange(rawValue: name) else {
      throw OperatorError(
        .invalidAttribute, "case_change_action is \"\(name)\"", remedy: "use LOWER, UPPER or NONE")
    }
    self.change = change
    let words = try attributes.value(of: Self.stopWords) ?? []
    let isCaseSensitive = try attributes.value(of: Self.isCaseSensitive)
    ignoresCase = !isCaseSensitive && !words.isEmpty
    for word in words { stopWords.insert(try key(of: word)) }
  }

  /// Returns a string as it is kept, or nil when it is a stop word.
  func normalized(_ string: ByteString) throws(OperatorError) -> ByteString? {
    let key = try key(of: string)
    guard !stopWords.contains(key) else { return nil }
    switch change {
    case .none: return string
    case .lower: return ByteString(try text(of: string).lowercased())
    case .upper: return ByteString(try text(of: string).uppercased())
    }
  }

  /// Returns what is the same for strings that are the same word.
  private func key(of string: ByteString) throws(OperatorError) -> ByteString {
    ignoresCase ? ByteString(try text(of: string).lowercased()) : string
  }

  private func text(of string: ByteString) throws(OperatorError) -> String {
    guard let text = string.text else {
      throw OperatorError(.invalidValue, "the string \(string.quoted) is not UTF-8")
    }
    return text
  }
}

extension OperatorDefinition {
  /// Removes stop words and changes the case of the others, in the same way for every language.
  fileprivate static let stringNormalizer = OperatorDefinition(
    OperatorSchema(
      "StringNormalizer", versions: [10], inputs: [.required("X", "tensor(string)")],
      outputs: [.required("Y", "tensor(string)")],
      attributes: [
        StringNormalizer.caseChange.declaration, StringNormalizer.isCaseSensitive.declaration,
        StringNormalizer.locale.declaration, StringNormalizer.stopWords.declaration,
      ], constraints: [:]),
    inferTypes: { context in
      switch context.shape(0)?.rank {
      case 1: [.tensor(.string, [.unknown])]
      case 2: [.tensor(.string, [1, .unknown])]
      default: [.tensor(.string)]
      }
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      guard tensor.rank == 1 || (tensor.rank == 2 && tensor.shape[0] == 1) else {
        throw OperatorError(
          .incompatibleShapes, "the strings have the shape \(tensor.shape)",
          remedy: "one list is taken, or one row")
      }
      let normalizer = try StringNormalizer(context.node.attributes)
      var strings: [ByteString] = []
      for string in tensor.strings {
        if let kept = try normalizer.normalized(string) { strings.append(kept) }
      }
      // Nothing left is one string without characters.
      if strings.isEmpty { strings = [""] }
      let shape = Array(tensor.shape.dropLast()) + [strings.count]
      return [.tensor(Tensor(shape: shape, strings: strings))]
    })
}

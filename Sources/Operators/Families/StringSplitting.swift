import IR
import Tensors

extension OperatorFamily {
  /// Operators that cut text into parts.
  static let stringSplitting = OperatorFamily("string splitting", [.stringSplit])
}

/// A search for a delimiter in time linear in the text (Knuth, Morris, Pratt: Fast pattern matching
/// in strings, 1977).
private struct Delimiter {
  private let mark: [UInt8]
  /// For each number of matched bytes the longest end of them that is a beginning of the mark.
  private var borders: [Int]

  /// - Precondition: the string is not empty.
  init(_ string: ByteString) {
    mark = string.bytes
    borders = [0, 0]
    for place in mark.indices.dropFirst() {
      borders.append(matched(after: borders[place], mark[place]))
    }
  }

  /// Returns how many bytes match after one more, when `count` did before.
  private func matched(after count: Int, _ byte: UInt8) -> Int {
    var count = count == mark.count ? borders[count] : count
    while count > 0, mark[count] != byte { count = borders[count] }
    return mark[count] == byte ? count + 1 : 0
  }

  /// Returns what stands between the first `limit` delimiters, and the rest.
  func parts(of bytes: [UInt8], limit: Int) -> [ArraySlice<UInt8>] {
    var (parts, start, count): ([ArraySlice<UInt8>], Int, Int) = ([], 0, 0)
    for (place, byte) in bytes.enumerated() {
      guard parts.count < limit else { break }
      count = matched(after: count, byte)
      guard count == mark.count else { continue }
      parts.append(bytes[start...(place - count + 1)].dropLast())
      (start, count) = (place + 1, 0)
    }
    return parts + [bytes[start...]]
  }
}

private enum StringSplit {
  static let delimiter = OptionalAttributeKey<ByteString>("delimiter")
  static let limit = OptionalAttributeKey<Int>("maxsplit")

  /// Returns the words before the first `limit` runs of white space, and the rest; white space at
  /// both ends counts as nothing.
  static func words(
    of string: ByteString, limit: Int
  ) throws(OperatorError) -> [ArraySlice<UInt8>] {
    guard let text = string.text else {
      throw OperatorError(.invalidValue, "the string \(string.quoted) is not UTF-8")
    }
    var (words, place, start, end): ([ArraySlice<UInt8>], Int, Int?, Int) = ([], 0, nil, 0)
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      if !scalar.properties.isWhitespace {
        start = start ?? place
        end = place + width
      } else if let first = start, words.count < limit {
        words.append(string.bytes[first..<end])
        start = nil
      }
      place += width
    }
    if let start { words.append(string.bytes[start..<end]) }
    return words
  }

  /// Returns the parts of every string.
  static func rows(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [[ArraySlice<UInt8>]] {
    let mark = try context.value(of: delimiter).flatMap { $0.bytes.isEmpty ? nil : Delimiter($0) }
    // A negative number sets no limit, as in Python.
    let limit = try context.value(of: limit).map { $0 < 0 ? .max : $0 } ?? .max
    // Each part takes more memory than the bytes between delimiters.
    var room = context.memoryLimit / 64
    var rows: [[ArraySlice<UInt8>]] = []
    for string in try context.tensor(0).strings {
      let most = min(limit, room)
      let row =
        if let mark {
          mark.parts(of: string.bytes, limit: most)
        } else {
          try words(of: string, limit: most)
        }
      room -= row.count
      guard room >= 0 else {
        throw OperatorError(
          .limitExceeded,
          "the parts of the strings exceed the memory limit of \(context.memoryLimit) bytes")
      }
      rows.append(row)
    }
    return rows
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let rows = try rows(context)
    let width = rows.reduce(0) { max($0, $1.count) }
    let shape = try context.tensor(0).shape
    try context.checkOutput(.string, shape: shape + [width])
    let padded = rows.flatMap { row in
      row.map { ByteString(bytes: $0) } + [ByteString](repeating: "", count: width - row.count)
    }
    return [
      .tensor(Tensor(shape: shape + [width], strings: padded)),
      .tensor(Tensor(shape: shape, scalars: rows.map { Int64($0.count) })),
    ]
  }
}

extension OperatorDefinition {
  /// Cuts strings at a delimiter or at white space; rows are as long as the longest.
  fileprivate static let stringSplit = OperatorDefinition(
    OperatorSchema(
      "StringSplit", versions: [20], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2"), .required("Z", "T3")],
      attributes: [StringSplit.delimiter.declaration, StringSplit.limit.declaration],
      constraints: ["T1": .tensors(.string), "T2": .tensors(.string), "T3": .tensors(.int64)]),
    inferTypes: { context in
      let shape = context.shape(0)
      return [
        .tensor(.string, shape.map { Shape($0.dimensions + [.unknown]) }), .tensor(.int64, shape),
      ]
    },
    evaluate: StringSplit.evaluate)
}

public import FormatSupport

/// A vector of strings.
public struct FlatStrings: Sendable {
  let buffer: FlatBuffer
  private let start: Int

  /// The number of strings.
  public let count: Int

  init(buffer: FlatBuffer, position: Int) throws(FormatError) {
    (start, count) = try buffer.elements(ofVectorAt: position, width: 4)
    self.buffer = buffer
  }

  /// Returns the text at an index.
  ///
  /// - Throws: ``FormatError`` also when there is no such index.
  public func text(at index: Int) throws(FormatError) -> String {
    do {
      return try buffer.text(at: target(index))
    } catch {
      throw error.inside("[\(index)]")
    }
  }

  /// Returns the bytes of the string at an index, whatever they are.
  public func bytes(at index: Int) throws(FormatError) -> UnsafeRawBufferPointer {
    try buffer.stringBytes(at: target(index))
  }

  private func target(_ index: Int) throws(FormatError) -> Int {
    try buffer.target(ofReference: index, from: start, count: count)
  }
}

/// A vector of tables.
public struct FlatTables: Sendable {
  let buffer: FlatBuffer
  private let start: Int

  /// The number of tables.
  public let count: Int

  init(buffer: FlatBuffer, position: Int) throws(FormatError) {
    (start, count) = try buffer.elements(ofVectorAt: position, width: 4)
    self.buffer = buffer
  }

  /// Returns the table at an index.
  ///
  /// - Throws: ``FormatError`` also when there is no such index.
  public func table(at index: Int) throws(FormatError) -> FlatTable {
    let target = try buffer.target(ofReference: index, from: start, count: count)
    return try FlatTable(buffer: buffer, position: target)
  }
}

extension FlatBuffer {
  fileprivate func target(
    ofReference index: Int, from start: Int, count: Int
  ) throws(FormatError) -> Int {
    guard index >= 0, index < count else {
      throw malformed("index \(index) is outside a vector of \(count)", at: start)
    }
    return try target(ofOffsetAt: start + 4 * index)
  }
}

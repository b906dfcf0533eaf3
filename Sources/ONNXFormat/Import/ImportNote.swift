/// Something that an import left out or put up with, without harm to the computation.
public struct ImportNote: Hashable, Sendable {
  /// What was found, and what became of it.
  public var message: String

  /// The fields from the root of the file to the first place where it was found.
  public var path: [String]

  /// The number of places where it was found.
  public var count: Int

  public init(message: String, path: [String] = [], count: Int = 1) {
    self.message = message
    self.path = path
    self.count = count
  }
}

extension ImportNote: CustomStringConvertible {
  /// The note on one line, with the first place and the number of others.
  public var description: String {
    let place = path.isEmpty ? "" : "\(path.joined(separator: ".")): "
    let others = count > 1 ? " (and \(count - 1) more)" : ""
    return "\(place)\(message)\(others)"
  }
}

/// The path of a model, taken apart for the files beside it.
struct ModelPath {
  /// The folder as the path gives it; `.` when it gives none.
  let folder: String

  /// The name of the file inside the folder.
  let name: String

  private let prefix: String

  init(_ path: String) {
    // By bytes: a combining character behind a slash would hide it from a search by characters.
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      (folder, name, prefix) = (".", path, "")
      return
    }
    folder = slash == path.startIndex ? "/" : String(path[..<slash])
    name = String(path[path.utf8.index(after: slash)...])
    prefix = String(path[...slash])
  }

  /// Returns the path of another file in the same folder.
  func path(besides name: String) -> String { prefix + name }
}

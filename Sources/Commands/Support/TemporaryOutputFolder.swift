import FoundationEssentials
import Glibc

/// A folder beside the place of an output; it goes with the object, and what was not moved with it.
final class TemporaryOutputFolder {
  /// Where the output is written until it is moved.
  let file: String

  private let target: String
  private let folder: String

  /// Makes the folder in the one where `path` lies.
  init(beside path: String) throws {
    target = path
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.last.map(String.init) ?? path
    let parent = parts.dropLast().map { "\($0)/" }.joined()
    var template = Array("\(parent).\(name).XXXXXX".utf8CString)
    let isMade = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
    }
    guard isMade, !name.isEmpty else {
      let reason = name.isEmpty ? "it names no file" : String(cString: strerror(errno))
      throw Failure(
        .usage, "cannot write \(path): \(reason); choose a folder that exists and is writable")
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    file = "\(folder)/\(name)"
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The bytes of all files in the folder.
  var size: Int { files.reduce(0) { $0 + fileSize("\(folder)/\($1)") } }

  /// Moves every file to its place, the one that was asked for last: it makes the others valid.
  func moveIntoPlace() throws {
    let parent = target.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .map { "\($0)/" }.joined()
    let moves = files.map { ("\(folder)/\($0)", "\(parent)\($0)") }.filter { $0.0 != file }
    for (source, place) in moves + [(file, target)] where rename(source, place) != 0 {
      throw Failure(.usage, "cannot write \(place): \(String(cString: strerror(errno)))")
    }
  }

  private var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}

/// Returns the bytes of a file, 0 when there is none.
func fileSize(_ path: String) -> Int {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

import FormatSupport
import Glibc
import Tensors

/// The files beside a model that its tensors lie in, each mapped once.
///
/// A location is followed only to regular files inside the model's folder, after all symbolic links
/// are resolved. The check and the opening are two steps: somebody who may change the folder in
/// between is not kept out.
final class ExternalFiles {
  /// Some exporters give each tensor a file; a process may often have no more than 1024 open.
  private static let largestOpenCount = 256

  private let folder: String?
  private var resolvedFolder: String?
  private var sources: [String: ByteSource] = [:]

  /// Creates the files of a model in `folder`, or of one that lies in no folder.
  init(folder: String?) { self.folder = folder }

  /// Returns the tensor that a reference leads to, as a view.
  func tensor(
    _ layout: TensorLayout, at reference: ExternalDataReference
  ) throws(FormatError) -> Tensor {
    guard let expected = layout.byteCount else {
      throw FormatError(.invalid, "strings do not lie in external data")
        .advising("store them in string_data")
    }
    if let length = reference.length, length != expected {
      throw FormatError(
        .invalid, "\(layout) takes \(expected) bytes, but external_data gives \(length)"
      ).advising("correct the shape, the element type or the length")
    }
    let storage = try source(at: reference.location).storage
    let (end, overflow) = reference.offset.addingReportingOverflow(expected)
    guard !overflow, end <= storage.bytes.count,
      let tensor = Tensor(
        layout.elementType, shape: layout.shape, storage: storage, range: reference.offset..<end)
    else {
      throw FormatError(
        .truncated,
        "bytes \(reference.offset) and the \(expected) behind lie outside "
          + "\(reference.location.quotedBriefly), which has \(storage.bytes.count)"
      ).advising("get the whole file that belongs to this model")
    }
    return tensor.withSoundBooleans
  }

  private func source(at location: String) throws(FormatError) -> ByteSource {
    if let source = sources[location] { return source }
    let path = try containedPath(of: location)
    if let source = sources[path] {
      sources[location] = source
      return source
    }
    let isOneOfMany = sources.count >= Self.largestOpenCount
    let source = ByteSource(try MappedFile(path: path, keepingOpen: !isOneOfMany))
    sources[path] = source
    sources[location] = source
    return source
  }

  // MARK: - Containment

  /// Returns the resolved path of a regular file inside the folder.
  private func containedPath(of location: String) throws(FormatError) -> String {
    let inside = "the data must lie in the model's folder or below"
    guard let folder else {
      throw FormatError(
        .unsupported, "the model has no folder, but data in \(location.quotedBriefly)"
      )
      .advising("store the model in a file beside its data")
    }
    guard location.utf8.first != UInt8(ascii: "/") else {
      throw FormatError(.invalid, "the location \(location.quotedBriefly) is absolute").advising(
        inside)
    }
    // By bytes: a combining character behind a slash would hide it from a search by characters.
    let steps = location.utf8.split(separator: UInt8(ascii: "/"))
    guard !steps.contains(where: { $0.elementsEqual("..".utf8) }) else {
      throw FormatError(.invalid, "the location \(location.quotedBriefly) contains \"..\"")
        .advising(inside)
    }
    let root = try root(of: folder)
    let path = try resolve("\(folder)/\(location)")
    let prefix = root == "/" ? "/" : "\(root)/"
    guard path.utf8.starts(with: prefix.utf8) else {
      throw FormatError(
        .invalid,
        "the location \(location.quotedBriefly) leads to \(path), not to a file inside \(root)"
      ).advising(inside)
    }
    // Asked before the file is opened: opening a device may have effects.
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FormatError(.invalid, "the location \(location.quotedBriefly) is no regular file")
        .advising("put the data into an ordinary file")
    }
    return path
  }

  private func root(of folder: String) throws(FormatError) -> String {
    if let resolvedFolder { return resolvedFolder }
    let root = try resolve(folder)
    resolvedFolder = root
    return root
  }

  /// Returns the absolute path without symbolic links.
  private func resolve(_ path: String) throws(FormatError) -> String {
    guard let resolved = realpath(path, nil) else {
      throw FormatError(
        .inputOutput, "cannot find \(path): \(String(cString: strerror(errno)))"
      ).advising("put the file of external data where the model expects it")
    }
    defer { free(resolved) }
    // A repaired path would be another path than the one that was resolved.
    guard let text = String(validatingCString: resolved) else {
      throw FormatError(.unsupported, "\(path) leads to a path that is not UTF-8")
        .advising("rename the file")
    }
    return text
  }
}

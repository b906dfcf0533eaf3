public import FormatSupport
public import Tensors

/// The arrays of an `.npz` archive, read when they are asked for.
///
/// Arrays that are stored without compression are views on the file; compressed ones take memory.
/// Every array's checksum is verified. Errors found inside a compressed array name bytes of its
/// decompressed form, others bytes of the archive.
public struct NumPyArchive {
  /// How the arrays of a new archive are stored.
  public enum Compression: String, Hashable, Sendable {
    /// As they are: readers can map them, and the archive's bytes depend on nothing but the arrays.
    case none
    /// By deflate: the bytes depend on the version of zlib too.
    case deflate
  }

  /// The names of the arrays, without `.npy`, in the order of the archive.
  public let names: [String]

  private let archive: ZipArchive
  private let limits: ResourceLimits

  /// Reads the directory of the archive that `storage` holds.
  public init(
    reading storage: Storage, limits: ResourceLimits = ResourceLimits()
  ) throws(FormatError) {
    archive = try ZipArchive(reading: storage)
    names = archive.entries.map { $0.name.withoutArraySuffix }
    self.limits = limits
    guard Set(names).count == names.count else {
      throw FormatError(.invalid, "two arrays of the archive have the same name")
    }
  }

  /// Returns the array with a name, or nil when there is none.
  public func tensor(named name: String) throws(FormatError) -> Tensor? {
    guard let index = names.firstIndex(of: name) else { return nil }
    return try read(archive.entries[index], memory: limits.memory)
  }

  /// Returns every array; compressed ones together take no more than the limits' memory.
  public func tensors() throws(FormatError) -> [NamedTensor] {
    var memory = limits.memory
    var tensors: [NamedTensor] = []
    for (name, entry) in zip(names, archive.entries) {
      tensors.append(NamedTensor(name, try read(entry, memory: memory)))
      if entry.method == .deflated { memory -= entry.size }
    }
    return tensors
  }

  private func read(_ entry: ZipEntry, memory: Int) throws(FormatError) -> Tensor {
    do {
      let content = try archive.content(of: entry, memory: memory)
      return try NumPyArray.read(
        content.storage, range: content.range, limits: ResourceLimits(memory: memory))
    } catch {
      throw error.inside(entry.name)
    }
  }
}

extension NumPyArchive {
  /// Writes arrays to a file that appears whole or not at all.
  ///
  /// The same arrays give the same bytes: entries carry a fixed date. Stored elements start on
  /// 64-byte boundaries. What NumPy has no type for is widened as ``NumPyArray`` says.
  public static func write(
    _ tensors: [NamedTensor], to path: String, compression: Compression = .none
  ) throws(FormatError) {
    let file = try OutputFile(path: path)
    var writer = ZipWriter(to: file)
    for named in tensors {
      do {
        let array = try EncodedArray(named.tensor)
        let name = named.name + ".npy"
        try array.withContents { (contents) throws(FormatError) in
          try writer.append(name, compression) { (body) throws(FormatError) in
            try array.header.withUnsafeBufferPointer { (header) throws(FormatError) in
              try body(UnsafeRawBufferPointer(header))
            }
            try body(contents)
          }
        }
      } catch {
        throw error.inside(named.name)
      }
    }
    try writer.finish()
    try file.commit()
  }
}

extension String {
  fileprivate var withoutArraySuffix: String {
    hasSuffix(".npy") ? String(dropLast(4)) : self
  }
}

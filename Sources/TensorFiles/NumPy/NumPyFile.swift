public import FormatSupport
import Tensors

/// A file of NumPy's, of either kind.
public enum NumPyFile {
  /// Reads the arrays of an `.npz` archive, or the one of an `.npy` file under the file's name.
  ///
  /// The content decides which it is. Without `limits`, compressed arrays may take 16 times the
  /// file's size, and 256 MiB in any case.
  public static func read(
    path: String, limits: ResourceLimits? = nil
  ) throws(FormatError) -> [NamedTensor] {
    let file = try MappedFile(path: path)
    let region = file.descriptor.map { FileRegion(descriptor: $0, offset: 0) }
    let storage = Storage(bytes: file.bytes, owner: file, region: region)
    let limits = limits ?? defaultLimits(forFileOfSize: file.bytes.count)
    do throws(FormatError) {
      if file.bytes.starts(with: NumPyHeader.magic) {
        return [NamedTensor(stem(of: path), try NumPyArray.read(storage, limits: limits))]
      }
      guard file.bytes.starts(with: [0x50, 0x4b]) else {
        throw FormatError(
          .malformed, "the file is neither .npy nor .npz", at: 0,
          remedy: "save the arrays with numpy.save or numpy.savez")
      }
      return try NumPyArchive(reading: storage, limits: limits).tensors()
    } catch {
      throw error.inside(path)
    }
  }

  private static func defaultLimits(forFileOfSize size: Int) -> ResourceLimits {
    var limits = ResourceLimits.forFile(ofSize: size)
    limits.memory = max(limits.memory, 256 << 20)
    return limits
  }

  private static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
  }
}

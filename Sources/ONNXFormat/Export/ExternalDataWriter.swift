import FormatSupport
import Tensors

/// The file beside a model that large tensors go into.
///
/// Tensors of 1 MiB and more begin at multiples of 4096, the size of a page, so that they can be
/// mapped alone; smaller ones at multiples of 64. Tensors that share their bytes share the place.
final class ExternalDataWriter {
  /// Where a tensor lies in the file.
  struct Place {
    var offset: Int
    var length: Int
  }

  /// The name of the file, in the folder of the model.
  let fileName: String

  /// Tensors with fewer bytes stay in the model.
  let threshold: Int

  private let path: String
  private var output: OutputFile?
  private var places: [Source: Place] = [:]

  private struct Source: Hashable {
    var storage: ObjectIdentifier
    var range: Range<Int>
  }

  private static let pageSize = 4096
  private static let smallestPagedTensor = 1 << 20
  private static let smallestKernelCopy = 1 << 16

  /// Prepares a file in the folder of `modelPath`; it is created when the first tensor comes.
  init(name: String?, threshold: Int, besides modelPath: String) throws(FormatError) {
    let model = ModelPath(modelPath)
    let name = name ?? "\(model.name).data"
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != model.name,
      name != ".", name != ".."
    else {
      throw FormatError(.invalid, "\(name.quotedBriefly) is no name for a file of external data")
        .advising("give a name without a folder, different from the model's")
    }
    self.fileName = name
    self.threshold = max(threshold, 0)
    path = model.path(besides: name)
  }

  /// Writes a tensor unless its bytes are there already, and returns its place.
  func append(_ tensor: Tensor) throws(FormatError) -> Place {
    let source = Source(storage: ObjectIdentifier(tensor.storage), range: tensor.range)
    if let known = places[source] { return known }
    let output = try openedOutput()
    let length = tensor.range.count
    try output.pad(toMultipleOf: length >= Self.smallestPagedTensor ? Self.pageSize : 64)
    let place = Place(offset: output.count, length: length)
    if let region = tensor.storage.region, length >= Self.smallestKernelCopy {
      try output.append(length, at: region.offset + tensor.range.lowerBound, of: region.descriptor)
    } else {
      try output.append(tensor.bytes)
    }
    places[source] = place
    return place
  }

  /// Makes the file appear; returns its path, or nil when no tensor went into it.
  func commit() throws(FormatError) -> String? {
    guard let output else { return nil }
    try output.commit()
    return path
  }

  private func openedOutput() throws(FormatError) -> OutputFile {
    if let output { return output }
    let output = try OutputFile(path: path)
    self.output = output
    return output
  }
}

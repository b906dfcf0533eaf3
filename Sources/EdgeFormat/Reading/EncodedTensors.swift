import FormatSupport
import Tensors

/// What the tensors with one encoding take in a file.
public struct EncodedTensors: Hashable, Sendable {
  /// The name of the encoding, such as `bitmask`.
  public let encoding: String

  /// The number of tensors.
  public fileprivate(set) var count = 0

  /// The bytes of their parts.
  public fileprivate(set) var storedBytes = 0

  /// The bytes that they would take if they were dense; strings count as they are stored.
  public fileprivate(set) var denseBytes = 0
}

extension EdgeFile {
  /// What tensors that are not dense take, by their encoding.
  public var encodedTensors: [EncodedTensors] {
    let types = contents.types
    let tensors = contents.tensors
    // The places were found before, when the file was opened.
    return (try? tensors.encodedTensors(types)) ?? []
  }
}

extension TensorColumns {
  fileprivate func encodedTensors(
    _ typeColumns: TypeColumns
  ) throws(FormatError) -> [EncodedTensors] {
    var sums: [EncodingKind: EncodedTensors] = [:]
    for index in 0..<count {
      guard let kind = kind(of: index) else { continue }
      var sum = sums[kind] ?? EncodedTensors(encoding: "\(kind)")
      let numbers = try partNumbers(of: index)
      let sizes = [
        try size(of: numbers.first, typeColumns), try size(of: numbers.second, typeColumns),
      ]
      let (element, elements) = try typeColumns.tensor(
        types[index], sparse: kind == .coordinates)
      sum.count += 1
      sum.storedBytes += sizes[0] + sizes[1]
      let dense = element.byteCount(forElements: elements) ?? sizes[0] + sizes[1]
      sum.denseBytes = sum.denseBytes.addingReportingOverflow(dense).partialValue
      sums[kind] = sum
    }
    return sums.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
  }

  private func size(
    of tensor: Int, _ typeColumns: TypeColumns
  ) throws(FormatError) -> Int {
    let (element, elements) = try typeColumns.tensor(types[tensor], sparse: false)
    return try place(of: tensor, element, elements).count
  }
}

import EdgeFormat

/// What an `.edge` file says of itself, beside its model.
struct EdgeDocument: Encodable {
  struct Section: Encodable {
    let kind: String
    let codec: String
    let bytes: Int
    let sha256: String
  }

  /// Tensors that are not stored dense.
  struct Encoded: Encodable {
    let encoding: String
    let tensors: Int
    let bytes: Int
    let denseBytes: Int
  }

  struct Origin: Encodable {
    let source: String
    let sourceSHA256: String?
    let tool: String
    let passes: [String]
  }

  /// The bytes of the graph part, header included.
  let metadataBytes: Int
  let modelVersion: UInt64
  /// What a reader must understand, for people.
  let requiredFeatures: String
  let sections: [Section]
  let encodings: [Encoded]
  let provenance: Origin?

  init(_ file: EdgeFile) {
    metadataBytes = file.header.flatBufferSize
    modelVersion = file.header.modelVersion
    requiredFeatures = file.header.requiredFeatures.description
    sections = file.sections.map { record in
      Section(
        kind: record.kind.description, codec: "\(record.codec)", bytes: record.length,
        sha256: hexadecimal(record.hash))
    }
    encodings = file.encodedTensors.map { tensors in
      Encoded(
        encoding: tensors.encoding, tensors: tensors.count, bytes: tensors.storedBytes,
        denseBytes: tensors.denseBytes)
    }
    provenance = file.provenance.map { origin in
      Origin(
        source: origin.sourceName,
        sourceSHA256: origin.sourceHash.isEmpty ? nil : hexadecimal(origin.sourceHash),
        tool: [origin.tool, origin.toolVersion].filter { !$0.isEmpty }.joined(separator: " "),
        passes: origin.passes.map(\.name))
    }
  }

  /// Prints the document for people.
  func show() {
    Console.print("file")
    var rows = [["graph part", formattedBytes(metadataBytes), ""]]
    rows += sections.map { section in
      [section.kind, formattedBytes(section.bytes), "sha256 \(section.sha256.prefix(16))…"]
    }
    Console.print(table(rows))
    for entry in encodings {
      Console.print(
        "\(counted(entry.tensors, "tensor")) stored as \(entry.encoding): "
          + "\(formattedBytes(entry.bytes)) for \(formattedBytes(entry.denseBytes))")
    }
    guard let provenance else { return }
    let hash = provenance.sourceSHA256.map { ", sha256 \($0.prefix(16))…" } ?? ""
    let tool = provenance.tool.isEmpty ? "" : "made by \(provenance.tool) "
    let source = provenance.source.isEmpty ? "a source without name" : provenance.source
    Console.print("\(tool)from \(source)\(hash)")
  }
}

/// Returns bytes as hexadecimal digits.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

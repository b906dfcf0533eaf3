import FormatSupport
import ONNXFormat
import Testing

/// ONNX's messages written by hand, so that tests can write wrong models.
extension Wire {
  static func model(
    graph: [UInt8], irVersion: UInt64 = 10, imports: [(String, UInt64)] = [("", 21)],
    extra: [UInt8] = []
  ) -> [UInt8] {
    let sets = imports.flatMap { bytes(8, text(1, $0.0) + number(2, $0.1)) }
    return number(1, irVersion) + sets + bytes(7, graph) + extra
  }

  static func graph(
    _ nodes: [[UInt8]] = [], inputs: [String] = [], outputs: [String] = [],
    initializers: [[UInt8]] = [], name: String = "g", extra: [UInt8] = []
  ) -> [UInt8] {
    nodes.flatMap { bytes(1, $0) } + text(2, name) + initializers.flatMap { bytes(5, $0) }
      + inputs.flatMap { bytes(11, value($0)) } + outputs.flatMap { bytes(12, value($0)) } + extra
  }

  /// Describes a vector of two float32 with a name.
  static func value(_ name: String, elementType: UInt64 = 1) -> [UInt8] {
    text(1, name) + bytes(2, bytes(1, number(1, elementType) + bytes(2, bytes(1, number(1, 2)))))
  }

  static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "",
    domain: String = "", attributes: [[UInt8]] = []
  ) -> [UInt8] {
    inputs.flatMap { text(1, $0) } + outputs.flatMap { text(2, $0) }
      + (name.isEmpty ? [] : text(3, name)) + text(4, operation)
      + attributes.flatMap { bytes(5, $0) } + (domain.isEmpty ? [] : text(7, domain))
  }

  /// Writes an attribute; `type` is a number of `AttributeProto.AttributeType`.
  static func attribute(_ name: String, type: UInt64?, _ fields: [UInt8] = []) -> [UInt8] {
    text(1, name) + fields + (type.map { number(20, $0) } ?? [])
  }

  static func tensor(
    _ name: String = "w", shape: [Int64] = [2], type: UInt64 = 1, raw: [UInt8]? = nil,
    extra: [UInt8] = []
  ) -> [UInt8] {
    shape.flatMap { number(1, UInt64(bitPattern: $0)) } + number(2, type)
      + (name.isEmpty ? [] : text(8, name)) + (raw.map { bytes(9, $0) } ?? []) + extra
  }

  /// Writes a tensor of two float32 that lies in another file.
  static func externalTensor(_ entries: [(String, String)]) -> [UInt8] {
    let data = entries.flatMap { bytes(13, text(1, $0.0) + text(2, $0.1)) }
    return tensor(extra: data + number(14, 1))
  }

  /// Returns a model whose only content is one initializer.
  static func model(initializer: [UInt8]) -> [UInt8] {
    model(graph: graph(initializers: [initializer]))
  }
}

/// A model in bytes that the importer must refuse, with what it must say.
struct RefusedModel: CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let complaint: String

  init(_ name: String, _ bytes: [UInt8], _ complaint: String) {
    testDescription = name
    self.bytes = bytes
    self.complaint = complaint
  }

  /// Creates a case whose complaint is about the graph.
  init(_ name: String, graph: [UInt8], _ complaint: String) {
    self.init(name, Wire.model(graph: graph), "graph.\(complaint)")
  }

  /// What the importer says, or nil when it accepts the model.
  var actualComplaint: String? {
    do throws(FormatError) {
      _ = try ONNXImporter.importModel(bytes: bytes)
      return nil
    } catch {
      return error.description
    }
  }
}

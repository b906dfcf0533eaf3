/// One entry of the metadata that a framework left in a model.
public struct MetadataEntry: Hashable, Sendable {
  public var key: String
  public var value: String

  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// What a model says for people about one of its parts: no computation depends on it.
public struct Annotations: Hashable, Sendable {
  public var documentation: String
  public var metadata: [MetadataEntry]

  /// Entries that say how a value was quantized (ONNX `TensorAnnotation`).
  public var quantization: [MetadataEntry]

  public init(
    documentation: String = "", metadata: [MetadataEntry] = [], quantization: [MetadataEntry] = []
  ) {
    self.documentation = documentation
    self.metadata = metadata
    self.quantization = quantization
  }

  public var isEmpty: Bool { documentation.isEmpty && metadata.isEmpty && quantization.isEmpty }
}

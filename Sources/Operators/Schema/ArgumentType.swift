public import Tensors

/// What a schema can check of one argument: its kind and its element type, but no shape.
public indirect enum ArgumentType: Hashable, Sendable {
  /// A tensor; without an element type nothing more is known of it.
  case tensor(ElementType?)
  case sequence(ArgumentType)
  case optional(ArgumentType)
  case map(key: ElementType, value: ArgumentType)
  /// A type that is not known, such as that of the elements of an empty sequence.
  case unknown

  /// Creates the type of a value during execution.
  public init(_ value: RuntimeValue) {
    switch value {
    case .tensor(let tensor): self = .tensor(tensor.elementType)
    case .sequence(let elements): self = .sequence(elements.first.map { .init($0) } ?? .unknown)
    case .optional(let element): self = .optional(element.map { .init($0) } ?? .unknown)
    case .map(let keys, let values):
      self = .map(key: keys.elementType, value: values.first.map { .init($0) } ?? .unknown)
    }
  }

  /// Creates the type of a value before execution.
  public init(_ type: ValueType?) {
    switch type {
    case .tensor(let element, _): self = .tensor(element)
    case .sequence(let element): self = .sequence(.init(element))
    case .optional(let element): self = .optional(.init(element))
    case .map(let key, let value): self = .map(key: key, value: .init(value))
    case .sparseTensor, .opaque, nil: self = .unknown
    }
  }
}

extension ArgumentType {
  /// Creates the type that schemas of ONNX spell so, such as `seq(map(int64, float))`.
  ///
  /// In maps they leave out that the values are tensors.
  public init?(spelling: String) {
    self.init(spelling: Substring(spelling))
  }

  private init?(spelling: Substring) {
    guard spelling.last == ")", let start = spelling.firstIndex(of: "(") else { return nil }
    let content = spelling[spelling.index(after: start)..<spelling.index(before: spelling.endIndex)]
    switch spelling[..<start] {
    case "tensor":
      guard let element = ElementType(spelling: content) else { return nil }
      self = .tensor(element)
    case "seq":
      guard let element = ArgumentType(spelling: content) else { return nil }
      self = .sequence(element)
    case "optional":
      guard let element = ArgumentType(spelling: content) else { return nil }
      self = .optional(element)
    case "map":
      let parts = content.split(separator: ",", maxSplits: 1)
      guard parts.count == 2, let key = ElementType(spelling: parts[0]) else { return nil }
      let value = parts[1].drop { $0 == " " }
      guard let type = ElementType(spelling: value).map(Self.tensor) ?? .init(spelling: value)
      else { return nil }
      self = .map(key: key, value: type)
    default: return nil
    }
  }

  /// Returns the type that is known when both are types of the same value, or nil when they
  /// contradict each other.
  func merged(with other: ArgumentType) -> ArgumentType? {
    switch (self, other) {
    case (.unknown, let type), (let type, .unknown): type
    case (.tensor(nil), .tensor(let element)), (.tensor(let element), .tensor(nil)):
      .tensor(element)
    case (.sequence(let left), .sequence(let right)): left.merged(with: right).map(Self.sequence)
    case (.optional(let left), .optional(let right)): left.merged(with: right).map(Self.optional)
    case (.map(let key, let left), .map(let other, let right)) where key == other:
      left.merged(with: right).map { .map(key: key, value: $0) }
    default: self == other ? self : nil
    }
  }
}

extension ArgumentType: CustomStringConvertible {
  /// The type as the text form writes it, such as `sequence(float32)`.
  public var description: String {
    switch self {
    case .tensor(let element): element?.name ?? "any"
    case .sequence(let element): "sequence(\(element))"
    case .optional(let element): "optional(\(element))"
    case .map(let key, let value): "map(\(key), \(value))"
    case .unknown: "unknown"
    }
  }
}

extension ElementType {
  /// Creates the type that schemas of ONNX spell so: `float` and `double` where we count bits.
  fileprivate init?(spelling: Substring) {
    switch spelling {
    case "float": self = .float32
    case "double": self = .float64
    case "float32", "float64": return nil
    default: self.init(name: spelling)
    }
  }
}

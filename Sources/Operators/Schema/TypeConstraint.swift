import Tensors

/// The types that a type variable may stand for.
public struct TypeConstraint: Hashable, Sendable {
  /// The elements of tensors.
  public var tensors: ElementTypes
  /// The elements of tensors in sequences.
  public var sequences: ElementTypes
  /// The elements of optional tensors.
  public var optionals: ElementTypes
  /// The elements of tensors in optional sequences.
  public var optionalSequences: ElementTypes
  /// Maps and sequences of maps, in ONNX's spelling.
  public var maps: [String]

  public init(
    tensors: ElementTypes = [], sequences: ElementTypes = [], optionals: ElementTypes = [],
    optionalSequences: ElementTypes = [], maps: [String] = []
  ) {
    self.tensors = tensors
    self.sequences = sequences
    self.optionals = optionals
    self.optionalSequences = optionalSequences
    self.maps = maps
  }

  /// Tensors of some types and nothing else.
  public static func tensors(_ types: ElementTypes) -> TypeConstraint {
    TypeConstraint(tensors: types)
  }

  /// Sequences of tensors of some types and nothing else.
  public static func sequences(_ types: ElementTypes) -> TypeConstraint {
    TypeConstraint(sequences: types)
  }

  /// Whether only tensors are allowed.
  public var isTensor: Bool {
    sequences.isEmpty && optionals.isEmpty && optionalSequences.isEmpty && maps.isEmpty
  }
}

// MARK: - Checking

extension TypeConstraint {
  /// Creates the constraint to the one type that schemas of ONNX spell so.
  init?(spelling: String) {
    self.init()
    switch ArgumentType(spelling: spelling) {
    case .tensor(let element?): tensors = ElementTypes(element)
    case .sequence(.tensor(let element?)): sequences = ElementTypes(element)
    case .optional(.tensor(let element?)): optionals = ElementTypes(element)
    case .optional(.sequence(.tensor(let element?))): optionalSequences = ElementTypes(element)
    case .map, .sequence(.map): maps = [spelling]
    default: return nil
    }
  }

  /// Whether an argument may have a type; what is not known of it is taken to be right.
  func allows(_ type: ArgumentType, in precision: Precision) -> Bool {
    switch type {
    case .unknown: true
    case .tensor(let element): tensors.allows(element, in: precision)
    case .sequence(.tensor(let element)): sequences.allows(element, in: precision)
    case .optional(.tensor(let element)): optionals.allows(element, in: precision)
    case .optional(.sequence(.tensor(let element))):
      optionalSequences.allows(element, in: precision)
    case .sequence(.unknown): !sequences.isEmpty || allowsMap(type, in: precision)
    case .optional(.sequence(.unknown)): !optionalSequences.isEmpty
    case .optional(.unknown): !optionals.isEmpty || !optionalSequences.isEmpty
    case .map, .sequence(.map): allowsMap(type, in: precision)
    case .sequence, .optional: false
    }
  }

  private func allowsMap(_ type: ArgumentType, in precision: Precision) -> Bool {
    maps.contains { ArgumentType(spelling: $0)?.admits(type, in: precision) ?? false }
  }
}

extension ArgumentType {
  /// Whether an argument of the other type stands for one of this type.
  fileprivate func admits(_ other: ArgumentType, in precision: Precision) -> Bool {
    switch (self, other) {
    case (_, .unknown): true
    case (.tensor(let element?), .tensor(let other)):
      ElementTypes(element).allows(other, in: precision)
    case (.sequence(let element), .sequence(let other)): element.admits(other, in: precision)
    case (.map(let key, let value), .map(let otherKey, let other)):
      key == otherKey && value.admits(other, in: precision)
    default: false
    }
  }
}

extension ElementTypes {
  /// Whether a type is in the set, or stands for one that is when all floats run in 64 bits.
  fileprivate func allows(_ type: ElementType?, in precision: Precision) -> Bool {
    guard let type else { return !isEmpty }
    if contains(type) { return true }
    return precision == .float64 && type == .float64 && !isDisjoint(with: .realFloats)
  }

  private static let realFloats = ElementTypes(ElementType.allCases.filter(\.isFloatingPoint))
}

extension TypeConstraint: CustomStringConvertible {
  /// Everything that is allowed, such as `int64, float32, or a sequence of float32`.
  public var description: String {
    var kinds: [String] = []
    if !tensors.isEmpty { kinds.append(names(of: tensors)) }
    if !sequences.isEmpty { kinds.append("a sequence of \(names(of: sequences))") }
    if !optionals.isEmpty { kinds.append("an optional of \(names(of: optionals))") }
    if !optionalSequences.isEmpty {
      kinds.append("an optional sequence of \(names(of: optionalSequences))")
    }
    kinds += maps.map { ArgumentType(spelling: $0)?.description ?? $0 }
    return kinds.joined(separator: ", or ")
  }

  private func names(of types: ElementTypes) -> String {
    types == .all ? "any type" : types.elements.map(\.name).joined(separator: ", ")
  }
}

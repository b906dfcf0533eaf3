public import IR
public import Tensors

/// The name, the kind and the default of an attribute, as a schema lists it.
public struct AttributeDeclaration: Hashable, Sendable {
  public let name: String
  public let kind: Attribute.Kind
  public let isRequired: Bool
  public let defaultValue: Attribute?

  public init(
    _ name: String, _ kind: Attribute.Kind, isRequired: Bool = false,
    default defaultValue: Attribute? = nil
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.defaultValue = defaultValue
  }
}

/// A Swift type that an attribute can hold.
public protocol AttributeValue: Hashable, Sendable {
  /// The kind of attribute that holds the type.
  static var kind: Attribute.Kind { get }

  /// Reads the value, or returns nil when `attribute` holds something else.
  init?(_ attribute: Attribute)

  /// The attribute that holds the value.
  var attribute: Attribute { get }
}

/// An attribute of an operator, declared once beside it: required, or with a default.
public struct AttributeKey<Value: AttributeValue>: Sendable {
  public let name: String
  public let defaultValue: Value?

  public init(_ name: String, default defaultValue: Value? = nil) {
    self.name = name
    self.defaultValue = defaultValue
  }

  /// The attribute as a schema lists it.
  public var declaration: AttributeDeclaration {
    AttributeDeclaration(
      name, Value.kind, isRequired: defaultValue == nil, default: defaultValue?.attribute)
  }
}

/// An attribute of an operator that may be left out and has no default.
public struct OptionalAttributeKey<Value: AttributeValue>: Sendable {
  public let name: String

  public init(_ name: String) { self.name = name }

  /// The attribute as a schema lists it.
  public var declaration: AttributeDeclaration { AttributeDeclaration(name, Value.kind) }
}

extension Attributes {
  /// Returns the value of an attribute, or its default.
  ///
  /// - Throws: `invalidAttribute` when a required one is missing or holds another kind of value.
  public func value<Value>(of key: AttributeKey<Value>) throws(OperatorError) -> Value {
    guard let attribute = self[key.name] else {
      guard let value = key.defaultValue else {
        throw OperatorError(.invalidAttribute, "attribute \(key.name) is missing")
      }
      return value
    }
    return try read(attribute, named: key.name)
  }

  /// Returns the value of an attribute, or nil when it is left out.
  public func value<Value>(of key: OptionalAttributeKey<Value>) throws(OperatorError) -> Value? {
    guard let attribute = self[key.name] else { return nil }
    return try read(attribute, named: key.name)
  }

  private func read<Value: AttributeValue>(
    _ attribute: Attribute, named name: String
  ) throws(OperatorError) -> Value {
    if case .reference(let source, _) = attribute {
      throw OperatorError(
        .unsupported, "attribute \(name) is the function's attribute \(source)",
        remedy: "write the function for the newest operator set")
    }
    guard let value = Value(attribute) else {
      throw OperatorError(
        .invalidAttribute, "attribute \(name) holds \(attribute.kind), not \(Value.kind)")
    }
    return value
  }
}

extension Int: AttributeValue {
  public static var kind: Attribute.Kind { .int }
  public init?(_ attribute: Attribute) {
    guard case .int(let value) = attribute else { return nil }
    self.init(exactly: value)
  }
  public var attribute: Attribute { .int(Int64(self)) }
}

/// An ONNX flag: an integer that is 0 or 1.
extension Bool: AttributeValue {
  public static var kind: Attribute.Kind { .int }
  public init?(_ attribute: Attribute) {
    guard case .int(let value) = attribute else { return nil }
    self = value != 0
  }
  public var attribute: Attribute { .int(self ? 1 : 0) }
}

extension Float: AttributeValue {
  public static var kind: Attribute.Kind { .float }
  public init?(_ attribute: Attribute) {
    guard case .float(let value) = attribute else { return nil }
    self = value
  }
  public var attribute: Attribute { .float(self) }
}

extension String: AttributeValue {
  public static var kind: Attribute.Kind { .string }
  public init?(_ attribute: Attribute) {
    guard case .string(let value) = attribute, let text = value.text else { return nil }
    self = text
  }
  public var attribute: Attribute { .string(ByteString(self)) }
}

extension Tensor: AttributeValue {
  public static var kind: Attribute.Kind { .tensor }
  public init?(_ attribute: Attribute) {
    guard case .tensor(let value) = attribute, value.encoding == .dense else { return nil }
    self = value
  }
  public var attribute: Attribute { .tensor(self) }
}

extension BlockID: AttributeValue {
  public static var kind: Attribute.Kind { .graph }
  public init?(_ attribute: Attribute) {
    guard case .block(let value) = attribute else { return nil }
    self = value
  }
  public var attribute: Attribute { .block(self) }
}

extension ByteString: AttributeValue {
  public static var kind: Attribute.Kind { .string }
  public init?(_ attribute: Attribute) {
    guard case .string(let value) = attribute else { return nil }
    self = value
  }
  public var attribute: Attribute { .string(self) }
}

extension ValueType: AttributeValue {
  public static var kind: Attribute.Kind { .type }
  public init?(_ attribute: Attribute) {
    guard case .type(let value) = attribute else { return nil }
    self = value
  }
  public var attribute: Attribute { .type(self) }
}

/// An element of an attribute that is a list.
public protocol AttributeElement: Hashable, Sendable {
  static var listKind: Attribute.Kind { get }
  static func list(_ attribute: Attribute) -> [Self]?
  static func attribute(_ list: [Self]) -> Attribute
}

extension Array: AttributeValue where Element: AttributeElement {
  public static var kind: Attribute.Kind { Element.listKind }
  public init?(_ attribute: Attribute) {
    guard let list = Element.list(attribute) else { return nil }
    self = list
  }
  public var attribute: Attribute { Element.attribute(self) }
}

extension Int: AttributeElement {
  public static var listKind: Attribute.Kind { .ints }
  public static func list(_ attribute: Attribute) -> [Int]? {
    guard case .ints(let values) = attribute else { return nil }
    return values.map(Int.init)
  }
  public static func attribute(_ list: [Int]) -> Attribute { .ints(list.map(Int64.init)) }
}

extension Float: AttributeElement {
  public static var listKind: Attribute.Kind { .floats }
  public static func list(_ attribute: Attribute) -> [Float]? {
    guard case .floats(let values) = attribute else { return nil }
    return values
  }
  public static func attribute(_ list: [Float]) -> Attribute { .floats(list) }
}

extension ByteString: AttributeElement {
  public static var listKind: Attribute.Kind { .strings }
  public static func list(_ attribute: Attribute) -> [ByteString]? {
    guard case .strings(let values) = attribute else { return nil }
    return values
  }
  public static func attribute(_ list: [ByteString]) -> Attribute { .strings(list) }
}

/// The extent of one axis, as far as it is known before execution.
public enum Dimension: Hashable, Sendable {
  /// A number.
  case fixed(Int)
  /// A number that depends on named sizes, such as `batch` or `2*seq+1`.
  case symbolic(DimensionExpression)
  /// A number that nothing is known of.
  case unknown
}

extension Dimension: ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(integerLiteral value: Int) { self = .fixed(value) }

  /// Creates the dimension that an expression stands for: fixed when it has no symbols.
  public init(_ expression: DimensionExpression) {
    self = expression.constant.map { .fixed($0) } ?? .symbolic(expression)
  }

  /// Creates a dimension with a name of its own.
  public static func symbol(_ name: String) -> Dimension {
    .symbolic(DimensionExpression(symbol: name))
  }

  /// The number, when the dimension is fixed.
  public var fixedValue: Int? {
    guard case .fixed(let value) = self else { return nil }
    return value
  }

  /// The dimension as the text form writes it: `3`, `2*seq+1` or `?`.
  public var description: String {
    switch self {
    case .fixed(let value): "\(value)"
    case .symbolic(let expression): expression.description
    case .unknown: "?"
    }
  }
}

// MARK: - Text

extension Dimension {
  /// Reads the notation of ``description``: `3`, `2*seq+1` or `?`; nil for anything else.
  public init?(parsing text: String) {
    if text == "?" {
      self = .unknown
    } else if let value = Int(text) {
      self = .fixed(value)
    } else {
      guard let expression = DimensionExpression(parsing: text) else { return nil }
      self.init(expression)
    }
  }

  /// Reads the name that an exporter gave a dimension; the empty name stands for nothing known.
  public init(parameter text: String) {
    self = text.isEmpty ? .unknown : .symbolic(DimensionExpression(parameter: text))
  }
}

/// A setting of a pass, with its value.
public struct PassOption: Hashable, Sendable {
  /// The name in pipeline files, such as `growth`.
  public let name: String
  public let value: OptionValue
  /// What the setting is, with its unit, for people.
  public let summary: String

  public init(_ name: String, _ value: OptionValue, _ summary: String) {
    self.name = name
    self.value = value
    self.summary = summary
  }

  /// The same setting with the value that `settings` have for it, if any.
  func settled(by settings: PassSettings) -> PassOption {
    PassOption(name, settings.value(name) ?? value, summary)
  }
}

/// The value of a setting: a number, a flag or a word.
public enum OptionValue: Hashable, Sendable, CustomStringConvertible {
  case number(Double)
  case flag(Bool)
  case word(String)

  /// The value as a pipeline file writes it.
  public var description: String {
    switch self {
    case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
    case .flag(let flag): "\(flag)"
    case .word(let word): "\"\(word)\""
    }
  }

  /// Whether two values are of one kind.
  fileprivate func isLike(_ other: OptionValue) -> Bool {
    switch (self, other) {
    case (.number, .number), (.flag, .flag), (.word, .word): true
    default: false
    }
  }
}

extension OptionValue: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .word(try container.decode(String.self))
    }
  }
}

/// The settings that a pass is given, by name.
public struct PassSettings: Hashable, Sendable {
  private var values: [String: OptionValue]

  public init(_ values: [String: OptionValue] = [:]) { self.values = values }

  public var isEmpty: Bool { values.isEmpty }

  /// The value that a setting has; nil where it has none.
  func value(_ name: String) -> OptionValue? { values[name] }

  /// The number that a setting has; nil where it has none.
  func number(_ name: String) -> Double? {
    guard case .number(let number)? = values[name] else { return nil }
    return number
  }

  /// The flag that a setting has; nil where it has none.
  func flag(_ name: String) -> Bool? {
    guard case .flag(let flag)? = values[name] else { return nil }
    return flag
  }

  /// The word that a setting has; nil where it has none.
  func word(_ name: String) -> String? {
    guard case .word(let word)? = values[name] else { return nil }
    return word
  }

  /// Returns these settings with those of `other` in their place where it has some.
  func overridden(by other: PassSettings) -> PassSettings {
    PassSettings(values.merging(other.values) { _, new in new })
  }

  /// Checks names and kinds against the settings that a pass has.
  ///
  /// - Throws: `invalidOption` with the settings there are.
  func check(against options: [PassOption], of pass: String) throws(PassError) {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let option = options.first { $0.name == name }
      if let option, option.value.isLike(value) { continue }
      let names = options.map(\.name).joined(separator: ", ")
      throw PassError(
        .invalidOption,
        option.map { "\(name) is \(value), it must be like \($0.value)" } ?? "no option \(name)",
        pass: pass, remedy: names.isEmpty ? "it has no options" : "the options are \(names)")
    }
  }
}

public import Tensors

/// One set of inputs for a model, or one set of outputs, by name.
public struct Sample: Sendable {
  /// Where the values come from, for messages: a file, or a seed.
  public var name: String
  public var values: [String: RuntimeValue]

  public init(name: String, values: [String: RuntimeValue]) {
    self.name = name
    self.values = values
  }
}

/// An error in what a model is given.
public struct SampleError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public var remedy: String?

  public init(_ message: String, remedy: String? = nil) {
    self.message = message
    self.remedy = remedy
  }

  public var description: String { remedy.map { "\(message); \($0)" } ?? message }
}

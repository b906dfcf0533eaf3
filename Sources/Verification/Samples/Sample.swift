public import Tensors

/// One set of inputs for a model, or one set of outputs, by name.
public struct Sample: Sendable {
  /// Where the values come from, for messages: a file, or a seed.
  public var name: String
  public var values: [String: RuntimeValue]

  /// Whether the sample is to be skipped where the reference model cannot be executed on it: its
  /// shapes or numbers were chosen without knowing which ones the model is made for.
  public var isOptional = false

  /// Whether the sample holds numbers so large that sums may overflow in one order and not in another:
  /// where the reference model computes any value that is not finite, it shows nothing.
  public var isExtreme = false

  /// Whether the values are made up, so that an execution that fails says nothing of the model.
  public var isMadeUp = false

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

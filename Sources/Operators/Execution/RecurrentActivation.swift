import IR
import Tensors
import Glibc

/// The activations of a recurrent layer, in the order of its gates.
struct RecurrentActivation {
  static let names = OptionalAttributeKey<[ByteString]>("activations")
  static let alphas = OptionalAttributeKey<[Float]>("activation_alpha")
  static let betas = OptionalAttributeKey<[Float]>("activation_beta")
  static let clip = OptionalAttributeKey<Float>("clip")

  private let function: RealFunction
  /// The greatest absolute value that the function is given in a gate.
  private let bound: Double?

  /// Replaces numbers by those that the activation maps them to.
  func apply<Scalar: RealScalar>(to numbers: inout [Scalar]) {
    for index in numbers.indices { numbers[index] = Scalar(function(numbers[index].double)) }
  }

  /// Replaces the numbers of a gate, which are bounded before.
  func apply<Scalar: RealScalar>(toGate numbers: inout ArraySlice<Scalar>) {
    for index in numbers.indices {
      var x = numbers[index].double
      if let bound { x = x > bound ? bound : x < -bound ? -bound : x }
      numbers[index] = Scalar(function(x))
    }
  }

  /// Reads the activations of a node.
  ///
  /// The lists of numbers have one entry for each activation that takes such a number; missing ones
  /// are the defaults of the operators of the same names.
  static func list(
    _ attributes: Attributes, defaults: [String], directions: Int
  ) throws(OperatorError) -> [RecurrentActivation] {
    let count = defaults.count * directions
    let given = try attributes.value(of: names).map { $0.map { $0.text ?? "" } }
    let names = given ?? Array(repeatElement(defaults, count: directions).joined())
    guard names.count >= count else {
      throw OperatorError(
        .invalidAttribute, "\(names.count) activations are given, \(count) are needed",
        remedy: "give \(defaults.count) for each direction")
    }
    let bound = try attributes.value(of: clip)
    guard bound.map({ $0 >= 0 }) ?? true else {
      throw OperatorError(.invalidAttribute, "clip is \(bound ?? 0)")
    }
    var alphas = try (attributes.value(of: alphas) ?? [])[...]
    var betas = try (attributes.value(of: betas) ?? [])[...]
    var activations: [RecurrentActivation] = []
    for name in names.prefix(count) {
      let form = try Form(named: name)
      let alpha = form.alpha.map { alphas.popFirst() ?? $0 }
      let beta = form.beta.map { betas.popFirst() ?? $0 }
      let function = form.function(Double(alpha ?? 0), Double(beta ?? 0))
      activations.append(
        RecurrentActivation(function: function, bound: bound.map(Double.init)))
    }
    return activations
  }
}

/// A function with up to two parameters.
private struct Form {
  /// The default of each parameter that the function has.
  let alpha: Float?
  let beta: Float?
  let function: @Sendable (_ alpha: Double, _ beta: Double) -> RealFunction

  private init(
    _ alpha: Float? = nil, _ beta: Float? = nil,
    _ function: @escaping @Sendable (_ alpha: Double, _ beta: Double) -> RealFunction
  ) {
    self.alpha = alpha
    self.beta = beta
    self.function = function
  }

  /// Finds a function by its name, in whatever case.
  init(named name: String) throws(OperatorError) {
    guard let form = Self.all[name.lowercased()] else {
      throw OperatorError(
        .invalidAttribute, "\"\(name)\" is no activation of a recurrent layer",
        remedy: "known are \(Self.all.keys.sorted().joined(separator: ", "))")
    }
    self = form
  }

  private static let all: [String: Form] = [
    "affine": Form(1, 0) { a, b in { a * $0 + b } },
    "elu": Form(1) { a, _ in { $0 < 0 ? a * expm1($0) : $0 } },
    "hardsigmoid": Form(0.2, 0.5) { a, b in { $0.isNaN ? $0 : max(0, min(1, a * $0 + b)) } },
    "leakyrelu": Form(0.01) { a, _ in { $0 < 0 ? a * $0 : $0 } },
    "relu": Form { _, _ in { $0 < 0 ? 0 : $0 } },
    "scaledtanh": Form(1, 1) { a, b in { a * tanh(b * $0) } },
    "sigmoid": Form { _, _ in { Double.sigmoid($0) } },
    "softplus": Form { _, _ in { softplus($0) } },
    "softsign": Form { _, _ in { $0 / (1 + abs($0)) } },
    "tanh": Form { _, _ in { tanh($0) } },
    "thresholdedrelu": Form(1) { a, _ in { $0 < a ? 0 : $0 } },
  ]
}

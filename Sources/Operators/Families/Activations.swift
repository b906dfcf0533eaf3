import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OperatorFamily {
  /// Functions of one real number that networks place between their layers.
  ///
  /// `a` and `b` are the attributes in the order of their declaration.
  static let activations = OperatorFamily(
    "activations",
    [
      .activation("Celu", [12, 28], [alpha(1)]) { x, a, _ in
        max(0, x) + min(0, a * expm1(x / a))
      },
      .activation("Elu", [1, 6, 22], [alpha(1)]) { x, a, _ in x < 0 ? a * expm1(x) : x },
      .gelu,
      .activation("HardSigmoid", [1, 6, 22], [alpha(0.2), beta(0.5)]) { x, a, b in
        x.isNaN ? x : max(0, min(1, a * x + b))
      },
      .unary("HardSwish", [14, 22], .xy) { x in x * max(0, min(1, x / 6 + 0.5)) },
      .activation("LeakyRelu", [1, 6, 16], [alpha(0.01)]) { x, a, _ in x < 0 ? a * x : x },
      .unary("Mish", [18, 22], .xy) { x in x * tanh(softplus(x)) },
      .relu,
      .selu,
      .shrink,
      .unary("Softplus", [1, 22], .xy) { softplus($0) },
      .unary("Softsign", [1, 22]) { x in x / (1 + abs(x)) },
      .activation("Swish", [24], [alpha(1)]) { x, a, _ in x * Double.sigmoid(a * x) },
      .activation("ThresholdedRelu", [10, 22], [alpha(1)]) { x, a, _ in x > a ? x : 0 },
    ])
}

/// A function of a real number and the values of two attributes.
private typealias Activation = @Sendable (_ x: Double, _ a: Double, _ b: Double) -> Double

private func alpha(_ value: Float) -> AttributeKey<Float> {
  AttributeKey("alpha", default: value)
}

private func beta(_ value: Float) -> AttributeKey<Float> { AttributeKey("beta", default: value) }

/// The logarithm of 1 + exp(x), without overflow.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

extension OperatorDefinition {
  /// Returns the definition of an activation with up to two attributes.
  fileprivate static func activation(
    _ name: String, _ versions: [Int], _ keys: [AttributeKey<Float>],
    upgrades: [OperatorUpgrade] = [], _ function: @escaping Activation
  ) -> OperatorDefinition {
    unary(
      name, versions, .xy, attributes: keys.map(\.declaration), upgrades: upgrades
    ) { context throws(OperatorError) in
      var values: [Double] = []
      for key in keys { values.append(Double(try context.value(of: key))) }
      let (a, b) = (values.first ?? 0, values.dropFirst().first ?? 0)
      return [.tensor(try context.tensor(0).mappedReal { function($0, a, b) })]
    }
  }

  /// Before version 6 the defaults had five digits only.
  fileprivate static let selu = activation(
    "Selu", [1, 6, 22], [alpha(1.67326319217681884765625), gamma],
    upgrades: [
      OperatorUpgrade(to: 6) { graph, node in
        graph.update(node) { node in
          for (name, value) in [("alpha", 1.6732 as Float), ("gamma", 1.0507)]
          where node.attributes[name] == nil {
            node.attributes[name] = .float(value)
          }
        }
      }
    ]
  ) { x, a, b in x > 0 ? b * x : b * a * expm1(x) }

  private static let gamma = AttributeKey<Float>("gamma", default: 1.05070102214813232421875)

  fileprivate static let relu = unary(
    "Relu", [1, 6, 13, 14], .xy, types: [.floats, .signedIntegers], evaluate: numeric(Relu.self))
}

private enum Relu: NumericKernel {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] { [mapped(try context.tensor(0), by: Ramp<Scalar>())] }
}

private struct Ramp<Scalar: NumericScalar>: ElementFunction {
  @inline(__always)
  func callAsFunction(_ x: Scalar) -> Scalar { x < .zero ? .zero : x }
}

// MARK: - Gelu

extension OperatorDefinition {
  private static let approximation = AttributeKey<String>("approximate", default: "none")

  fileprivate static let gelu = unary(
    "Gelu", [20], .xy, attributes: [approximation.declaration]
  ) { context throws(OperatorError) in
    let x = try context.tensor(0)
    switch try context.value(of: approximation) {
    case "none":
      return [.tensor(x.mappedReal { 0.5 * $0 * (1 + erf($0 * 0.5.squareRoot())) })]
    case "tanh":
      let factor = (2 / Double.pi).squareRoot()
      return [
        .tensor(
          x.mappedReal { 0.5 * $0 * (1 + tanh(factor * ($0 + 0.044715 * $0 * $0 * $0))) })
      ]
    case let other:
      throw OperatorError(
        .invalidAttribute, "approximate is \"\(other)\"", remedy: "use none or tanh")
    }
  }
}

// MARK: - Shrink

extension OperatorDefinition {
  fileprivate static let shrink = unary(
    "Shrink", [9], types: [.ieeeFloats, .integers],
    attributes: [Shrink.bias.declaration, Shrink.threshold.declaration],
    evaluate: numeric(Shrink.self))
}

private enum Shrink: NumericKernel {
  static let bias = AttributeKey<Float>("bias", default: 0)
  static let threshold = AttributeKey<Float>("lambd", default: 0.5)

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let bias = Double(try context.value(of: Self.bias))
    let threshold = Double(try context.value(of: Self.threshold))
    return [
      mapped(try context.tensor(0), from: Scalar.self, to: Scalar.self) { x in
        let value = x.double
        if value < -threshold { return Scalar(truncating: value + bias) }
        return value > threshold ? Scalar(truncating: value - bias) : .zero
      }
    ]
  }
}

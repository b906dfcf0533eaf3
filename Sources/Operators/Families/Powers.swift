import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OperatorFamily {
  /// Powers and remainders, under broadcasting.
  static let powers = OperatorFamily("powers", [.mod, .power])
}

// MARK: - Mod

private enum Mod: NumericKernel {
  static let truncates = AttributeKey<Bool>("fmod", default: false)

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    try checkDivisor(right, of: left, as: Scalar.self)
    let truncates = try context.value(of: Self.truncates)
    return [
      try combined(left, right, as: Scalar.self, into: Scalar.self, in: context) {
        truncates ? Scalar.remainder($0, $1) : Scalar.modulus($0, $1)
      }
    ]
  }
}

extension OperatorDefinition {
  /// The remainder with the sign of the divisor, or with `fmod` that of the dividend.
  fileprivate static let mod = OperatorDefinition(
    OperatorSchema(
      "Mod", versions: [10, 13, 28], inputs: [.required("A", "T"), .required("B", "T")],
      outputs: [.required("C", "T")], attributes: [Mod.truncates.declaration],
      constraints: ["T": .tensors(.numeric)]),
    inferTypes: broadcastOfInputs, evaluate: numeric(Mod.self))
}

// MARK: - Pow

extension OperatorDefinition {
  /// The power in the type of the base; the exponent may have another.
  ///
  /// Integers with integer exponents that are not negative wrap around; other powers of integers
  /// are computed in 64 bits of floating point and lose their fraction.
  fileprivate static let power = OperatorDefinition(
    OperatorSchema(
      "Pow", versions: [1, 7, 12, 13, 15], inputs: [.required("X", "T"), .required("Y", "T1")],
      outputs: [.required("Z", "T")],
      constraints: ["T": .tensors([.floats, .indices]), "T1": .tensors(.numeric)]),
    upgrades: [.explicitBroadcast], inferTypes: broadcastOfInputs,
    evaluate: { context throws(OperatorError) in
      let (base, exponent) = (try context.tensor(0), try context.tensor(1))
      if base.elementType.isInteger, exponent.elementType.isInteger {
        let result = try combined(
          base.converted(to: .int64), exponent.converted(to: .int64), as: Int64.self,
          into: Int64.self, in: context, integerPower)
        return [.tensor(result.converted(to: base.elementType))]
      }
      let exponents = exponent.converted(to: .float64)
      if exponent.count == 1, exponent.rank <= base.rank, base.elementType.isFloatingPoint {
        let number = exponents.scalars(of: Double.self)[0]
        return [.tensor(base.mappedReal { number == 2 ? $0 * $0 : realPower($0, number) })]
      }
      let result = try combined(
        base.converted(to: .float64), exponents, as: Double.self, into: Double.self, in: context
      ) { realPower($0, $1) }
      return [.tensor(result.converted(to: base.elementType))]
    })
}

/// Returns a power in 64 bits; every number is its own first one, where C changes the sign of NaN.
private func realPower(_ base: Double, _ exponent: Double) -> Double {
  exponent == 1 ? base : pow(base, exponent)
}

/// Returns a power that wraps around; of a negative exponent what is left without its fraction.
private func integerPower(_ base: Int64, _ exponent: Int64) -> Int64 {
  guard exponent >= 0 else { return Int64(truncating: pow(Double(base), Double(exponent))) }
  var (result, square, rest) = (1 as Int64, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result &*= square }
    square &*= square
    rest >>= 1
  }
  return result
}

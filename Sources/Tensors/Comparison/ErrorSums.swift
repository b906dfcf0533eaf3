#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sums over pairs of finite numbers; those of parts of a tensor add up to those of the whole.
///
/// All of them are finite: a sum too large stays at the largest double.
public struct ErrorSums: Hashable, Sendable, Codable {
  /// The number of pairs.
  public var count = 0

  /// The sum of got − want.
  public var error = 0.0

  /// The sum of (got − want)².
  public var errorEnergy = 0.0

  /// The sum of want².
  public var referenceEnergy = 0.0

  /// The sum of got².
  public var candidateEnergy = 0.0

  /// The sum of want · got.
  public var product = 0.0

  /// Creates the sums over no pairs.
  public init() {}

  /// Adds the sums over further pairs.
  public static func += (left: inout ErrorSums, right: ErrorSums) {
    left.count += right.count
    left.error = bounded(left.error + right.error)
    left.errorEnergy = bounded(left.errorEnergy + right.errorEnergy)
    left.referenceEnergy = bounded(left.referenceEnergy + right.referenceEnergy)
    left.candidateEnergy = bounded(left.candidateEnergy + right.candidateEnergy)
    left.product = bounded(left.product + right.product)
  }

  /// Returns `value` as a finite number; NaN, of which products of both signs overflowed, as zero.
  public static func bounded(_ value: Double) -> Double {
    guard !value.isNaN else { return 0 }
    return max(-.greatestFiniteMagnitude, min(value, .greatestFiniteMagnitude))
  }
}

extension ErrorSums {
  /// The mean of got − want: the bias.
  public var meanSignedError: Double { count == 0 ? 0 : error / Double(count) }

  /// The root of the mean of (got − want)².
  public var rootMeanSquareError: Double { count == 0 ? 0 : sqrt(errorEnergy / Double(count)) }

  /// The ratio of the reference's energy to the error's in decibels; infinite without error.
  public var signalToNoise: Double {
    guard errorEnergy > 0 else { return .infinity }
    return 10 * log10(referenceEnergy / errorEnergy)
  }

  /// The cosine of the angle between the tensors: 1 when both are zero, 0 when one is.
  public var cosine: Double {
    guard referenceEnergy > 0, candidateEnergy > 0 else {
      return referenceEnergy == candidateEnergy ? 1 : 0
    }
    return max(-1, min(1, product / (sqrt(referenceEnergy) * sqrt(candidateEnergy))))
  }
}

import Glibc
import IR

/// What a model of ai.onnx.ml makes of its scores (attribute `post_transform`).
enum ScoreTransform: String, AttributeChoice {
  case none = "NONE"
  case softmax = "SOFTMAX"
  case logistic = "LOGISTIC"
  /// The softmax of the scores that are not zero; the others stay zero.
  case softmaxZero = "SOFTMAX_ZERO"
  case probit = "PROBIT"

  static let key = AttributeKey<String>("post_transform", default: "NONE")
}

extension ScoreTransform {
  /// Reads the attribute of a node.
  init(_ attributes: Attributes) throws(OperatorError) {
    try self.init(try attributes.value(of: Self.key), of: Self.key.name)
  }

  /// Transforms the scores of one row.
  func apply(to scores: UnsafeMutableBufferPointer<Double>) {
    switch self {
    case .none: break
    case .logistic: for index in scores.indices { scores[index] = .sigmoid(scores[index]) }
    case .probit: for index in scores.indices { scores[index] = normalQuantile(scores[index]) }
    case .softmax: normalizeExponentials(of: scores) { _ in true }
    case .softmaxZero: normalizeExponentials(of: scores) { abs($0) > 1e-7 }
    }
  }

  /// Returns the scores of both classes where a model computes one, that of the second class.
  ///
  /// `other` is the score of the first class. The specification leaves this open; as in ONNX
  /// Runtime the logistic function is applied to the score and to its negative, and a softmax to
  /// nothing.
  func pair(_ score: Double, other: Double) -> (Double, Double) {
    switch self {
    case .none, .softmax, .softmaxZero: (other, score)
    case .logistic: (.sigmoid(-score), .sigmoid(score))
    case .probit: (normalQuantile(other), normalQuantile(score))
    }
  }
}

/// Replaces the scores that `isCounted` by their exponentials and divides all by the sum of those.
private func normalizeExponentials(
  of scores: UnsafeMutableBufferPointer<Double>, where isCounted: (Double) -> Bool
) {
  let greatest = scores.max() ?? 0
  var sum = 0.0
  for index in scores.indices {
    guard isCounted(scores[index]) else {
      scores[index] *= exp(-greatest)
      continue
    }
    scores[index] = exp(scores[index] - greatest)
    sum += scores[index]
  }
  for index in scores.indices { scores[index] /= sum }
}

/// Returns the quantile of the normal distribution, by Winitzki's approximation of the inverse
/// error function, which other implementations of the operators use too.
private func normalQuantile(_ probability: Double) -> Double {
  let x = 2 * probability - 1
  let logarithm = log((1 - x) * (1 + x))
  let a = 0.147
  let half = 2 / (Double.pi * a) + logarithm / 2
  let root = (half * half - logarithm / a).squareRoot()
  let magnitude = (2 * (root - half)).squareRoot()
  return x < 0 ? -magnitude : magnitude
}

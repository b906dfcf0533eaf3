import Tensors
import Verification

extension OutputComparison {
  /// Why the verdict is what it is, as the rest of a sentence about the output.
  var reason: String {
    guard let comparison else { return "the candidate has no such output" }
    guard comparison.isComparable, comparison.shapesMatch else {
      return "is \(comparison.candidateType)\(comparison.candidateShape) instead of "
        + "\(comparison.referenceType)\(comparison.referenceShape)"
    }
    if let reason = noise?.reason { return reason }
    guard comparison.differingCount > 0 else { return verdict.rawValue }
    return "differs in \(comparison.differingCount) of \(comparison.elementCount) elements by "
      + "up to \(formattedError(comparison.maxAbsoluteError))"
  }

  /// The figures, a line each, for logs.
  var figureLines: [String] {
    guard let comparison, comparison.isComparable, comparison.differingCount > 0 else { return [] }
    var lines = [
      "max abs \(formattedError(comparison.maxAbsoluteError))",
      "max rel \(formattedError(comparison.maxRelativeError))",
      "mean signed \(formattedError(comparison.meanSignedError))",
      "SQNR \(comparison.sqnrText) dB, cosine \(rounded(comparison.cosine, places: 9))",
      "\(comparison.differingCount) of \(comparison.elementCount) elements differ",
    ]
    if let noise {
      lines.insert("rounding explains \(formattedError(noise.maxBound))", at: 1)
    }
    if let worst = comparison.worstIndex {
      lines.append("worst at \(comparison.position(of: worst))")
    }
    return lines + (figures?.lines(comparison) ?? [])
  }
}

extension TensorComparison {
  /// The signal-to-noise ratio for people.
  var sqnrText: String { sqnr.isFinite ? rounded(sqnr, places: 1) : "inf" }

  /// A row-major position as indices, such as `[0, 3]`.
  func position(of index: Int) -> String {
    var rest = index
    var indices: [Int] = []
    for size in referenceShape.reversed() where size > 0 {
      indices.insert(rest % size, at: 0)
      rest /= size
    }
    return "\(indices)"
  }
}

extension OutputFigures {
  /// The figures, a line each.
  fileprivate func lines(_ comparison: TensorComparison) -> [String] {
    var lines: [String] = []
    if let units { lines.append("up to \(formattedCount(units.maximum)) units in the last place") }
    for agreement in [top1, top5].compactMap({ $0 }) {
      lines.append("top-\(agreement.size) \(agreement.text)")
    }
    if let rankCorrelation {
      lines.append("rank correlation \(rounded(rankCorrelation.mean, places: 6))")
    }
    if let first = special.firstMismatches.first {
      lines.append(
        "NaN: \(special.candidateNaNCount) instead of \(special.referenceNaNCount), infinite: "
          + "\(special.candidateInfinityCount) instead of \(special.referenceInfinityCount), first "
          + "at \(comparison.position(of: first))")
    }
    for check in invariants where !check.holds {
      lines.append("\(check.invariant.rawValue): \(check.text)")
    }
    return lines
  }
}

extension TopAgreement {
  /// The rows that agree, for people.
  var text: String {
    var text = "agrees in \(agreeingCount) of \(counted(rowCount, "row"))"
    if undecidedCount > 0 { text += ", \(undecidedCount) within rounding" }
    if flippedCount > 0 { text += ", flips by up to \(formattedError(maxLostMargin))" }
    return text
  }

  /// The share of rows that agree, as a percentage.
  var percentage: String { "\(rounded(100 * share, places: share == 1 ? 0 : 1))%" }
}

extension InvariantCheck {
  /// Whether it holds, for people.
  var text: String {
    holds
      ? "holds in \(counted(rowCount, "row"))"
      : "broken in \(brokenCount) of \(counted(rowCount, "row")), by up to "
        + formattedError(maxExcess)
  }
}

/// Returns a number that counts something: whole where it is not too large.
func formattedCount(_ value: Double) -> String {
  guard value < 1e6 else { return formattedError(value) }
  return value == value.rounded() ? "\(Int(value))" : rounded(value, places: 1)
}

/// Tells the lowest of some scores from the others, in time and memory linear in their number.
///
/// Scores are not negative; of equal ones the first are taken. A score that is no number counts as
/// the highest.
struct LowestScores {
  /// The bits of the highest score that is taken.
  private let threshold: UInt32
  /// How many scores of that height are still to be taken.
  private var ties: Int

  /// Looks at all scores, of which the lowest `count` are to be taken.
  init(_ count: Int, of scores: some Sequence<Float>) {
    // The bits of floats that are not negative ascend as they do: digit by digit, the scores that
    // share the digits of the threshold so far are counted by their next one.
    var (prefix, remaining) = (UInt32(0), count)
    guard count > 0 else {
      (threshold, ties) = (0, 0)
      return
    }
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      var counts = [Int](repeating: 0, count: 256)
      for score in scores {
        let bits = Self.bits(of: score)
        // Nothing has to agree at the first digit, where a shift by 32 gives zero.
        if bits >> (shift + 8) == prefix { counts[Int(bits >> shift & 0xFF)] += 1 }
      }
      var digit = 0
      while digit < 255, counts[digit] < remaining {
        remaining -= counts[digit]
        digit += 1
      }
      prefix = prefix << 8 | UInt32(digit)
    }
    (threshold, ties) = (prefix, remaining)
  }

  /// Whether a score is one of the lowest, when it is asked once for each in their order.
  mutating func takes(_ score: Float) -> Bool {
    let bits = Self.bits(of: score)
    if bits < threshold { return true }
    guard bits == threshold, ties > 0 else { return false }
    ties -= 1
    return true
  }

  private static func bits(of score: Float) -> UInt32 {
    score.isNaN ? .max : abs(score).bitPattern
  }
}

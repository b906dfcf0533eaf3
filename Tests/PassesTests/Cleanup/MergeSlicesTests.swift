import IR
import Testing

@Suite struct MergeSlicesTests {
  private static let numbers = """
    const %zero: int64[1] = [0] const %one: int64[1] = [1] const %two: int64[1] = [2]
    const %three: int64[1] = [3] const %end: int64[1] = [9223372036854775807]

    """
  private static let end = Int64.max

  static let rewrites: [Rewrite] = [
    Rewrite(
      "other axes",
      numbers + "%a = Slice(%x, %one, %two, %zero) %y = Slice(%a, %zero, %end, %one, %two)",
      "Slice(x, [1, 0], [2, \(end)], [0, 1], [1, 2])"),
    Rewrite(
      "what something else uses too",
      numbers
        + "%a = Slice(%x, %zero, %two, %one) %b = Slice(%a, %one, %two, %zero) %c = ReduceSum(%a) %y = Add(%b, %c)",
      "Add(Slice(x, [0, 1], [2, 2], [1, 0], [1, 1]), ReduceSum(Slice(x, [0], [2], [1])))"),
    Rewrite(
      "no axis that is there already",
      numbers + "%a = Slice(%x, %one, %three, %one) %y = Slice(%a, %zero, %one, %one)",
      "Slice(Slice(x, [1], [3], [1]), [0], [1], [1])"),
    Rewrite(
      "no bounds that vary", inputs: "%x: float32[2, 3], %s: int64[1]",
      numbers + "%a = Slice(%x, %s, %two, %zero) %y = Slice(%a, %zero, %two, %one)",
      "Slice(Slice(x, s, [2], [0]), [0], [2], [1])"),
  ]

  @Test(arguments: rewrites)
  func merges(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-slices") }

  /// Slices of every second row and column, from the starts that are given.
  private static func blocks(
    _ starts: [(Int, Int)], axis: Int = 1, _ expected: String? = nil
  ) -> Rewrite {
    let slices = starts.enumerated().map { index, start in
      """
      const %s\(index): int64[2] = [\(start.0), \(start.1)]
      %b\(index) = Slice(%x, %s\(index), %ends, %axes, %steps)
      """
    }
    let names = starts.indices.map { "%b\($0)" }.joined(separator: ", ")
    let kept = starts.map { "Slice(x, [\($0.0), \($0.1)], [\(end), \(end)], [2, 3], [2, 2])" }
    return Rewrite(
      "", inputs: "%x: float32[1, 2, 4, 6]",
      """
      const %ends: int64[2] = [\(end), \(end)] const %axes: int64[2] = [2, 3]
      const %steps: int64[2] = [2, 2]
      \(slices.joined(separator: "\n"))
      %y = Concat(\(names)) {axis = \(axis)}
      """, expected ?? "Concat{axis = \(axis)}(\(kept.joined(separator: ", ")))")
  }

  @Test(arguments: [
    blocks([(0, 0), (0, 1), (1, 0), (1, 1)], "SpaceToDepth{blocksize = 2}(x)"),
    blocks(
      [(0, 0), (1, 0), (0, 1), (1, 1)],
      "Gather{axis = 1}(SpaceToDepth{blocksize = 2}(x), int64[8])"),
  ])
  func takesBlocksApart(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-slices") }

  @Test(arguments: [
    blocks([(0, 0), (0, 1), (1, 0), (0, 1)]),
    blocks([(0, 0), (0, 1), (1, 0)]),
    blocks([(0, 0), (0, 1), (1, 0), (1, 1)], axis: 0),
  ])
  func keepsWhatTakesNoBlocksApart(rewrite: Rewrite) throws {
    try rewrite.expect(by: "merge-slices")
  }
}

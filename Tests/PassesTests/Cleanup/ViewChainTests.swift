import Testing

@Suite struct ViewChainTests {
  static let merged: [Rewrite] = [
    Rewrite(
      "a Reshape after an Unsqueeze",
      "const %a: int64[1] = [0] const %s: int64[2] = [3, 2] %u = Unsqueeze(%x, %a) %y = Reshape(%u, %s)",
      "Reshape(x, [3, 2])"),
    Rewrite(
      "a Reshape after a Reshape",
      "const %s: int64[1] = [6] const %t: int64[2] = [3, -1] %u = Reshape(%x, %s) %y = Reshape(%u, %t)",
      "Reshape(x, [3, -1])"),
    Rewrite(
      "a Squeeze after an Unsqueeze", inputs: "%x: float32[2, 3]",
      "const %a: int64[1] = [0] %u = Unsqueeze(%x, %a) %y = Squeeze(%u, %a)", "Reshape(x, [2, 3])"),
    Rewrite(
      "a Flatten after a Reshape with an extent that varies", inputs: "%x: float32[batch, 2, 3]",
      "const %s: int64[4] = [0, 3, 2, 1] %u = Reshape(%x, %s) %y = Flatten(%u)",
      "Reshape(x, [-1, 6])"),
    Rewrite(
      "a Reshape that copies an extent of the view",
      "const %s: int64[2] = [3, 2] const %t: int64[2] = [0, -1] %u = Reshape(%x, %s) %y = Reshape(%u, %t)",
      "Reshape(x, [3, 2])"),
  ]

  @Test(arguments: merged)
  func merges(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-views") }

  static let kept: [Rewrite] = [
    Rewrite(
      "what has no elements", inputs: "%x: float32[0, 3]",
      "const %a: int64[1] = [0] %u = Unsqueeze(%x, %a) %y = Squeeze(%u, %a)",
      "Squeeze(Unsqueeze(x, [0]), [0])"),
    Rewrite("a single view", "%y = Flatten(%x)", "Flatten(x)"),
    Rewrite(
      "two extents of which nothing is known", inputs: "%x: float32[?, ?, 1]",
      "const %a: int64[1] = [0] const %b: int64[1] = [-1] %u = Unsqueeze(%x, %a) %y = Squeeze(%u, %b)",
      "Squeeze(Unsqueeze(x, [0]), [-1])"),
  ]

  @Test(arguments: kept)
  func keeps(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-views") }
}

import IR
import Testing

@Suite struct MergeBoundsTests {
  private static let numbers = """
    const %minus: float32[] = -1.0 const %zero: float32[] = 0.0 const %one: float32[] = 1.0
    const %six: float32[] = 6.0

    """

  static let rewrites: [Rewrite] = [
    Rewrite(
      "a Relu and a Clip", numbers + "%a = Relu(%x) %y = Clip(%a, %minus, %six)",
      "Clip(x, 0.0, 6.0)"),
    Rewrite(
      "a Clip and a Relu", numbers + "%a = Clip(%x, %minus, %six) %y = Relu(%a)",
      "Clip(x, 0.0, 6.0)"),
    Rewrite(
      "a Relu that changes nothing", numbers + "%a = Clip(%x, %one) %y = Relu(%a)", "Clip(x, 1.0)"),
    Rewrite(
      "a Clip that says what a Relu does", numbers + "%a = Relu(%x) %y = Clip(%a, %zero)", "Relu(x)"
    ),
    Rewrite(
      "intervals that do not meet", numbers + "%a = Clip(%x, _, %zero) %y = Clip(%a, %one, %six)",
      "Clip(x, 1.0, 1.0)"),
    Rewrite(
      "a repeated Clip of a value that is needed",
      numbers + "%a = Clip(%x, %zero, %six) %b = Clip(%a, %zero, %six) %y = Add(%a, %b)",
      "Add(Clip(x, 0.0, 6.0), Clip(x, 0.0, 6.0))"),
    Rewrite(
      "no value that is needed", numbers + "%a = Relu(%x) %b = Clip(%a, _, %six) %y = Add(%a, %b)",
      "Add(Relu(x), Clip(Relu(x), _, 6.0))"),
    Rewrite(
      "no bounds that cross", numbers + "%a = Relu(%x) %y = Clip(%a, %six, %one)",
      "Clip(Relu(x), 6.0, 1.0)"),
    Rewrite(
      "no bounds that vary", inputs: "%x: float32[2, 3], %z: float32[]",
      "%a = Relu(%x) %y = Clip(%a, %z)", "Clip(Relu(x), z)"),
  ]

  @Test(arguments: rewrites)
  func merges(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-bounds") }
}

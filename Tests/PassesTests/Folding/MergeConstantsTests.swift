import IR
import Testing

@Suite struct MergeConstantsTests {
  private static let numbers = """
    const %two: float32[] = 2.0 const %three: float32[1] = [3.0] const %one: float32[] = 1.0
    const %zero: float32[] = 0.0 const %row: float32[3] = [1.0, 2.0, 4.0]
    const %other: float32[3] = [3.0, 5.0, 7.0] const %huge: float32[] = 1.7014118346046923e+38
    const %tiny: float32[] = 1.1754943508222875e-38

    """

  static let rewrites: [Rewrite] = [
    Rewrite("factors", numbers + "%a = Mul(%x, %three) %y = Div(%a, %two)", "Mul(x, [1.5])"),
    Rewrite(
      "addends", numbers + "%a = Add(%x, %row) %y = Sub(%a, %other)", "Add(x, [-2.0, -3.0, -3.0])"),
    Rewrite(
      "a row and a number", numbers + "%a = Mul(%x, %two) %y = Mul(%a, %row)",
      "Mul(x, [2.0, 4.0, 8.0])"),
    Rewrite("a zero", numbers + "%a = Sin(%x) %y = Add(%a, %zero)", "Sin(x)"),
    Rewrite(
      "a sum of one element", inputs: "%x: float32[n, 1]",
      "const %one: int64[1] = [1] %a = Sin(%x) %y = ReduceSum(%a, %one)", "Sin(x)"),
    Rewrite(
      "an inverse", inputs: "%x: float32[2, 3], %z: float32[3]",
      "%a = Reciprocal(%z) %y = Mul(%a, %x)", "Div(x, z)"),
    Rewrite(
      "a division of one", inputs: "%x: float32[2, 3], %z: float32[3]",
      numbers + "%a = Div(%one, %z) %y = Mul(%x, %a)", "Div(x, z)"),
    Rewrite(
      "no factor and addend", numbers + "%a = Mul(%x, %three) %y = Add(%a, %two)",
      "Add(Mul(x, [3.0]), 2.0)"),
    Rewrite(
      "no value that is needed",
      numbers + "%a = Mul(%x, %three) %b = Mul(%a, %two) %y = Add(%a, %b)",
      "Add(Mul(x, [3.0]), Mul(Mul(x, [3.0]), 2.0))"),
    Rewrite(
      "no number that is too large", numbers + "%a = Mul(%x, %huge) %y = Mul(%a, %huge)",
      "Mul(Mul(x, 1.7014118346046923e+38), 1.7014118346046923e+38)"),
    Rewrite(
      "no number that is too small", numbers + "%a = Mul(%x, %tiny) %y = Mul(%a, %tiny)",
      "Mul(Mul(x, 1.1754943508222875e-38), 1.1754943508222875e-38)"),
    Rewrite(
      "no division by zero", numbers + "%a = Mul(%x, %two) %y = Div(%a, %zero)",
      "Div(Mul(x, 2.0), 0.0)"),
    Rewrite(
      "nothing that changes the shape", inputs: "%x: float32[2, 1]",
      numbers + "%a = Mul(%x, %two) %y = Mul(%a, %row)", "Mul(Mul(x, 2.0), [1.0, 2.0, 4.0])"),
    Rewrite(
      "no integers", inputs: "%x: int32[3]",
      "const %two: int32[] = 2 %a = Div(%x, %two) %y = Mul(%a, %two)", "Mul(Div(x, 2), 2)"),
  ]

  @Test(arguments: rewrites)
  func merges(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-constants") }
}

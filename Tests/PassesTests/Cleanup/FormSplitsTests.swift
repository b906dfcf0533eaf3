import IR
import Testing

@Suite struct FormSplitsTests {
  private static let numbers = """
    const %zero: int64[1] = [0] const %one: int64[1] = [1] const %two: int64[1] = [2]
    const %last: int64[1] = [-1] const %end: int64[1] = [9223372036854775807]

    """

  static let rewrites: [Rewrite] = [
    Rewrite(
      "slices",
      numbers + """
        %b = Slice(%x, %one, %end, %last) %a = Slice(%x, %zero, %one, %one)
        %y = Concat(%b, %a) {axis = 1}
        """,
      "Concat{axis = 1}(Split{axis = 1}(x, [1, 2])#1, Split{axis = 1}(x, [1, 2]))"),
    Rewrite(
      "gathers and a slice",
      numbers + """
        %a = Gather(%x, %zero) {axis = 1} %b = Gather(%x, %one) {axis = -1}
        %c = Slice(%x, %two, %end, %one) %d = Mul(%a, %b) %y = Mul(%d, %c)
        """,
      "Mul(Mul(Split{axis = 1}(x, [1, 1, 1]), Split{axis = 1}(x, [1, 1, 1])#1), Split{axis = 1}(x, [1, 1, 1])#2)"
    ),
    Rewrite(
      "not where a part is missing",
      numbers + """
        %a = Gather(%x, %zero) {axis = 1} %b = Gather(%x, %two) {axis = 1} %y = Mul(%a, %b)
        """, "Mul(Gather{axis = 1}(x, [0]), Gather{axis = 1}(x, [2]))"),
    Rewrite(
      "not where parts overlap",
      numbers + """
        %a = Slice(%x, %zero, %two, %one) %b = Slice(%x, %one, %end, %one) %y = Mul(%a, %b)
        """, "Mul(Slice(x, [0], [2], [1]), Slice(x, [1], [\(Int64.max)], [1]))"),
    Rewrite(
      "not in steps",
      numbers + """
        %a = Slice(%x, %zero, %two, %one, %two) %b = Slice(%x, %two, %end, %one, %two)
        %y = Mul(%a, %b)
        """,
      "Mul(Slice(x, [0], [2], [1], [2]), Slice(x, [2], [\(Int64.max)], [1], [2]))"),
    Rewrite(
      "not of an axis of unknown extent", inputs: "%x: float32[n, 1]",
      numbers + """
        %a = Slice(%x, %zero, %one, %zero) %b = Slice(%x, %one, %end, %zero)
        %y = Concat(%b, %a) {axis = 0}
        """,
      "Concat{axis = 0}(Slice(x, [1], [\(Int64.max)], [0]), Slice(x, [0], [1], [0]))"),
  ]

  @Test(arguments: rewrites)
  func forms(rewrite: Rewrite) throws { try rewrite.expect(by: "form-splits") }
}

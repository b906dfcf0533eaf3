import IR
import Testing

@Suite struct DropRequantizationTests {
  static func graph(_ body: String) -> String {
    """
    model opset 18
    graph main(%x: uint8[1, 2, 4, 4]) -> (%y) {
      const %s: float32[] = 0.0137
      const %t: float32[] = 0.0138
      const %z: uint8[] = 120
      const %o: uint8[] = 121
      const %rows: int64[2] = [2, -1]
      %a = DequantizeLinear(%x, %s, %z)
      \(body)
      return %y
    }
    """
  }

  static let movements: [(String, [String])] = [
    ("%y = QuantizeLinear(%a, %s, %z)\n%u = Sin(%a)", ["DequantizeLinear", "Sin"]),
    ("%b = Reshape(%a, %rows)\n%y = QuantizeLinear(%b, %s, %z)", ["Reshape"]),
    ("%b = Transpose(%a)\n%y = QuantizeLinear(%b, %s, %z)", ["Transpose"]),
    (
      "%b = MaxPool(%a) {kernel_shape = [3, 3], pads = [1, 1, 1, 1]}\n"
        + "%y = QuantizeLinear(%b, %s, %z)", ["MaxPool"]
    ),
  ]

  @Test(arguments: movements)
  func movesElementsAsTheyAre(_ body: String, _ operators: [String]) throws {
    let rewritten = try RewriteCase(Self.graph(body), "drop-requantization")
    #expect(rewritten.operators == operators)
    try rewritten.expectSameBits()
  }

  @Test(arguments: [
    "%b = Reshape(%a, %rows)\n%y = QuantizeLinear(%b, %t, %z)",
    "%b = Reshape(%a, %rows)\n%y = QuantizeLinear(%b, %s, %o)",
    "%b = Sigmoid(%a)\n%y = QuantizeLinear(%b, %s, %z)",
  ])
  func keepsWhatChangesTheNumbers(_ body: String) throws {
    #expect(try RewriteCase(Self.graph(body), "drop-requantization").isUnchanged)
  }

  @Test func givesTheResultTheNameOfWhatWasQuantized() throws {
    let body = "%b = Reshape(%a, %rows)\n%q = QuantizeLinear(%b, %s, %z)\n%y = Cast(%q) {to = 6}"
    let graph = try RewriteCase(Self.graph(body), "drop-requantization").after.graph
    let names = graph.nodes.compactMap { graph.output(0, of: $0) }.map(graph.name(of:))
    #expect(names == ["q", "y"])
  }

  @Test(arguments: ["MaxPool(%a) {kernel_shape = [2, 2]}", "SpaceToDepth(%a) {blocksize = 2}"])
  func keepsWideNumbersFromOperatorsThatDoNotTakeThem(_ mover: String) throws {
    let text = Self.graph("%b = \(mover)\n%y = QuantizeLinear(%b, %s, %z)")
      .replacing("uint8", with: "uint16").replacing("opset 18", with: "opset 21")
    #expect(try RewriteCase(text, "drop-requantization").isUnchanged)
  }
}

import IR
import Testing

@Suite struct MergeStepsTests {
  static let merged: [Rewrite] = [
    Rewrite(
      "transposes", inputs: "%x: float32[2, 3, 4]",
      "%a = Transpose(%x) {perm = [1, 2, 0]} %y = Transpose(%a) {perm = [0, 2, 1]}",
      "Transpose{perm = [1, 0, 2]}(x)"),
    Rewrite(
      "transposes that reverse", inputs: "%x: float32[2, 3, 4]",
      "%a = Transpose(%x) %y = Transpose(%a)", "Transpose{perm = [0, 1, 2]}(x)"),
    Rewrite(
      "joins", inputs: "%x: float32[3], %z: float32[2]",
      "%a = Concat(%z, %x) {axis = 0} %y = Concat(%x, %a, %z) {axis = 0}",
      "Concat{axis = 0}(x, z, x, z)"),
    Rewrite(
      "a cast that loses nothing", inputs: "%x: uint8[3]",
      "%a = Cast(%x) {to = 7} %y = Cast(%a) {to = 1}", "Cast{to = 1}(x)"),
    Rewrite("Relu twice", "%a = Relu(%x) %y = Relu(%a)", "Relu(x)"),
    Rewrite("Abs twice", "%a = Abs(%x) %y = Abs(%a)", "Abs(x)"),
    Rewrite("Ceil after Floor", "%a = Floor(%x) %y = Ceil(%a)", "Floor(x)"),
    Rewrite("Neg twice", "%a = Neg(%x) %y = Neg(%a)", "x"),
    Rewrite("Not twice", inputs: "%x: bool[3]", "%a = Not(%x) %y = Not(%a)", "x"),
    Rewrite(
      "a choice by what is not", inputs: "%c: bool[3], %x: float32[3], %z: float32[3]",
      "%n = Not(%c) %y = Where(%n, %x, %z)", "Where(c, z, x)"),
  ]

  @Test(arguments: merged)
  func merges(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-steps") }

  static let kept: [Rewrite] = [
    Rewrite(
      "joins along two axes", inputs: "%x: float32[1, 2]",
      "%a = Concat(%x, %x) {axis = 0} %y = Concat(%a, %a) {axis = 1}",
      "Concat{axis = 1}(Concat{axis = 0}(x, x), Concat{axis = 0}(x, x))"),
    Rewrite(
      "a cast of what wraps around to what does not", inputs: "%x: uint32[3]",
      "%a = Cast(%x) {to = 11} %y = Cast(%a) {to = 6}", "Cast{to = 6}(Cast{to = 11}(x))"),
    Rewrite("Abs after Relu, which keeps -0", "%a = Relu(%x) %y = Abs(%a)", "Abs(Relu(x))"),
    Rewrite(
      "a cast that loses digits", "%a = Cast(%x) {to = 10} %y = Cast(%a) {to = 1}",
      "Cast{to = 1}(Cast{to = 10}(x))"),
    Rewrite(
      "a cast that wraps around", inputs: "%x: int32[3]",
      "%a = Cast(%x) {to = 2} %y = Cast(%a) {to = 7}", "Cast{to = 7}(Cast{to = 2}(x))"),
    Rewrite(
      "Floor of what was scaled",
      "const %h: float32[] = 0.5 %a = Floor(%x) %b = Mul(%a, %h) %y = Floor(%b)",
      "Floor(Mul(Floor(x), 0.5))"),
    Rewrite("Relu after Abs is another matter", "%a = Neg(%x) %y = Relu(%a)", "Relu(Neg(x))"),
  ]

  @Test(arguments: kept)
  func keeps(rewrite: Rewrite) throws { try rewrite.expect(by: "merge-steps") }

  @Test func leavesAStepToItsOtherUsers() throws {
    let rewrite = Rewrite(
      "", inputs: "%x: float32[3, 3]",
      "%a = Transpose(%x) {perm = [1, 0]} %b = Transpose(%a) {perm = [1, 0]} %y = Add(%a, %b)",
      "Add(Transpose{perm = [1, 0]}(x), Transpose{perm = [0, 1]}(x))")
    try rewrite.expect(by: "merge-steps")
  }

  @Test func letsTheRestStandForBoth() throws {
    let after = try Self.merged[0].expect(by: "merge-steps")
    #expect(after.graph.nodes.map { after.graph[$0].lineage.sources } == [[0, 1]])
  }
}

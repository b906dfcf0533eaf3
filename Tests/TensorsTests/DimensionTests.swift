import Tensors
import Testing

@Suite struct DimensionTests {
  let seq = Dimension.symbol("seq")

  @Test func computesWithNumbers() {
    #expect(Dimension.fixed(7).floorDivided(by: 2) == 3)
    #expect(Dimension.fixed(7).ceilDivided(by: 2) == 4)
    #expect(Dimension.fixed(.max).ceilDivided(by: 2) == .fixed(.max / 2 + 1))
    #expect(Dimension.fixed(-7).floorDivided(by: 2) == -4)
    #expect(Dimension.fixed(-7).modulo(4) == 1)
    #expect(Dimension.fixed(7).floorDivided(by: 0) == .unknown)
    #expect(Dimension.fixed(.max) + 1 == .unknown)
    #expect(Dimension.fixed(.min) * -1 == .unknown)
    #expect(Dimension.maximum(3, 4) == 4)
  }

  @Test func computesWithSymbols() {
    #expect((seq * 2 + 1).description == "2*seq+1")
    #expect(seq + 1 - seq == 1)
    #expect((seq * 6).floorDivided(by: seq * 2) == 3)
    #expect(Dimension.minimum(seq, 0) == 0)
    #expect([2, seq, 3].product() == seq * 6)
  }

  @Test func knowsNothingOfUnknowns() {
    #expect(Dimension.unknown + 1 == .unknown)
    #expect(Dimension.unknown * 0 == 0)
    #expect([Dimension.unknown, 0, seq].product() == 0)
    #expect([Dimension.unknown, 2].product() == .unknown)
  }

  @Test func substitutesSizes() {
    let shape: Shape = [seq * 2, .unknown, 3]
    #expect(shape.substituting(["seq": 4]) == [8, .unknown, 3])
    #expect(seq.floorDivided(by: .symbol("s")).substituting(["s": 0]) == .unknown)
  }

  @Test(arguments: ["3", "?", "2*seq+1", "-4", "\"a b\""])
  func readsItsOwnText(text: String) {
    #expect(Dimension(parsing: text)?.description == text)
  }

  @Test func readsTheNamesOfExporters() {
    #expect(Dimension(parameter: "") == .unknown)
    #expect(Dimension(parameter: "seq*2") == seq * 2)
  }
}

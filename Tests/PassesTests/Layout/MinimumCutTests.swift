import Testing

@testable import Passes

@Suite struct MinimumCutTests {
  @Test func findsTheBottleneck() {
    var cut = MinimumCut()
    let (a, b) = (cut.addVertex(), cut.addVertex())
    cut.addEdge(from: MinimumCut.source, to: a, capacity: 3)
    cut.addEdge(from: a, to: b, capacity: 1)
    cut.addEdge(from: b, to: MinimumCut.sink, capacity: 2)
    let (cost, isWithSink) = cut.solve()
    #expect(cost == 1)
    #expect(isWithSink == [false, true, false, true])
  }

  @Test func leavesAsFewAsPossibleWithTheSink() {
    var cut = MinimumCut()
    let a = cut.addVertex()
    cut.addEdge(from: MinimumCut.source, to: a, capacity: 1)
    cut.addEdge(from: a, to: MinimumCut.sink, capacity: 1)
    #expect(cut.solve() == (1, [false, true, false]))
  }

  @Test func takesFlowBackWhereAnotherPathNeedsTheEdge() {
    var cut = MinimumCut()
    let vertices = (0..<4).map { _ in cut.addVertex() }
    for (from, to) in [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)] {
      cut.addEdge(from: vertices[from], to: vertices[to], capacity: 1)
    }
    cut.addEdge(from: MinimumCut.source, to: vertices[0], capacity: MinimumCut.unaffordable)
    cut.addEdge(from: vertices[3], to: MinimumCut.sink, capacity: MinimumCut.unaffordable)
    #expect(cut.solve().cost == 2)
  }

  @Test func costsNothingWithoutAPath() {
    var cut = MinimumCut()
    #expect(cut.solve() == (0, [false, true]))
  }
}

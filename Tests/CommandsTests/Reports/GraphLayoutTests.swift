import Testing

@testable import Commands

@Suite struct GraphLayoutTests {
  @Test func placesNodesBelowWhatTheyDependOn() {
    let layout = GraphLayout(nodeCount: 4, edges: [(0, 1), (0, 2), (1, 3), (2, 3)])
    #expect(layout.places[1].y == layout.places[2].y)
    #expect(layout.places[0].y < layout.places[1].y)
    #expect(layout.places[2].y < layout.places[3].y)
    #expect(abs(layout.places[1].x - layout.places[2].x) >= GraphLayout.boxWidth)
  }

  @Test func leadsLongEdgesAroundNodes() throws {
    let layout = GraphLayout(nodeCount: 4, edges: [(0, 1), (1, 2), (2, 3), (0, 3)])
    let route = try #require(layout.routes.last)
    #expect(route.count == 4)
    for (bend, node) in zip(route[1...2], layout.places[1...2]) {
      #expect(bend.y == node.y)
      #expect(abs(bend.x - node.x) > GraphLayout.boxWidth / 2)
    }
  }

  @Test func putsWhatDependsOnNothingNextToItsUser() {
    let layout = GraphLayout(nodeCount: 4, edges: [(0, 1), (1, 3), (2, 3)])
    #expect(layout.places[2].y == layout.places[1].y)
  }

  @Test func coversNothingWithinALayer() {
    let edges = (1...40).map { (from: 0, to: $0) } + (1...40).map { (from: $0, to: 41) }
    let layout = GraphLayout(nodeCount: 42, edges: edges)
    let places = layout.places[1...40].map(\.x).sorted()
    for (left, right) in zip(places, places.dropFirst()) {
      #expect(right - left >= GraphLayout.boxWidth)
    }
    #expect(layout.places.allSatisfy { (0...layout.width).contains($0.x) })
  }

  @Test func laysOutNothing() {
    #expect(GraphLayout(nodeCount: 0, edges: []).places.isEmpty)
  }
}

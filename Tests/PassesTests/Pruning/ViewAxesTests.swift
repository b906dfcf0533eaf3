import Tensors
import Testing

@testable import Passes

@Suite struct ViewAxesTests {
  static let batch = Dimension.symbol("batch")

  @Test func joinsChannelsWithTheAxesInsideThem() {
    let view = ViewAxes(Shape([Self.batch, 64, 7, 7]), Shape([Self.batch, 3136]))
    #expect(view.pairs.last == .init(from: 1, to: 1, fromInner: 1, toInner: 49))
  }

  @Test func splitsAnAxis() {
    let view = ViewAxes(Shape([Self.batch, 96]), Shape([Self.batch, 8, 12]))
    #expect(view.pairs.last == .init(from: 1, to: 1, fromInner: 12, toInner: 1))
  }

  @Test func passesOverAxesOfOneElement() {
    let view = ViewAxes(Shape([Self.batch, 64, 1, 1]), Shape([Self.batch, 64]))
    #expect(view.pairs.last == .init(from: 1, to: 1, fromInner: 1, toInner: 1))
    #expect(ViewAxes([4, 1, 3], [1, 4, 3]).pairs.map(\.to) == [1, 2])
  }

  @Test(arguments: [
    ([4, 6], [6, 4]), ([2, 6], [3, 4]), ([5, 3], [15, 0]),
  ])
  func stopsWhereAxesDoNotHoldEachOther(_ from: [Int], _ to: [Int]) {
    #expect(ViewAxes(Shape(from), Shape(to)).pairs.count <= 1)
  }

  @Test func stopsAtWhatIsNotKnown() {
    #expect(ViewAxes([.unknown, 4], [.unknown, 4]).pairs.isEmpty)
  }
}

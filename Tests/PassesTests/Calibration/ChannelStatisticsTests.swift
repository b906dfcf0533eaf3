import Tensors
import Testing

@testable import Passes

@Suite struct ChannelStatisticsTests {
  @Test func describesChannelsOfAllSamples() {
    var statistics = ChannelStatistics()
    statistics.add(Tensor(shape: [1, 2, 2], scalars: [1, 3, 10, 10] as [Float]), 1)
    statistics.add(Tensor(shape: [1, 2, 2], scalars: [5, 7, 10, 10] as [Float]), 1)
    #expect(statistics.means == [4, 10])
    #expect(statistics.meanSquares == [21, 100])
    #expect(statistics.variances == [5, 0])
  }

  @Test func knowsNothingOfTensorsWithoutTheChannels() {
    var statistics = ChannelStatistics()
    statistics.add(Tensor(shape: [2], scalars: [1, 2] as [Float]), 0)
    statistics.add(Tensor(shape: [3], scalars: [1, 2, 3] as [Float]), 0)
    #expect(statistics.means.isEmpty)
    var others = ChannelStatistics()
    others.add(Tensor(shape: [2], scalars: [1, 2] as [Int64]), 0)
    #expect(others.means.isEmpty)
  }
}

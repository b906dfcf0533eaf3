import Tensors
import Testing

@Suite struct TensorBooleansTests {
  @Test func makesEveryByteButZeroOne() throws {
    let bytes = Tensor(shape: [3], scalars: [0, 1, 200] as [UInt8])
    let odd = try #require(Tensor(.bool, shape: [3], storage: bytes.storage))
    #expect(odd.withSoundBooleans == Tensor(shape: [3], scalars: [false, true, true]))
  }
}

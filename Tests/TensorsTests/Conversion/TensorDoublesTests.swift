import Tensors
import Testing

@Suite struct TensorDoublesTests {
  @Test func readsAPart() {
    let tensor = Tensor(shape: [2, 2], scalars: [1, 2, 3, 4] as [Float])
    #expect(tensor.doubles(in: 1..<3) == [2, 3])
    #expect(tensor.doubles(in: 4..<4) == [])
  }

  @Test func readsBooleansAsNumbers() {
    #expect(Tensor(shape: [2], scalars: [true, false]).doubles(in: 0..<2) == [1, 0])
  }

  @Test func refusesWhatIsNoPartOfRealNumbers() {
    let tensor = Tensor(shape: [2], scalars: [1, 2] as [Int32])
    #expect(tensor.doubles(in: 1..<3) == nil)
    #expect(Tensor(shape: [1], strings: ["1"]).doubles(in: 0..<1) == nil)
  }
}

import Tensors
import Testing

@Suite struct TensorExtentTests {
  static let numbers: [Double] = [0.5, -2, .nan, 3, 1]

  @Test(arguments: [ElementType.float16, .bfloat16, .float32, .float64, .float8E5M2])
  func findsTheEndsOfFloats(type: ElementType) {
    let tensor = Tensor(shape: [5], scalars: Self.numbers).converted(to: type)
    #expect(tensor.extent() == -2...3)
  }

  @Test(arguments: [ElementType.int4, .int8, .int32, .int64])
  func findsTheEndsOfIntegers(type: ElementType) {
    let tensor = Tensor(shape: [3], scalars: [-8, 7, 0] as [Int64]).converted(to: type)
    #expect(tensor.extent() == -8...7)
  }

  @Test func looksAtEveryPieceOfALargeTensor() {
    var scalars = [Float](repeating: 1, count: 5000)
    scalars[1023] = -1
    scalars[4999] = 9
    #expect(Tensor(shape: [5000], scalars: scalars).extent() == -1...9)
  }

  @Test func leavesOutInfinitiesWhereAsked() {
    let tensor = Tensor(shape: [3], scalars: [1, .infinity, 2] as [Float])
    #expect(tensor.extent() == 1...Double.infinity)
    #expect(tensor.extent(finiteOnly: true) == 1...2)
  }

  @Test func findsNoneWhereThereIsNone() {
    #expect(Tensor(shape: [0], scalars: [] as [Float]).extent() == nil)
    #expect(Tensor(scalar: Float.nan).extent() == nil)
    #expect(Tensor(shape: [1], strings: ["a"]).extent() == nil)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func seesWhatIsNotFinite(number: Float) {
    var scalars = [Float](repeating: 1, count: 3000)
    #expect(Tensor(shape: [3000], scalars: scalars).isFinite)
    scalars[2500] = number
    #expect(!Tensor(shape: [3000], scalars: scalars).isFinite)
  }

  @Test func takesWhatIsNoFloatForFinite() {
    #expect(Tensor(scalar: 3 as Int64).isFinite)
    #expect(Tensor(shape: [1], strings: ["nan"]).isFinite)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct EinsteinSummationTests {
  static let a = counting([2, 3])
  static let b = counting([3, 2])

  static func sum(
    _ description: String, _ equation: ByteString, _ inputs: [Tensor], _ expected: Tensor
  ) -> OperatorCase {
    OperatorCase(
      description, "Einsum", ["equation": .string(equation)], inputs: inputs, expected: [expected])
  }

  static let cases = [
    sum("multiplies matrices", "ij,jk->ik", [a, b], floats([2, 2], [10, 13, 28, 40])),
    sum("names the result itself", "ij,jk", [a, b], floats([2, 2], [10, 13, 28, 40])),
    sum("sorts the axes of the result", "bA", [a], floats([3, 2], [0, 3, 1, 4, 2, 5])),
    sum("ignores spaces", " i j -> j i ", [a], floats([3, 2], [0, 3, 1, 4, 2, 5])),
    sum("adds up everything", "ij->", [a], floats([], [15])),
    sum("adds up an axis", "ij->j", [a], floats([3], [3, 5, 7])),
    sum("takes the trace", "ii", [floats([2, 2], [1, 2, 3, 4])], floats([], [5])),
    sum("takes the diagonal", "ii->i", [floats([2, 2], [1, 2, 3, 4])], floats([2], [1, 4])),
    sum(
      "takes diagonals of a stack", "...ii->...i", [counting([2, 2, 2])],
      floats([2, 2], [0, 3, 4, 7])),
    sum("multiplies elements", "ij,ij->ij", [a, a], floats([2, 3], [0, 1, 4, 9, 16, 25])),
    sum(
      "multiplies all pairs", "i,j->ji", [list([1, 2]), list([3, 4])],
      floats([2, 2], [3, 6, 4, 8])),
    sum(
      "keeps an axis of both factors", "bi,bi->b", [a, a], floats([2], [5, 50])),
    sum(
      "multiplies stacks", "bij,bjk->bik", [counting([2, 1, 2]), counting([2, 2, 1])],
      floats([2, 1, 1], [1, 13])),
    sum("passes an ellipsis through", "...ij->...ji", [a], floats([3, 2], [0, 3, 1, 4, 2, 5])),
    sum("puts an ellipsis first", "i...", [a], floats([3, 2], [0, 3, 1, 4, 2, 5])),
    sum(
      "repeats axes of an ellipsis", "...i,...i->...", [counting([2, 1, 2]), counting([3, 2])],
      floats([2, 3], [1, 3, 5, 3, 13, 23])),
    sum("adds up an ellipsis", "...i->i", [counting([2, 2, 2])], floats([2], [12, 16])),
    sum(
      "repeats an axis of one element", "ij,ij->ij", [a, floats([2, 1], [1, 10])],
      floats([2, 3], [0, 1, 2, 30, 40, 50])),
    sum("takes a scalar", "->", [floats([], [7])], floats([], [7])),
    sum("scales", ",ij->ij", [floats([], [2]), a], floats([2, 3], [0, 2, 4, 6, 8, 10])),
    sum(
      "takes many factors", "ab,bc,cd,d->a", [a, b, floats([2, 2], [1, 0, 0, 1]), list([1, 1])],
      floats([2], [23, 68])),
    sum(
      "joins factors that share no axis at first", "ij,kl,jk->il",
      [a, floats([1, 1], [2]), floats([3, 1], [1, 1, 1])],
      floats([2, 1], [6, 24])),
    sum("cubes", "a,a,a->a", [list([2, 3]), list([2, 3]), list([2, 3])], floats([2], [8, 27])),
    sum(
      "wraps integers around", "i,i->",
      [
        Tensor(shape: [2], scalars: [100, 100] as [Int8]),
        Tensor(shape: [2], scalars: [1, 1] as [Int8]),
      ],
      Tensor(scalar: -56 as Int8)),
    sum(
      "sums nothing", "ij,jk->ik", [counting([2, 0]), counting([0, 1])], floats([2, 1], [0, 0])),
    sum("has no elements", "ij,jk->ik", [counting([0, 2]), counting([2, 1])], counting([0, 1])),
  ]

  static func list(_ scalars: [Float]) -> Tensor { floats([scalars.count], scalars) }

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func roundsHalfPrecisionOnce() throws {
    // 2048 + 1 is not a number of 16 bits, 2050 is.
    let (x, y) = (floats([3], [2048, 1, 1]), floats([3], [1, 1, 1]))
    let example = OperatorCase(
      "", "Einsum", ["equation": .string("i,i->")],
      inputs: [x.converted(to: .float16), y.converted(to: .float16)])
    #expect(try example.evaluate() == [Tensor(scalar: 2050 as Float16)])
  }

  @Test func doesNotMultiplyOutWhatIsAddedUpAnyway() throws {
    // 26 axes of 1000 elements: the product of all pairs would never end.
    let letters = (0..<26).map { String(UnicodeScalar(UInt8(97 + $0))) }
    let ones = floats([1000], [Float](repeating: 1, count: 1000))
    let factors = [Tensor](repeating: ones, count: 26)
    let example = OperatorCase(
      "", "Einsum", ["equation": .string(ByteString(letters.joined(separator: ",") + "->"))],
      inputs: factors.map { $0.converted(to: .float64) })
    let sum = try #require(try example.evaluate().first).scalars(of: Double.self)[0]
    #expect(abs(sum / 1e78 - 1) < 1e-12)
  }

  @Test func infersSymbols() throws {
    let queries = InferredValue.tensor(.float32, [.symbol("batch"), .symbol("q"), 8])
    let keys = InferredValue.tensor(.float32, [.symbol("batch"), .unknown, 8])
    #expect(
      try inferred("Einsum", ["equation": .string("bqd,bkd->bqk")], [queries, keys]).type
        == .tensor(.float32, [.symbol("batch"), .symbol("q"), .unknown]))
    #expect(
      try inferred("Einsum", ["equation": .string("bqd,bkd->bqk")], [queries, .unknown]).type
        == .tensor(.float32, [.unknown, .unknown, .unknown]))
    #expect(
      try inferred("Einsum", ["equation": .string("...d->...")], [.tensor(.float32, nil)]).type
        == .tensor(.float32, nil))
  }

  static let mistakes: [(ByteString, [Tensor], OperatorError.Code)] = [
    ("ij,jk->ik", [a, a], .incompatibleShapes),
    ("ij,jk->ik", [a], .wrongInputCount),
    ("i", [a], .incompatibleShapes),
    ("ijk", [a], .incompatibleShapes),
    ("ijk...", [a], .incompatibleShapes),
    ("ii", [a], .incompatibleShapes),
    ("ij->k", [a], .invalidAttribute),
    ("ij->ii", [a], .invalidAttribute),
    ("i1", [a], .invalidAttribute),
    ("i..j", [a], .invalidAttribute),
    ("......", [a], .invalidAttribute),
    ("ij->i->j", [a], .invalidAttribute),
    ("i,j,k,l->ijkl", [Tensor](repeating: counting([1000]), count: 4), .limitExceeded),
  ]

  @Test(arguments: mistakes)
  func rejects(_ equation: ByteString, _ inputs: [Tensor], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "Einsum", ["equation": .string(equation)], inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}

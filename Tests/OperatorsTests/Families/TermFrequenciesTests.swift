import IR
import Operators
import TestSupport
import Tensors
import Testing

@Suite struct TermFrequenciesTests {
  /// Counts the numbers 2, 3, 5, 4 and the pairs (5, 6), (7, 8), (6, 7) in 2 3 3 3 7 8.
  private static func example(
    _ mode: String, longest: Int64 = 2, skip: Int64 = 0, indices: [Int64] = [0, 1, 2, 3, 4, 5, 6],
    expected: [Float]? = nil
  ) -> OperatorCase {
    OperatorCase(
      mode, "TfIdfVectorizer",
      [
        "mode": .string(ByteString(mode)), "min_gram_length": .int(1),
        "max_gram_length": .int(longest), "max_skip_count": .int(skip),
        "ngram_counts": .ints([0, 4]), "ngram_indexes": .ints(indices),
        "pool_int64s": .ints([2, 3, 5, 4, 5, 6, 7, 8, 6, 7]),
        "weights": .floats([2, 1, 1, 1, 1, 0.5, 1]),
      ],
      inputs: [Tensor(shape: [6], scalars: [2, 3, 3, 3, 7, 8] as [Int64])],
      expected: expected.map { [Tensor(shape: [7], scalars: $0)] } ?? [])
  }

  static let cases: [OperatorCase] = [
    example("TF", expected: [1, 3, 0, 0, 0, 1, 0]),
    example("IDF", expected: [2, 1, 0, 0, 0, 0.5, 0]),
    example("TFIDF", expected: [2, 3, 0, 0, 0, 0.5, 0]),
  ]

  @Test(arguments: cases)
  func countsAndWeighs(example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  static let wrong: [OperatorCase] = [
    example("COUNT"), example("TF", longest: 0), example("TF", indices: [0, 1]),
    example("TF", indices: [0, 1, 2, 3, 4, 5, -1]), example("TF", skip: -1),
  ]

  @Test(arguments: wrong)
  func refusesAttributesThatContradictEachOther(example: OperatorCase) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }
}

import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct TermFrequenciesTests {
  static let terms = list(1, 2, 3, 1, 2, 9)

  /// Single terms 1, 2 and 3, and the pair 2, 3.
  static func attributes(_ changes: Attributes = [:]) -> Attributes {
    var attributes: Attributes = [
      "mode": .string("TF"), "ngram_counts": .ints([0, 3]), "ngram_indexes": .ints([4, 0, 2, 1]),
      "pool_int64s": .ints([1, 2, 3, 2, 3]), "max_skip_count": .int(0),
      "min_gram_length": .int(1), "max_gram_length": .int(2),
    ]
    for (name, value) in changes { attributes[name] = value }
    return attributes
  }

  static func example(
    _ description: String, _ changes: Attributes = [:], _ input: Tensor = terms,
    _ expected: Tensor = zeros([5])
  ) -> OperatorCase {
    OperatorCase(
      description, "TfIdfVectorizer", attributes(changes), inputs: [input], expected: [expected])
  }

  static let weights: Attributes = ["weights": .floats([0.5, 0.25, 2, 3])]
  static func weighted(_ mode: ByteString) -> Attributes {
    ["weights": .floats([0.5, 0.25, 2, 3]), "mode": .string(mode)]
  }

  static let cases = [

    example("counts", [:], terms, floats([5], [2, 1, 1, 0, 2])),
    example("takes no weights for counts", weights, terms, floats([5], [2, 1, 1, 0, 2])),
    example("weights counts", weighted("TFIDF"), terms, floats([5], [0.5, 3, 2, 0, 1])),
    example("weights presence", weighted("IDF"), terms, floats([5], [0.25, 3, 2, 0, 0.5])),
    example(
      "takes 1 for every weight", ["mode": .string("IDF")], terms, floats([5], [1, 1, 1, 0, 1])),
    example(
      "adds n-grams of one place", ["ngram_indexes": .ints([0, 0, 1, 1])], terms,
      floats([2], [4, 2])),
    example(
      "leaves out single terms", ["min_gram_length": .int(2)], terms, floats([5], [0, 1, 0, 0, 0])),
    example("leaves out pairs", ["max_gram_length": .int(1)], terms, floats([5], [2, 0, 1, 0, 2])),
    example(
      "skips terms", ["max_skip_count": .int(4)], list(2, 9, 3, 2, 3, 9),
      // The pairs are at 0 and 2, 3 and 4, 0 and 4: single terms count once.
      floats([5], [2, 3, 2, 0, 0])),
    example(
      "takes each row for itself", [:], integers([2, 2], [2, 3, 1, 1]),
      floats([2, 5], [1, 1, 1, 0, 0, 0, 0, 0, 0, 2])),
    example(
      "takes numbers of 32 bits", [:], Tensor(shape: [2], scalars: [2, 3] as [Int32]),
      floats([5], [1, 1, 1, 0, 0])),
    example("takes a scalar", [:], Tensor(scalar: 1 as Int64), floats([5], [0, 0, 0, 0, 1])),
    example("finds nothing in nothing", [:], integers([2, 0], []), zeros([2, 5])),
    example("finds no row", [:], integers([0, 3], []), zeros([0, 5])),
    OperatorCase(
      "counts strings", "TfIdfVectorizer",
      [
        "mode": .string("TF"), "ngram_counts": .ints([0, 2]), "ngram_indexes": .ints([0, 1, 2]),
        "pool_strings": .strings(["a", "b", "a", "b"]), "max_skip_count": .int(0),
        "min_gram_length": .int(1), "max_gram_length": .int(2),
      ], inputs: [strings("a", "b", "a")], expected: [floats([3], [2, 1, 1])]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
    let type = try example.inferTypes()[0]
    #expect(type?.elementType == .float32)
    #expect(type?.shape?.dimensions.last == .fixed(example.expected[0].shape.last ?? 0))
  }

  @Test func computesIn64BitsWhereThatIsAskedFor() throws {
    let outputs = try Self.cases[2].evaluate(precision: .float64)
    #expect(outputs == [Tensor(shape: [5], scalars: [0.5, 3, 2, 0, 1] as [Double])])
  }

  static let errors: [(OperatorCase, String)] = [

    (example("", ["mode": .string("idf")]), "mode is \"idf\""),
    (
      example("", ["weights": .floats([1]), "mode": .string("IDF")]),
      "there are 1 weights for 4 ngram_indexes"
    ),
    (
      example("", ["ngram_indexes": .ints([0, 1])]),
      "the pool has 4 n-grams, ngram_indexes 2"
    ),
    (
      example("", ["ngram_indexes": .ints([0, 1, -2, 3])]),
      "ngram_indexes are [0, 1, -2, 3], not places in the output"
    ),
    (
      example("", ["ngram_indexes": .ints([])]), "ngram_indexes are [], not places in the output"
    ),
    (
      example("", ["ngram_indexes": .ints([0, 1, 2, .max])]),
      "ngram_indexes are [0, 1, 2, 9223372036854775807], not places in the output"
    ),
    (
      example("", ["pool_int64s": .ints([1, 2, 3, 2])]),
      "the 2-grams are at 3..<4 in a pool of 4 terms"
    ),
    (
      example("", ["ngram_counts": .ints([3, 0])]),
      "the 1-grams are at 3..<0 in a pool of 5 terms"
    ),
    (
      example("", ["ngram_counts": .ints([-1, 3])]),
      "the 1-grams are at -1..<3 in a pool of 5 terms"
    ),
    (
      example("", ["ngram_counts": .ints([0, 7])]),
      "the 1-grams are at 0..<7 in a pool of 5 terms"
    ),
    (
      example("", ["ngram_counts": .ints([0])]),
      "n-grams of 1 to 2 terms are asked for, ngram_counts has 1 lengths"
    ),
    (
      example("", ["min_gram_length": .int(0)]),
      "n-grams of 0 to 2 terms are asked for, ngram_counts has 2 lengths"
    ),
    (example("", ["max_skip_count": .int(-1)]), "max_skip_count is -1"),
    (
      example("", ["pool_int64s": .ints([1, 1, 3, 2, 3])]), "the pool has the 1-gram 1 twice"
    ),
    (
      example("", ["pool_strings": .strings(["a"])]),
      "the terms are int64, but pool_strings is given"
    ),
    (
      example("", [:], strings("a")), "the terms are string, but pool_int64s is given"
    ),
    (example("", [:], integers([1, 1, 1], [1])), "the terms have the shape [1, 1, 1]"),
    (
      example("", ["ngram_indexes": .ints([0, 1, 2, 1 << 40])]),
      "an output of float64[1099511627777] exceeds the memory limit of 1073741824 bytes"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func endsSkippingWithTheRow() throws {
    let example = Self.example("", ["max_skip_count": .int(.max)], list(2, 9, 3))
    #expect(try example.evaluate() == [floats([5], [1, 1, 1, 0, 0])])
  }

  @Test func refusesTooManySteps() {
    let ones = Tensor(shape: [1 << 17], scalars: [Int64](repeating: 1, count: 1 << 17))
    let example = Self.example("", ["max_skip_count": .int(1 << 17)], ones)
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .limitExceeded)
  }
}

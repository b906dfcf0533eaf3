import IR
import Tensors

extension OperatorFamily {
  /// Operators that count what occurs in text.
  static let termFrequencies = OperatorFamily("term frequencies", [.tfIdfVectorizer])
}

/// The n-grams of a pool as a tree: each edge is a term, each n-gram a way from the root.
private struct TermTree<Term: Hashable> {
  private struct Edge: Hashable {
    var node: Int
    var term: Term
  }

  private var children: [Edge: Int] = [:]
  /// For each node the n-gram that ends there.
  private var gramOfNode: [Int?] = [nil]

  /// Adds an n-gram.
  ///
  /// - Throws: `invalidAttribute` when the tree has it already.
  mutating func add(_ terms: ArraySlice<Term>, as gram: Int) throws(OperatorError) {
    var node = 0
    for term in terms {
      let edge = Edge(node: node, term: term)
      node = children[edge] ?? gramOfNode.count
      if node == gramOfNode.count {
        gramOfNode.append(nil)
        children[edge] = node
      }
    }
    guard gramOfNode[node] == nil else {
      throw OperatorError(.invalidAttribute, "the pool has the \(terms.count)-gram \(gram) twice")
    }
    gramOfNode[node] = gram
  }

  /// Calls `body` with the length and the number of each n-gram that begins at `start`, whose
  /// terms are `distance` apart.
  func forEachGram(
    in row: ArraySlice<Term>, from start: Int, distance: Int, upTo length: Int,
    _ body: (Int, Int) -> Void
  ) {
    var (node, place) = (0, start)
    for size in 1...length {
      guard place < row.endIndex, let next = children[Edge(node: node, term: row[place])] else {
        return
      }
      node = next
      if let gram = gramOfNode[node] { body(size, gram) }
      place += distance
    }
  }
}

/// How often each n-gram occurs in a row.
private struct GramCounter {
  private var counts: [Int]
  private var found: [Int] = []

  init(_ count: Int) { counts = [Int](repeating: 0, count: count) }

  mutating func add(_ gram: Int) {
    if counts[gram] == 0 { found.append(gram) }
    counts[gram] += 1
  }

  /// Returns the n-grams that were found, in their order, and forgets them.
  mutating func take() -> [(gram: Int, count: Int)] {
    let result = found.sorted().map { ($0, counts[$0]) }
    for gram in found { counts[gram] = 0 }
    found = []
    return result
  }
}

// MARK: - TfIdfVectorizer

/// The attributes of a `TfIdfVectorizer`, checked against each other.
private struct TermWeighting {
  static let mode = AttributeKey<String>("mode")
  static let maximumLength = AttributeKey<Int>("max_gram_length")
  static let minimumLength = AttributeKey<Int>("min_gram_length")
  static let maximumSkip = AttributeKey<Int>("max_skip_count")
  static let counts = AttributeKey<[Int]>("ngram_counts")
  static let indices = AttributeKey<[Int]>("ngram_indexes")
  static let numbers = OptionalAttributeKey<[Int]>("pool_int64s")
  static let strings = OptionalAttributeKey<[ByteString]>("pool_strings")
  static let weights = OptionalAttributeKey<[Float]>("weights")

  enum Mode: String {
    case counts = "TF"
    case weightedPresence = "IDF"
    case weightedCounts = "TFIDF"
  }

  let mode: Mode
  let lengths: ClosedRange<Int>
  let maximumSkip: Int
  /// Where in the pool the n-grams of each length begin.
  let starts: [Int]
  /// For each n-gram its place in a row of the output.
  let indices: [Int]
  let weights: [Float]?
  /// The length of a row of the output.
  let width: Int

  init(_ attributes: Attributes) throws(OperatorError) {
    let name = try attributes.value(of: Self.mode)
    guard let mode = Mode(rawValue: name) else {
      throw OperatorError(
        .invalidAttribute, "mode is \"\(name)\"", remedy: "use TF, IDF or TFIDF")
    }
    self.mode = mode
    starts = try attributes.value(of: Self.counts)
    lengths = try Self.lengths(attributes, count: starts.count)
    maximumSkip = try attributes.value(of: Self.maximumSkip)
    guard maximumSkip >= 0 else {
      throw OperatorError(.invalidAttribute, "max_skip_count is \(maximumSkip)")
    }
    indices = try attributes.value(of: Self.indices)
    guard let last = indices.max(), last < .max, indices.allSatisfy({ $0 >= 0 }) else {
      throw OperatorError(
        .invalidAttribute, "ngram_indexes are \(indices.prefix(16)), not places in the output")
    }
    width = last + 1
    weights = mode == .counts ? nil : try attributes.value(of: Self.weights)
    guard weights == nil || weights?.count == indices.count else {
      throw OperatorError(
        .invalidAttribute,
        "there are \(weights?.count ?? 0) weights for \(indices.count) ngram_indexes")
    }
  }

  private static func lengths(
    _ attributes: Attributes, count: Int
  ) throws(OperatorError) -> ClosedRange<Int> {
    let shortest = try attributes.value(of: minimumLength)
    let longest = try attributes.value(of: maximumLength)
    guard shortest >= 1, shortest <= longest, longest <= count else {
      throw OperatorError(
        .invalidAttribute,
        "n-grams of \(shortest) to \(longest) terms are asked for, ngram_counts has \(count) "
          + "lengths")
    }
    return shortest...longest
  }

  /// Returns the n-grams of a pool that are asked for.
  func tree<Term: Hashable>(of pool: [Term]) throws(OperatorError) -> TermTree<Term> {
    var (tree, gram) = (TermTree<Term>(), 0)
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : pool.count
      let length = index + 1
      guard start >= 0, start <= end, end <= pool.count, (end - start) % length == 0 else {
        throw OperatorError(
          .invalidAttribute,
          "the \(length)-grams are at \(start)..<\(end) in a pool of \(pool.count) terms")
      }
      let isWanted = lengths.contains(length)
      for place in stride(from: start, to: end, by: length) {
        if isWanted { try tree.add(pool[place..<(place + length)], as: gram) }
        gram += 1
      }
    }
    guard gram <= indices.count else {
      throw OperatorError(
        .invalidAttribute, "the pool has \(gram) n-grams, ngram_indexes \(indices.count)")
    }
    return tree
  }
}

extension TermWeighting {
  /// The most steps through terms that one node takes.
  private static let maximumWork = 1 << 34

  /// Checks the number of terms that are looked at in rows of `count` terms.
  func checkWork(rows: Int, count: Int) throws(OperatorError) {
    let distances = min(maximumSkip, count) + 1
    var (work, isTooMuch) = (1, false)
    for factor in [rows, count, distances, min(lengths.upperBound, count + 1)] {
      let (product, overflow) = work.multipliedReportingOverflow(by: factor)
      (work, isTooMuch) = (product, isTooMuch || overflow)
    }
    guard !isTooMuch, work <= Self.maximumWork else {
      throw OperatorError(
        .limitExceeded,
        "\(rows) rows of \(count) terms with up to \(maximumSkip) skipped take too long")
    }
  }

  /// Counts the n-grams of a row.
  private func count<Term: Hashable>(
    in row: ArraySlice<Term>, _ tree: TermTree<Term>, _ counter: inout GramCounter
  ) {
    var shortest = lengths.lowerBound
    for distance in 1...(min(maximumSkip, row.count) + 1) {
      guard shortest <= lengths.upperBound else { break }
      // Where too few terms are left, no n-gram begins.
      let (reach, overflow) = distance.multipliedReportingOverflow(by: shortest - 1)
      guard !overflow, reach < row.count else { break }
      for start in row.startIndex..<(row.endIndex - reach) {
        tree.forEachGram(in: row, from: start, distance: distance, upTo: lengths.upperBound) {
          if $0 >= shortest { counter.add($1) }
        }
      }
      // Single terms are the same at every distance, and count once.
      shortest = max(shortest, 2)
    }
  }

  /// Returns what a number of occurrences of an n-gram adds to its place.
  private func amount(of gram: Int, _ count: Int) -> Double {
    let occurrences = mode == .weightedPresence ? 1 : Double(count)
    return occurrences * (weights.map { Double($0[gram]) } ?? 1)
  }

  /// Returns a row of amounts for each row of terms, in 64 bits.
  func vectors<Term: Hashable>(
    of terms: [Term], shape: [Int], pool: [Term], _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard shape.count <= 2 else {
      throw OperatorError(
        .incompatibleShapes, "the terms have the shape \(shape)",
        remedy: "one list is taken, or one list in each row")
    }
    let tree = try tree(of: pool)
    let rows = shape.count == 2 ? shape[0] : 1
    let count = shape.last ?? 1
    try checkWork(rows: rows, count: count)
    let outputShape = Array(shape.dropLast()) + [width]
    try context.checkOutput(.float64, shape: outputShape)
    var counter = GramCounter(indices.count)
    return Tensor(of: Double.self, shape: outputShape) { result in
      result.initialize(repeating: 0)
      for row in 0..<rows {
        self.count(in: terms[(row * count)..<((row + 1) * count)], tree, &counter)
        for (gram, count) in counter.take() {
          result[row * width + indices[gram]] += amount(of: gram, count)
        }
      }
    }
  }
}

extension OperatorDefinition {
  /// Counts the n-grams of a pool in texts, and weights them.
  fileprivate static let tfIdfVectorizer = OperatorDefinition(
    OperatorSchema(
      "TfIdfVectorizer", versions: [9], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T1")],
      attributes: [
        TermWeighting.maximumLength.declaration, TermWeighting.maximumSkip.declaration,
        TermWeighting.minimumLength.declaration, TermWeighting.mode.declaration,
        TermWeighting.counts.declaration, TermWeighting.indices.declaration,
        TermWeighting.numbers.declaration, TermWeighting.strings.declaration,
        TermWeighting.weights.declaration,
      ],
      constraints: [
        "T": .tensors([.string, .int32, .int64]), "T1": .tensors(.float32),
      ]),
    inferTypes: { context throws(OperatorError) in
      let weighting = try TermWeighting(context.node.attributes)
      return [
        .tensor(
          .float32,
          context.shape(0).map { Shape($0.dimensions.dropLast() + [.fixed(weighting.width)]) })
      ]
    },
    evaluate: { context throws(OperatorError) in
      let weighting = try TermWeighting(context.node.attributes)
      let tensor = try context.tensor(0)
      let numbers = try context.value(of: TermWeighting.numbers) ?? []
      let strings = try context.value(of: TermWeighting.strings) ?? []
      let isText = tensor.elementType == .string
      guard isText ? numbers.isEmpty : strings.isEmpty else {
        throw OperatorError(
          .invalidType,
          "the terms are \(tensor.elementType), but \(isText ? "pool_int64s" : "pool_strings") is "
            + "given")
      }
      let result =
        isText
        ? try weighting.vectors(of: tensor.strings, shape: tensor.shape, pool: strings, context)
        : try weighting.vectors(
          of: try tensor.integers, shape: tensor.shape, pool: numbers, context)
      return [.tensor(result.converted(to: context.resultType(for: .float32)))]
    })
}

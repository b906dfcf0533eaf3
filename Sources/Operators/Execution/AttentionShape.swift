import IR
import Tensors

/// The extents of scaled dot product attention, as far as they are known, checked.
///
/// Queries, keys and values lie in heads, as (batch, heads, sequence, size), or *packed*, as
/// (batch, sequence, heads × size). Each head of keys serves as many consecutive heads of queries.
struct AttentionShape {
  let batch: Dimension
  let queryHeads: Dimension
  let queries: Dimension
  let headSize: Dimension
  let keyHeads: Dimension
  /// The number of keys, those of the past included.
  let keys: Dimension
  let valueSize: Dimension
  let isPacked: Bool

  /// Creates the extents from the shapes of the queries, keys, values and those of the past.
  ///
  /// `heads` are the numbers of heads of queries and of keys, which packed inputs need.
  ///
  /// - Throws: `incompatibleShapes` or `invalidAttribute` when they do not fit together.
  init(
    queries q: Shape, keys k: Shape?, values v: Shape?, pastKeys: Shape? = nil,
    pastValues: Shape? = nil, hasPast: Bool = false, heads: (queries: Int?, keys: Int?) = (nil, nil)
  ) throws(OperatorError) {
    isPacked = q.rank == 3
    let query = try AttentionShape.unpacked(q, heads: heads.queries, rank: q.rank, "Q")
    let key = try AttentionShape.unpacked(k, heads: heads.keys, rank: q.rank, "K")
    let value = try AttentionShape.unpacked(v, heads: heads.keys, rank: q.rank, "V")
    let pastKey = try AttentionShape.past(pastKeys, "past_key")
    let pastValue = try AttentionShape.past(pastValues, "past_value")
    batch = try common("the batch", [query[0], key[0], value[0], pastKey[0], pastValue[0]])
    headSize = try common("the size of a head of keys", [query[3], key[3], pastKey[3]])
    keyHeads = try common(
      "the number of heads of keys", [key[1], value[1], pastKey[1], pastValue[1]])
    valueSize = try common("the size of a head of values", [value[3], pastValue[3]])
    let new = try common("the number of keys", [key[2], value[2]])
    let past = try common("the number of past keys", [pastKey[2], pastValue[2]])
    keys = hasPast ? past + new : new
    (queryHeads, self.queries) = (query[1], query[2])
    try AttentionShape.check(queryHeads, isMultipleOf: keyHeads)
  }

  /// The shape of the scores: one for each query and key of each head.
  var scores: Shape { Shape([batch, queryHeads, queries, keys]) }

  /// The shape of the result in heads.
  var result: Shape { Shape([batch, queryHeads, queries, valueSize]) }

  /// The shape of the result as the queries are laid out.
  var output: Shape {
    isPacked ? Shape([batch, queries, queryHeads * valueSize]) : result
  }

  /// The shape of all keys in heads.
  var presentKeys: Shape { Shape([batch, keyHeads, keys, headSize]) }

  /// The shape of all values in heads.
  var presentValues: Shape { Shape([batch, keyHeads, keys, valueSize]) }

  private static let unknown = Shape([Dimension](repeating: .unknown, count: 4))

  /// Returns the shape in heads.
  private static func unpacked(
    _ shape: Shape?, heads: Int?, rank: Int, _ name: String
  ) throws(OperatorError) -> Shape {
    guard rank == 3 || rank == 4, shape == nil || shape?.rank == rank else {
      throw OperatorError(
        .incompatibleShapes, "\(name) has rank \(shape?.rank ?? rank)",
        remedy: "Q, K and V have rank 4 (batch, heads, sequence, size) or rank 3, all the same")
    }
    guard rank == 3 else { return shape ?? unknown }
    guard let heads, heads > 0 else {
      throw OperatorError(
        .invalidAttribute,
        "\(name) has rank 3 and its number of heads is \(heads.map(String.init) ?? "not given")",
        remedy: "set q_num_heads and kv_num_heads")
    }
    guard let shape else { return Shape([.unknown, .fixed(heads), .unknown, .unknown]) }
    if let width = shape[2].fixedValue, width % heads != 0 {
      throw OperatorError(
        .incompatibleShapes, "\(name) of the shape \(shape) does not divide into \(heads) heads")
    }
    return Shape([shape[0], .fixed(heads), shape[1], shape[2].floorDivided(by: .fixed(heads))])
  }

  private static func past(_ shape: Shape?, _ name: String) throws(OperatorError) -> Shape {
    guard let shape else { return unknown }
    guard shape.rank == 4 else {
      throw OperatorError(.incompatibleShapes, "\(name) has rank \(shape.rank), not 4")
    }
    return shape
  }

  private static func check(
    _ queryHeads: Dimension, isMultipleOf keyHeads: Dimension
  ) throws(OperatorError) {
    guard let queries = queryHeads.fixedValue, let keys = keyHeads.fixedValue else { return }
    guard queries == keys || (keys > 0 && queries % keys == 0) else {
      throw OperatorError(
        .incompatibleShapes, "\(queries) heads of queries do not share \(keys) heads of keys",
        remedy: "the first number must be a multiple of the second")
    }
  }
}

/// Returns what some dimensions are that must be the same.
///
/// - Throws: `incompatibleShapes` when two of them are known to differ.
private func common(_ name: String, _ dimensions: [Dimension]) throws(OperatorError) -> Dimension {
  let fixed = dimensions.compactMap(\.fixedValue)
  guard let value = fixed.first else { return dimensions.first { $0 != .unknown } ?? .unknown }
  guard fixed.allSatisfy({ $0 == value }) else {
    let found = fixed.map(String.init).joined(separator: ", ")
    throw OperatorError(.incompatibleShapes, "\(name) differs between the inputs: \(found)")
  }
  return .fixed(value)
}

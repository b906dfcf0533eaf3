import Testing

/// Graphs of transposes and nodes that any order of axes suits, made up from a seed.
private struct RandomGraph {
  private var state: UInt64
  private var values: [(name: String, shape: [Int])] = [("%x", [2, 3, 4, 5])]
  private var unused: [String] = []
  private var lines: [String] = []

  init(seed: Int, nodes: Int) {
    state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
    for _ in 0..<nodes { addNode() }
  }

  var text: String {
    """
    model opset 18
    graph main(%x: float32[2, 3, 4, 5]) -> (\(unused.joined(separator: ", "))) {
      const %a0: int64[1] = [0]
      const %a1: int64[1] = [1]
      const %a2: int64[1] = [2]
      const %a3: int64[1] = [3]
      const %row: float32[2] = [0.5, -1.5]
      \(lines.joined(separator: "\n  "))
      return \(unused.joined(separator: ", "))
    }
    """
  }

  private mutating func number(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }

  private mutating func addNode() {
    // Mostly what was computed last: long chains.
    let source = values[max(0, values.count - 1 - number(below: 3))]
    let partner = values.last { $0.shape == source.shape } ?? source
    let axis = number(below: 4)
    switch number(below: 9) {
    case 0...2:
      let orders = [[0, 2, 3, 1], [0, 3, 1, 2], [0, 1, 3, 2], [0, 2, 1, 3]]
      let order = orders[number(below: number(below: 3) == 0 ? 4 : 2)]
      add("Transpose", [source.name], "perm = \(order)", order.map { source.shape[$0] })
    case 3: add("Relu", [source.name], "", source.shape)
    case 4: add("Add", [source.name, partner.name], "", source.shape)
    case 5: add("Softmax", [source.name], "axis = \(axis)", source.shape)
    case 6:
      var shape = source.shape
      shape[axis] *= 2
      guard shape[axis] < 20 else { return }
      add("Concat", [source.name, partner.name], "axis = \(axis)", shape)
    case 7:
      var shape = source.shape
      shape[axis] = 1
      add("ReduceSum", [source.name, "%a\(axis)"], "", shape)
    default:
      guard source.shape[3] == 2 else { return }
      add("Mul", [source.name, "%row"], "", source.shape)
    }
  }

  private mutating func add(
    _ name: String, _ inputs: [String], _ attributes: String, _ shape: [Int]
  ) {
    let result = "%v\(values.count)"
    lines.append("\(result) = \(name)(\(inputs.joined(separator: ", "))) {\(attributes)}")
    values.append((result, shape))
    unused.removeAll(where: inputs.contains)
    unused.append(result)
  }
}

@Suite struct RandomTransposesTests {
  private static func transposes(_ rewritten: RewriteCase) -> Int {
    rewritten.operators.count { $0 == "Transpose" }
  }

  @Test(arguments: 0..<60) func keepsBitsAndAddsNoTranspose(_ seed: Int) throws {
    let text = RandomGraph(seed: seed, nodes: 5 + seed % 30).text
    let plain = try RewriteCase(text, "merge-steps", "remove-identities", "share-duplicates")
    let rewritten = try RewriteCase(
      text, "merge-steps", "remove-identities", "share-duplicates", "cancel-transposes",
      "share-duplicates")
    try rewritten.expectSameBits()
    #expect(Self.transposes(rewritten) <= Self.transposes(plain), "\(text)")
  }
}

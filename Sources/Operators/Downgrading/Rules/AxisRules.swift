import IR
import Tensors

extension DowngradeRules {
  /// Axes that count from the end, and axes that a matrix was made at.
  static let axes = DowngradeRules(
    [
      "ArgMax", "ArgMin", "Compress", "Concat", "Flatten", "ReduceL1", "ReduceL2", "ReduceLogSum",
      "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum",
      "ReduceSumSquare", "Split", "Squeeze", "TopK", "Unsqueeze",
    ].reduce(
      into: [
        "Hardmax": [.axisOfMatrix, .axisFromFront], "LogSoftmax": [.axisOfMatrix, .axisFromFront],
        "Softmax": [.axisOfMatrix, .axisFromFront],
      ]
    ) { $0[$1] = [.axisFromFront] })
}

extension OperatorDowngrade {
  /// Axes were counted from the front only.
  fileprivate static let axisFromFront = OperatorDowngrade(from: 11) {
    node throws(OperatorError) in
    let added = node.node.operatorID.name == "Unsqueeze"
    if let axis = try node.value(of: OptionalAttributeKey<Int>("axis")), axis < 0 {
      node.set("axis", to: .int(Int64(axis + (try node.rank(ofInput: 0)))))
    }
    if let axes = try node.value(of: OptionalAttributeKey<[Int]>("axes")),
      axes.contains(where: { $0 < 0 })
    {
      let rank = try node.rank(ofInput: 0) + (added ? axes.count : 0)
      node.set("axes", to: axes.map { $0 < 0 ? $0 + rank : $0 })
    }
  }

  /// The input was made a matrix at the axis, whose rows were taken: the axis must be the last.
  fileprivate static let axisOfMatrix = OperatorDowngrade(from: 13) { node throws(OperatorError) in
    let axis = try node.value(of: AttributeKey<Int>("axis", default: -1))
    guard axis != -1 else { return node.set("axis", to: .int(-1)) }
    let rank = try node.rank(ofInput: 0)
    let position = try normalizedAxis(axis, rank: rank)
    let behind = node.shape(ofInput: 0)?.dimensions.dropFirst(position + 1) ?? []
    guard !behind.allSatisfy({ $0 == .fixed(1) }) else {
      return node.set("axis", to: .int(Int64(axis)))
    }
    var order = Array(0..<rank).map(Int64.init)
    order.swapAt(position, rank - 1)
    let turned = node.new(
      "Transpose", try node.input(0), attributes: ["perm": .ints(order)])
    let result = node.new(
      node.node.operatorID.name, turned, attributes: ["axis": .int(Int64(rank - 1))])
    try node.replace(with: [node.new("Transpose", result, attributes: ["perm": .ints(order)])])
  }
}

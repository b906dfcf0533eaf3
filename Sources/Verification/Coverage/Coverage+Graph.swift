public import IR
import Passes
import Tensors

extension Coverage {
  /// Finds what there is to exercise in a graph.
  public init(of graph: Graph) {
    for block in graph.blocks {
      for node in graph.nodes(in: block) { add(node, of: graph) }
    }
    inputs = graph.inputs.filter { interests[$0] != nil }.map { (graph.name(of: $0), $0) }
  }

  private mutating func add(_ node: NodeID, of graph: Graph) {
    let id = graph[node].operatorID
    switch id.name {
    case "If" where id.domain.isEmpty: addCondition(node, of: graph)
    case "Loop" where id.domain.isEmpty, "Scan" where id.domain.isEmpty,
      "SequenceMap" where id.domain.isEmpty:
      addLoop(node, of: graph)
    case "Clip" where id.domain.isEmpty:
      let low = graph.soleNumber(of: graph.input(1, of: node))
      let high = graph.soleNumber(of: graph.input(2, of: node))
      addRange(node, of: graph, low: low, high: high)
    default:
      guard let range = QuantizedRange(of: node, in: graph) else { return }
      addRange(node, of: graph, low: range.lowerBound, high: range.upperBound)
    }
  }

  private mutating func addCondition(_ node: NodeID, of graph: Graph) {
    guard case .block(let then)? = graph[node].attributes["then_branch"],
      case .block(let otherwise)? = graph[node].attributes["else_branch"],
      let condition = graph.input(0, of: node), let end = graph.firstOutput(of: node)
    else { return }
    let fixed = graph.soleNumber(of: condition).map { $0 != 0 }
    let goals: [ControlCoverage.Goal] =
      fixed.map { [$0 ? .thenBranch : .elseBranch] } ?? [.thenBranch, .elseBranch]
    let witnesses = [graph.witness(of: then), graph.witness(of: otherwise)]
    interests[condition, default: []].append(.flag(of: controls.count))
    addControl(node, of: graph, goals: goals, witnesses: witnesses, end: end, flag: fixed)
  }

  private mutating func addLoop(_ node: NodeID, of graph: Graph) {
    guard case .block(let body)? = graph[node].attributes["body"],
      let end = graph.firstOutput(of: node), let witness = graph.witness(of: body)
    else { return }
    let goals = graph.possibleStepCounts(of: node, body).map { count in
      [ControlCoverage.Goal.noStep, .oneStep, .manySteps][count]
    }
    addControl(node, of: graph, goals: goals, witnesses: [witness], end: end)
  }

  private mutating func addControl(
    _ node: NodeID, of graph: Graph, goals: [ControlCoverage.Goal], witnesses: [ValueID?],
    end: ValueID, flag: Bool? = nil
  ) {
    for (block, witness) in witnesses.enumerated() {
      guard let witness else { continue }
      interests[witness, default: []].append(.step(of: controls.count, block: block))
    }
    interests[end, default: []].append(.end(of: controls.count))
    controls.append(
      ControlCoverage(
        graph.label(of: node), graph[node].operatorID.name, goals: goals,
        isVisible: witnesses.map { $0 != nil }, flag: flag))
  }

  /// Adds a range whose data shows: what a block is given does not.
  ///
  /// An end that no finite number of the type lies beyond is none.
  private mutating func addRange(
    _ node: NodeID, of graph: Graph, low: Double?, high: Double?
  ) {
    guard let data = graph.input(0, of: node), !graph.isConstant(data) else { return }
    if case .input(let block) = graph.definition(of: data), block != graph.body { return }
    let type = graph.type(of: data)?.elementType
    let greatest = type?.magnitudes?.greatest ?? .greatestFiniteMagnitude
    let low = low.flatMap { $0 > -greatest ? $0 : nil }
    let high = high.flatMap { $0 < greatest ? $0 : nil }
    guard low != nil || high != nil else { return }
    interests[data, default: []].append(.data(of: ranges.count))
    ranges.append(
      RangeCoverage(
        graph.label(of: node), graph[node].operatorID.name, low: low, high: high))
  }
}

extension Graph {
  /// The name of a node, or of what it computes where it has none.
  fileprivate func label(of node: NodeID) -> String {
    guard self[node].name.isEmpty else { return self[node].name }
    return firstOutput(of: node).map { name(of: $0) } ?? ""
  }

  fileprivate func firstOutput(of node: NodeID) -> ValueID? {
    outputs(of: node).lazy.compactMap { $0 }.first
  }

  /// The first value that the nodes of a block compute.
  fileprivate func witness(of block: BlockID) -> ValueID? {
    for node in nodes(in: block) {
      if let output = firstOutput(of: node) { return output }
    }
    return nil
  }

  /// How many steps a loop may take, as far as the graph tells: 0, 1, or 2 for more.
  fileprivate func possibleStepCounts(of node: NodeID, _ body: BlockID) -> ClosedRange<Int> {
    guard isStandard(node, "Loop") else {
      return scannedExtent(of: node).map { min($0, 2)...min($0, 2) } ?? 0...2
    }
    let limit = soleNumber(of: input(0, of: node)).map { Int(max(0, min($0, 2))) }
    let condition = input(1, of: node)
    guard condition == nil || soleNumber(of: condition) == 1 else { return 0...(limit ?? 2) }
    let least = input(0, of: node) == nil ? 1 : min(limit ?? 0, 1)
    // A loop without a condition does not look at that of its body.
    let isCounted =
      condition == nil
      || outputs(of: body).first.map { result in
        soleNumber(of: result) == 1 || inputs(of: body).dropFirst().first == result
      } ?? false
    return (isCounted ? limit ?? least : least)...(limit ?? 2)
  }

  /// The extent of the first axis of what a scan goes through.
  private func scannedExtent(of node: NodeID) -> Int? {
    guard isStandard(node, "Scan"), self[node].attributes["scan_input_axes"] == nil,
      let scanned = inputs(of: node).last.flatMap({ $0 }), let shape = type(of: scanned)?.shape
    else { return nil }
    return shape.dimensions.first?.fixedValue.map { max(0, $0) }
  }
}

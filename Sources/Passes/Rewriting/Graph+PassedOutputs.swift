import IR

/// An output of a subgraph that no node of the subgraph computes.
struct PassedOutput: Hashable {
  let block: BlockID
  let index: Int
}

extension Graph {
  /// The outputs of subgraphs that are inputs, constants or values from around.
  var passedOutputs: Set<PassedOutput> {
    var found: Set<PassedOutput> = []
    guard blockCapacity > 1 else { return found }
    for node in nodesInExecutionOrder() {
      for block in blocks(of: node) {
        for (index, value) in outputs(of: block).enumerated()
        where producer(of: value).map({ self.block(of: $0) != block }) ?? true {
          found.insert(PassedOutput(block: block, index: index))
        }
      }
    }
    return found
  }

  /// Lets a node compute each output of a subgraph but some.
  ///
  /// ONNX Runtime 1.32 returns whatever is in memory for an output of a Scan that is its input.
  mutating func computeOutputs(except kept: Set<PassedOutput>) {
    let passed = passedOutputs.subtracting(kept).sorted {
      ($0.block.index, $0.index) < ($1.block.index, $1.index)
    }
    for output in passed {
      var values = outputs(of: output.block)
      let value = values[output.index]
      let identity = add(
        Node(.newest("Identity")), inputs: [value],
        results: [Result("", type: type(of: value))], at: .end(of: output.block))
      guard let copy = self.output(0, of: identity) else { continue }
      values[output.index] = copy
      setOutputs(values, named: outputNames(of: output.block), of: output.block)
    }
  }
}

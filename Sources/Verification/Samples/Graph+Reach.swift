import IR
import Passes
import Tensors

extension Graph {
  /// Calls `body` with each use of a value by a node, and of the values that hold nothing but its
  /// elements: views of it, parts, and conversions to other types.
  func forEachUse(
    ofElementsOf value: ValueID, _ body: (_ node: NodeID, _ input: Int) -> Void
  ) {
    var pending = [value]
    var known: Set<ValueID> = [value]
    while let value = pending.popLast() {
      forEachUse(of: value) { use in
        guard case .node(let node, let input) = use else { return }
        body(node, input)
        guard movesElements(of: input, node) || converts(node) else { return }
        for output in outputs(of: node) {
          if let output, known.insert(output).inserted { pending.append(output) }
        }
      }
    }
  }

  /// Whether the outputs of a node hold elements of an input as they are.
  func movesElements(of input: Int, _ node: NodeID) -> Bool {
    guard self[node].operatorID.domain.isEmpty else { return false }
    switch self[node].operatorID.name {
    case "Expand", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Tile",
      "Transpose", "Unsqueeze":
      return input == 0
    case "Concat": return true
    case "Where": return input > 0
    default: return false
    }
  }

  private func converts(_ node: NodeID) -> Bool { self[node].operatorID.isStandard("Cast") }

  /// The number that a constant holds, when it is one.
  func soleNumber(of value: ValueID?) -> Double? {
    guard let tensor = value.flatMap(fixedTensor), tensor.count == 1,
      let ends = tensor.extent()
    else { return nil }
    return ends.lowerBound
  }
}

import IR
import Tensors

extension Graph {
  /// The outputs as expressions, for example `Add(Sin(x), [1.0, 2.0])`: what is computed, whatever
  /// the names of values and the order of nodes.
  var expressions: [String] { outputs.map(expression(of:)) }

  private func expression(of value: ValueID) -> String {
    switch definition(of: value) {
    case .input: return name(of: value)
    case .constant: return constant(of: value).map(text) ?? "?"
    case .node(let node, let result):
      let operands = inputs(of: node).map { $0.map(expression(of:)) ?? "_" }
      let id = self[node].operatorID
      let name = id.domain.isEmpty ? id.name : "\(id.domain)::\(id.name)"
      let suffix = result == 0 ? "" : "#\(result)"
      return "\(name)\(attributes(of: node))(\(operands.joined(separator: ", ")))\(suffix)"
    }
  }

  private func attributes(of node: NodeID) -> String {
    let entries = self[node].attributes.map { "\($0.name) = \(text($0.value))" }.sorted()
    return entries.isEmpty ? "" : "{\(entries.joined(separator: ", "))}"
  }

  private func text(_ attribute: Attribute) -> String {
    switch attribute {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let value): "\(value)"
    case .ints(let values): "\(values)"
    case .block(let block):
      "{\(outputs(of: block).map(expression(of:)).joined(separator: ", "))}"
    default: "…"
    }
  }

  private func text(_ tensor: Tensor) -> String {
    guard tensor.encoding == .dense, tensor.count <= 6 else {
      return "\(tensor.elementType)\(tensor.shape)"
    }
    if tensor.elementType == .bool {
      return "\(tensor.withScalars(of: Bool.self) { Array($0) })"
    }
    guard tensor.elementType.isFloatingPoint else {
      let numbers = tensor.converted(to: .int64).scalars(of: Int64.self)
      return tensor.rank == 0 ? "\(numbers[0])" : "\(numbers)"
    }
    let numbers = tensor.converted(to: .float64).scalars(of: Double.self)
    return tensor.rank == 0 ? "\(numbers[0])" : "\(numbers)"
  }
}

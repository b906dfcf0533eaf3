public import IR
import Operators
import Tensors

/// Two models and a sample on which they differ.
public struct Reproducer: Sendable {
  public internal(set) var reference: Model
  public internal(set) var candidate: Model
  public internal(set) var sample: Sample
  public internal(set) var difference: Difference
}

extension Reproducer {
  /// Returns both models after the same change.
  func mapModels(_ change: (inout Model) -> Void) -> Reproducer {
    var result = self
    change(&result.reference)
    change(&result.candidate)
    return result
  }

  /// Derives all types anew from those of the sample's values; false where a node contradicts its
  /// operator's definition.
  mutating func deriveTypes() -> Bool {
    reference.deriveTypes(from: sample) && candidate.deriveTypes(from: sample)
  }
}

extension Model {
  fileprivate mutating func deriveTypes(from sample: Sample) -> Bool {
    for value in graph.values where !graph.isConstant(value) {
      if case .tensor(let type, _)? = graph.type(of: value) {
        graph.setType(.tensor(type, nil), of: value)
      }
    }
    for input in graph.inputs {
      guard let tensor = sample.values[graph.name(of: input)]?.tensor else { continue }
      graph.setType(.tensor(tensor.elementType, Shape(tensor.shape)), of: input)
    }
    return prepare().errors.isEmpty
  }
}

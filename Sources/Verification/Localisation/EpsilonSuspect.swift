import IR
import Operators
import Tensors

/// A normalization whose epsilon no framework would choose.
///
/// Exporters have written uninitialized numbers there. Where a model does not compute what its
/// framework did, executing it with a usual epsilon shows whether that is the reason.
struct EpsilonSuspect {
  /// Where the number stands.
  private enum Place {
    case attribute
    /// A constant that is added to the variance before its root is taken.
    case constant(ValueID)
  }

  let node: NodeID
  /// The value that the node computes.
  let value: ValueID
  let epsilon: Double
  private let place: Place

  /// What frameworks choose lies in here: from 1e-12 (BERT) to 1e-3 (Keras), with some room.
  private static let usual = 1e-15...0.1

  /// What is tried in its place: the defaults of ONNX, Keras and BERT.
  static let replacements = [1e-5, 1e-3, 1e-12]

  /// The suspects among the nodes of the body.
  static func all(in graph: Graph) -> [EpsilonSuspect] {
    graph.nodes.compactMap { node in
      guard let value = graph.output(0, of: node) else { return nil }
      if case .float(let epsilon)? = graph[node].attributes["epsilon"] {
        return EpsilonSuspect(node, value, Double(epsilon), .attribute)
      }
      guard graph[node].operatorID.isStandard("Add"),
        graph.uses(of: value, limit: 8).contains(where: { graph.takesRoot($0) })
      else { return nil }
      for input in graph.inputs(of: node).compactMap({ $0 }) {
        guard graph.isConstant(input), let number = graph.constant(of: input)?.singleNumber else {
          continue
        }
        return EpsilonSuspect(node, value, number, .constant(input))
      }
      return nil
    }
  }

  private init?(_ node: NodeID, _ value: ValueID, _ epsilon: Double, _ place: Place) {
    guard !Self.usual.contains(epsilon) else { return nil }
    self.node = node
    self.value = value
    self.epsilon = epsilon
    self.place = place
  }

  /// Puts another epsilon in the place of the suspicious one.
  func replace(with epsilon: Double, in graph: inout Graph) {
    switch place {
    case .attribute:
      graph.update(node) { $0.attributes["epsilon"] = .float(Float(epsilon)) }
    case .constant(let constant):
      guard let old = graph.constant(of: constant) else { return }
      let new = Tensor(shape: old.shape, scalars: [epsilon]).converted(to: old.elementType)
      let inputs = graph.inputs(of: node)
      let added = graph.addConstant(new)
      graph.setInputs(inputs.map { $0 == constant ? added : $0 }, of: node)
    }
  }
}

/// A node of the reference that may be why it does not compute what was expected.
public struct Suspicion: Hashable, Sendable, Codable {
  /// The name of the node, which may be empty.
  public let node: String
  public let operatorName: String
  /// The name of the value that the node computes.
  public let value: String
  /// What is wrong with it, and what a remedy showed.
  public let finding: String
  /// Whether the model computes what is expected when the finding is mended.
  public let isConfirmed: Bool
}

extension Subject {
  /// The nodes whose epsilon may be why the model does not compute what is expected.
  func suspicions(on sample: Sample, expected: ModelOutputs) -> [Suspicion] {
    let suspects = EpsilonSuspect.all(in: model.graph)
    guard !suspects.isEmpty else { return [] }
    let remedy = EpsilonSuspect.replacements.first { epsilon in
      var mended = model
      for suspect in suspects { suspect.replace(with: epsilon, in: &mended.graph) }
      return with(mended).computes(expected, on: sample)
    }
    return suspects.map { suspect in
      let node = model.graph[suspect.node]
      let outcome = remedy.map { "; with \($0) the outputs are those expected" } ?? ""
      return Suspicion(
        node: node.name, operatorName: node.operatorID.name,
        value: model.graph.name(of: suspect.value),
        finding: "its epsilon is \(formattedError(suspect.epsilon))\(outcome)",
        isConfirmed: remedy != nil)
    }
  }

  /// Whether the outputs are those expected but for rounding.
  private func computes(_ expected: ModelOutputs, on sample: Sample) -> Bool {
    guard let outputs = try? self.outputs(on: sample) else { return false }
    var floors = NoiseFloors(
      of: outputs, exact: exactOutputs(on: sample), sample: sample.name,
      perturbed: PerturbedRuns(of: self, on: sample))
    let comparisons = floors.compare(outputs, toExpected: expected)
    return comparisons.allSatisfy { $0.verdict < .semanticChange }
  }
}

extension Graph {
  /// Whether the user of a value takes its square root.
  fileprivate func takesRoot(_ use: Use) -> Bool {
    guard case .node(let node, _) = use else { return false }
    let id = self[node].operatorID
    return id.isStandard("Sqrt") || id.isStandard("Pow")
  }
}

extension Tensor {
  /// The number of a tensor of one floating-point element.
  fileprivate var singleNumber: Double? {
    guard count == 1, elementType.isFloatingPoint else { return nil }
    return converted(to: .float64).scalars(of: Double.self).first
  }
}

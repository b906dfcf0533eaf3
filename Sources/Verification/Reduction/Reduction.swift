import IR
import Tensors

/// What became of two models that differ.
public struct Reduction: Sendable {
  /// Where the models differ.
  public struct Place: Hashable, Sendable {
    /// The value that differs, as the reference calls it.
    public let value: String
    /// The nodes that compute it, in either model: operator and name.
    public let reference: String
    public let candidate: String

    init(_ reproducer: Reproducer) {
      value = reproducer.difference.comparison.output
      reference = Self.lastNode(of: reproducer.reference.graph)
      candidate = Self.lastNode(of: reproducer.candidate.graph)
    }

    private static func lastNode(of graph: Graph) -> String {
      guard let output = graph.outputs.first, let node = graph.producer(of: output) else {
        return "no node"
      }
      let name = graph[node].name
      return "\(graph[node].operatorID.name)\(name.isEmpty ? "" : " \"\(name)\"")"
    }
  }

  public let reproducer: Reproducer
  /// The nodes of the given models, those of subgraphs included.
  public let nodeCounts: (reference: Int, candidate: Int)
  /// How the whole models differ.
  public let whole: Difference
  public let place: Place
  /// The number of parts that differ when they are executed on the reference's values.
  public let brokenPartCount: Int
  public let sizes: [SizeReduction.Step]
  /// The constants that hold numbers of the models still, and the inputs that hold data.
  public let ownConstantCount: Int
  public let ownInputCount: Int
  /// Whether the models' own names are left: the difference may depend on them.
  public let hasNames: Bool
  /// The executions that it took, and how many of them were of models as long as the given ones.
  public let executionCount: Int
  public let wholeExecutionCount: Int
}

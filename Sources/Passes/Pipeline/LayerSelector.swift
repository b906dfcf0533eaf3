public import IR
import Tensors

/// Which nodes a rule of a pipeline file is for: all conditions that are given must hold.
public struct LayerSelector: Hashable, Sendable {
  /// A pattern for the name of the node, in which `*` stands for any text and `?` for one letter.
  public var name: String?

  /// The operator, such as `Conv`.
  public var operatorName: String?

  /// The fewest elements that the constants of the node have together.
  public var minimumSize: Int?

  public init(name: String? = nil, operatorName: String? = nil, minimumSize: Int? = nil) {
    self.name = name
    self.operatorName = operatorName
    self.minimumSize = minimumSize
  }

  /// Whether a node of a graph is meant.
  public func selects(_ node: NodeID, of graph: Graph) -> Bool {
    if let name, !graph[node].name.matches(glob: name) { return false }
    if let operatorName, graph[node].operatorID.name != operatorName { return false }
    if let minimumSize {
      let size = graph.inputs(of: node).compactMap { $0.flatMap(graph.fixedTensor)?.count }
      guard size.reduce(0, +) >= minimumSize else { return false }
    }
    return true
  }
}

/// Settings of a pass for some nodes.
public struct LayerRule: Hashable, Sendable {
  public var selector: LayerSelector
  public var settings: PassSettings

  public init(_ selector: LayerSelector, _ settings: PassSettings) {
    self.selector = selector
    self.settings = settings
  }
}

extension [LayerRule] {
  /// Whether a pass looks at a node: the last rule for it that sets `enabled` decides.
  func enable(_ node: NodeID, of graph: Graph) -> Bool {
    isEmpty || settings(of: node, in: graph, default: PassSettings()).flag("enabled") ?? true
  }

  /// The settings of a node: those of the later rules take the place of earlier ones.
  func settings(
    of node: NodeID, in graph: Graph, default settings: PassSettings
  ) -> PassSettings {
    reduce(settings) { settings, rule in
      rule.selector.selects(node, of: graph) ? settings.overridden(by: rule.settings) : settings
    }
  }
}

extension String {
  /// Whether the text is as a pattern with `*` and `?` says, in time proportional to both lengths.
  func matches(glob pattern: String) -> Bool {
    let (text, pattern) = (Array(unicodeScalars), Array(pattern.unicodeScalars))
    var (place, next) = (0, 0)
    var star: (place: Int, next: Int)?
    while place < text.count {
      if next < pattern.count, pattern[next] == "*" {
        star = (place, next + 1)
        next += 1
      } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[place] {
        (place, next) = (place + 1, next + 1)
      } else if let last = star {
        // The last star takes one letter more.
        star = (last.place + 1, last.next)
        (place, next) = (last.place + 1, last.next)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == "*" }
  }
}

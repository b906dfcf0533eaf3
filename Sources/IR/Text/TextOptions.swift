/// What the text form of a graph or a model says.
///
/// As long as constants are not elided, text with types, annotations and lineage loses nothing.
public struct TextOptions: Hashable, Sendable {
  /// Whether the types of all values are written, or only those of inputs, outputs and constants.
  public var showsTypes: Bool

  /// Whether documentation and metadata are written.
  public var showsAnnotations: Bool

  /// Whether it is written which nodes of the source model each node stands for.
  public var showsLineage: Bool

  /// Whether constants of more than ``listLimit`` elements are left out: only people read that.
  public var elidesConstants: Bool

  /// The number of elements up to which tensors are written as numbers; beyond, as bytes.
  public static let listLimit = 16

  public init(
    showsTypes: Bool = true, showsAnnotations: Bool = true, showsLineage: Bool = false,
    elidesConstants: Bool = false
  ) {
    self.showsTypes = showsTypes
    self.showsAnnotations = showsAnnotations
    self.showsLineage = showsLineage
    self.elidesConstants = elidesConstants
  }

  /// Everything, so that the text stands for the model.
  public static let complete = TextOptions(showsLineage: true)

  /// What people want to see: no lineage and no large constants.
  public static let brief = TextOptions(elidesConstants: true)
}

/// How far a number may be from the one expected: `|got − want| ≤ absolute + relative · |want|`.
public struct Tolerance: Hashable, Sendable, Codable {
  public var absolute: Double
  public var relative: Double

  /// Creates a tolerance; negative or undefined bounds accept nothing.
  public init(absolute: Double, relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  /// Accepts equal numbers only.
  public static let exact = Tolerance(absolute: 0, relative: 0)
}

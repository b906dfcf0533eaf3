import ArgumentParser
import Tensors

/// The options that say how far outputs may be apart.
struct ToleranceOptions: ParsableArguments {
  /// The tolerance when none is given.
  static let usual = 1e-5

  @Option(
    help: ArgumentHelp(
      "How far a number may be off: |got - want| <= T + T * |want|.", valueName: "t"))
  var tolerance = Self.usual

  func validate() throws {
    guard tolerance >= 0 else {
      throw ValidationError("--tolerance is \(tolerance); it takes a number that is not negative")
    }
  }

  /// The same bound absolutely and relatively.
  var value: Tolerance { Tolerance(absolute: tolerance, relative: tolerance) }
}

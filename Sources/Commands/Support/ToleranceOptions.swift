import ArgumentParser
import Tensors

/// The options that say how far outputs may be apart.
struct ToleranceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How far a number may be off: |got - want| <= T + T * |want|.", valueName: "t"))
  var tolerance = 1e-5

  func validate() throws {
    guard tolerance >= 0 else {
      throw ValidationError("--tolerance is \(tolerance); it takes a number that is not negative")
    }
  }

  /// The same bound absolutely and relatively.
  var value: Tolerance { Tolerance(absolute: tolerance, relative: tolerance) }
}

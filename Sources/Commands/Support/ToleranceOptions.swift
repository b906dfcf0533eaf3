import ArgumentParser
import Operators
import Tensors
import Verification

/// The options that say how far outputs may be apart.
struct ToleranceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Judge by a bound, |got - want| <= T + T * |want|, in the place of rounding.",
      valueName: "t"))
  var tolerance: Double?

  @Option(
    help: ArgumentHelp(
      "The loss that is allowed, such as 0.05: the root mean square of the change of an output in "
        + "proportion to its own, or the share of whole numbers that differ.",
      valueName: "loss"))
  var budget: Double?

  func validate() throws {
    for (name, value) in [("--tolerance", tolerance), ("--budget", budget)] {
      guard let value, !(value >= 0) else { continue }
      throw ValidationError("\(name) is \(value); it takes a number that is not negative")
    }
  }

  /// The same bound absolutely and relatively.
  var value: Tolerance? { tolerance.map { Tolerance(absolute: $0, relative: $0) } }

  /// What the verifier takes for right.
  func options(precision: Precision) -> Verifier.Options {
    Verifier.Options(budget: budget, tolerance: value, precision: precision)
  }
}

import ArgumentParser

/// The option that has samples looked for on which two models differ most.
struct SearchOptions: ParsableArguments {
  @Option(
    name: .customLong("search"),
    help: ArgumentHelp(
      "How long to look for inputs on which the models differ most, from the samples on.",
      discussion: "The course depends on --seed alone, how far it comes on the machine.",
      valueName: "seconds"))
  var seconds: Double?

  func validate() throws {
    guard let seconds, !(seconds > 0 && seconds <= 1e6) else { return }
    throw ValidationError("--search is \(seconds); it must be a number of seconds above 0")
  }

  /// Whether there is time left, for a search that begins now; nil where none is asked for.
  func budget() -> ((Int) -> Bool)? {
    guard let seconds else { return nil }
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    return { _ in ContinuousClock.now < end }
  }
}

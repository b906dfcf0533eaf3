public import ArgumentParser
public import Passes

/// The options that say which passes run.
struct OptimizationOptions: ParsableArguments {
  @Option(
    name: .customLong("passes"),
    help: ArgumentHelp(
      "The passes to run instead, in this order, with commas between: `ferry passes` lists them.",
      valueName: "names"))
  var names: String?

  @Option(
    name: [.customShort("O", allowingJoined: true), .customLong("level")],
    help: ArgumentHelp(
      "0: no passes; 1: those that keep every bit; 2: those that round otherwise too; 3: those for "
        + "a target too.", valueName: "level"))
  var level = OptimizationLevel.standard

  func validate() throws { _ = try pipeline }

  /// The passes that the options name.
  var pipeline: PassPipeline {
    get throws {
      guard let names else { return .level(level) }
      do throws(PassError) {
        var passes: [any Pass] = []
        for name in names.split(separator: ",") {
          passes.append(try PassCatalog.pass(named: String(name)))
        }
        return PassPipeline(passes)
      } catch {
        throw ValidationError(error.description)
      }
    }
  }
}

extension OptimizationLevel: ExpressibleByArgument {
  public init?(argument: String) {
    guard let number = Int(argument), let level = OptimizationLevel(rawValue: number) else {
      return nil
    }
    self = level
  }

  public var defaultValueDescription: String { "\(rawValue)" }
  public static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}

public import ArgumentParser
import FoundationEssentials
public import Passes

/// The options that say which passes run.
struct OptimizationOptions: ParsableArguments {
  @Option(
    name: .customLong("passes"),
    help: ArgumentHelp(
      "The passes to run, in this order, with commas between: `ferry passes` lists them. With -O as "
        + "well as those of the level.",
      valueName: "names"))
  var names: String?

  @Option(
    name: [.customShort("O", allowingJoined: true), .customLong("level")],
    help: ArgumentHelp(
      "0: no passes (the default of convert); 1: those that keep every bit; 2: those that round "
        + "otherwise too (the default of optimize); 3: those for a target too.", valueName: "level")
  )
  var level: OptimizationLevel?

  @Option(
    help: ArgumentHelp(
      "A JSON5 file with the passes to run, their settings and the level.", valueName: "file"))
  var pipeline: String?

  func validate() throws {
    guard names == nil || pipeline == nil else {
      throw ValidationError("--passes and --pipeline both say which passes run; give one")
    }
  }

  /// Returns the passes that the options name, with those of the level that they give; those of the
  /// default level where they name none.
  func pipeline(orLevel defaultLevel: OptimizationLevel) throws -> PassPipeline {
    do throws(PassError) {
      if let pipeline {
        let description = try Self.read(pipeline)
        return .level(
          level ?? description.level ?? .none, with: try description.configuredPasses())
      }
      return .level(level ?? (names == nil ? defaultLevel : .none), with: try namedPasses())
    } catch {
      throw Failure(.usage, error.description)
    }
  }

  private func namedPasses() throws(PassError) -> [any Pass] {
    try (names ?? "").split(separator: ",").map { name throws(PassError) in
      try PassCatalog.pass(named: String(name))
    }
  }

  private static func read(_ path: String) throws(PassError) -> PipelineDescription {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PassError(.invalidPipeline, "\(path) cannot be read")
    }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      return try decoder.decode(PipelineDescription.self, from: data)
    } catch let error as DecodingError {
      throw PassError(.invalidPipeline, "\(path): \(error.explanation)")
    } catch {
      throw PassError(.invalidPipeline, "\(path): \(error)")
    }
  }
}

extension DecodingError {
  /// What is wrong and where, on one line.
  fileprivate var explanation: String {
    let (context, what): (Context, String) =
      switch self {
      case .dataCorrupted(let context): (context, context.debugDescription)
      case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        (context, context.debugDescription)
      @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
      }
    let place = context.codingPath.map { key in
      key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
    }.joined()
    return place.isEmpty ? what : "\(place): \(what)"
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

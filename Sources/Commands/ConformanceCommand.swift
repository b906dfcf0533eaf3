import ArgumentParser
import FoundationEssentials

/// Runs ONNX's backend tests.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Run ONNX's backend tests through one route or all of them.",
    discussion: """
      A test is a folder with model.onnx and its inputs and outputs as .pb files.
      Each model takes a route before it is executed: as it is (interpreter),
      through an ONNX file (onnx), through an .edge file (edge), through the
      default passes (optimized), or with its inputs turned into constants and
      then through the passes (folded).

      EXAMPLES
        Scripts/conformance suite && ferry conformance suite --route all
        ferry conformance suite --route edge --only node/test_conv
      """)

  @Argument(help: "A folder of tests.")
  var folder: String

  @Option(help: "The route of the models: interpreter, onnx, edge, optimized, folded or all.")
  var route = ConformanceRoutes.one(.interpreter)

  @Option(help: ArgumentHelp("Run the tests whose path contains a text.", valueName: "text"))
  var only: String?

  @OptionGroup var bounds: ExecutionOptions

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let suite = try ConformanceSuite(in: folder, matching: only)
    let progress = Progress(isVisible: !json)
    let scratch = try ScratchFolder()
    var report = ConformanceReport()
    for route in route.routes {
      for (index, test) in suite.tests.enumerated() {
        progress.show("\(route) \(index + 1) of \(suite.tests.count): \(test.name)")
        report.add(
          test.name, on: route, reason: test.run(route, within: bounds, scratch: scratch.path))
      }
    }
    progress.clear()
    try report.show(asJSON: json)
    guard report.failed.isEmpty else {
      throw Failure(.verificationFailed, "\(counted(report.failed.count, "test")) failed")
    }
  }
}

/// A folder for files that nobody keeps; it goes with the object.
private final class ScratchFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(component: "ferry-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.usage, "cannot make a temporary folder in \(folder.path): \(error)")
    }
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What `ferry conformance` found.
struct ConformanceReport: Encodable {
  struct Result: Encodable {
    let test: String
    let route: ConformanceRoute
    /// Why the test failed.
    let reason: String
  }

  /// The tests that passed, by route.
  private(set) var passed: [String: Int] = [:]
  private(set) var failed: [Result] = []

  /// Adds the outcome of one test; without a reason it passed.
  mutating func add(_ test: String, on route: ConformanceRoute, reason: String?) {
    if let reason {
      failed.append(Result(test: test, route: route, reason: reason))
    } else {
      passed[route.rawValue, default: 0] += 1
    }
  }

  /// Prints the report for programs or for people; the last line counts all routes.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(self) }
    for result in failed {
      Console.print("FAILED \(result.route) \(result.test): \(result.reason)")
    }
    let routes = ConformanceRoute.allCases.compactMap { route in
      passed[route.rawValue].map { ["\(route)", "\($0) passed"] }
    }
    if !routes.isEmpty { Console.print(table(routes, numbersFrom: 1)) }
    Console.print("\(passed.values.reduce(0, +)) passed, \(failed.count) failed")
  }
}

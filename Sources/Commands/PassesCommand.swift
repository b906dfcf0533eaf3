import ArgumentParser
import Passes

/// Lists the passes of this build.
struct PassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passes",
    abstract: "List the passes of this build, with what they promise.",
    discussion: """
      exact: every output keeps every bit. reassociating: outputs change by
      rounding alone. lossy: outputs change within a budget. The levels are
      those of `ferry optimize -O`.

      EXAMPLES
        ferry passes
        ferry passes --json
      """)

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let report = PassesReport()
    if json { return try Console.printJSON(report) }
    var rows = [["pass", "contract", "levels", "what it does"]]
    for pass in report.passes {
      let levels = pass.levels.map { "\($0)" }.joined(separator: " ")
      rows.append([pass.name, pass.contract, levels, pass.summary])
      for option in pass.options {
        rows.append(["", "", "", "\(option.name) = \(option.value): \(option.summary)"])
      }
    }
    Console.print(table(rows))
  }
}

/// The passes of this build in their order.
struct PassesReport: Encodable {
  struct Entry: Encodable {
    let name: String
    let contract: String
    /// The levels that run the pass.
    let levels: [Int]
    let summary: String
    let options: [OptionEntry]
  }

  struct OptionEntry: Encodable {
    let name: String
    /// The default as a pipeline file writes it.
    let value: String
    let summary: String
  }

  let passes = PassCatalog.all.map { pass in
    Entry(
      name: pass.name, contract: pass.contract.description,
      levels: OptimizationLevel.allCases.filter { level in
        PassPipeline.level(level).passes.contains { $0.name == pass.name }
      }.map(\.rawValue),
      summary: pass.summary,
      options: pass.options.map {
        OptionEntry(name: $0.name, value: $0.value.description, summary: $0.summary)
      })
  }
}

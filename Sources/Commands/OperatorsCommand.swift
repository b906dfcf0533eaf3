import ArgumentParser
import Operators

/// Lists the operators that this build executes.
struct OperatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operators",
    abstract: "List the operators that this build executes.",
    discussion: """
      Every version of an operator up to the newest one shown is understood:
      older nodes are brought to the newest form. Other operators pass through
      conversion untouched, but cannot be verified or run.

      EXAMPLES
        ferry operators
        ferry operators --json | jq -r '.operators[].name'
        ferry operators --markdown > Docs/Operators.md
      """)

  @Flag(help: "Print one JSON document.")
  var json = false

  @Flag(help: "Print a page in Markdown.")
  var markdown = false

  func validate() throws {
    guard !(json && markdown) else {
      throw ValidationError("--json and --markdown are two forms of the same; give one")
    }
  }

  func run() throws {
    let report = OperatorsReport(OperatorRegistry.standard)
    if json { return try Console.printJSON(report) }
    if markdown { return Console.print(report.markdown) }
    for (domain, operators) in report.byDomain {
      Console.print("\(domain) (\(counted(operators.count, "operator")))")
      Console.print(
        table(
          operators.map { listed in
            [listed.name, listed.versions.map(String.init).joined(separator: ", ")]
          }))
    }
  }
}

import ArgumentParser
import FormatSupport
import Operators
import Glibc

/// The command-line program: parses, runs one command and ends with a documented exit code.
public enum Program {
  /// Runs the command that the arguments name and ends the process.
  public static func main() -> Never {
    // A reader that goes away, such as `head`, ends us quietly through the failed write.
    signal(SIGPIPE, SIG_DFL)
    exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs the command that `arguments` name and returns how it ended.
  static func run(_ arguments: [String]) -> ExitStatus {
    do {
      var command = try Ferry.parseAsRoot(arguments)
      try command.run()
      return .success
    } catch let failure as Failure {
      Console.printError(failure.description)
      return failure.status
    } catch {
      return explain(error)
    }
  }

  /// Prints what the argument parser has to say: help, the version, or what is wrong.
  private static func explain(_ error: any Error) -> ExitStatus {
    let message = Ferry.fullMessage(for: error)
    if Ferry.exitCode(for: error).isSuccess {
      Console.print(message)
      return .success
    }
    Console.printError(message)
    return .usage
  }
}

/// The root command.
struct Ferry: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ferry",
    abstract: "Carries neural-network models from training frameworks to devices.",
    discussion: """
      EXAMPLES
        ferry convert model.onnx -o model.edge
        ferry inspect model.edge
        ferry run model.edge --inputs images.npz --outputs scores.npz
        ferry verify model.onnx model.edge --inputs images.npz

      A model is an .onnx or an .edge file; its contents decide, not its name.
      With --json a report is one document on standard output. Progress and
      advice go to standard error.

      EXIT CODES
        0   done, and verified where that was asked for
        1   verification failed
        2   wrong usage
        3   an input file is damaged or contradicts itself
        4   valid, but not supported
        70  internal error
      """,
    version: Ferry.version,
    subcommands: [
      ConvertCommand.self, OptimizeCommand.self, VerifyCommand.self, DiffCommand.self,
      ReduceCommand.self, RunCommand.self, InspectCommand.self, OperatorsCommand.self,
      PassesCommand.self, ConformanceCommand.self,
    ])

  static let version = "0.1.0"
}

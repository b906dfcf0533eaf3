import ArgumentParser
import Interpreter
import Operators

/// The options that say what the execution of a model may take.
struct ExecutionOptions: ParsableArguments {
  @Option(
    name: .customLong("memory-limit"),
    help: ArgumentHelp(
      "The most memory that one value may take, such as 500MB or 2GiB.",
      valueName: "size"))
  var memoryLimit = ByteCount(bytes: 8 << 30)

  @Option(
    help: ArgumentHelp(
      "How many threads execute a model, one for each processor unless given: results do not "
        + "depend on it.", valueName: "count"))
  var threads: Int?

  func validate() throws {
    guard let threads, !(1...1024).contains(threads) else { return }
    throw ValidationError("--threads is \(threads); it must be between 1 and 1024")
  }
}

extension ExecutionOptions {
  /// The options of the interpreter.
  func interpreterOptions(precision: Precision = .declared) -> Interpreter.Options {
    Interpreter.Options(
      precision: precision, memoryLimit: memoryLimit.bytes,
      threads: threads ?? Parallelism.processorCount)
  }
}

/// A number of bytes, written with or without a unit: `4096`, `500MB`, `2GiB`.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units = [
      "": 1, "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "KIB": 1 << 10,
      "MIB": 1 << 20, "GIB": 1 << 30,
    ]
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), let unit = units[argument.dropFirst(digits.count).uppercased()]
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  var defaultValueDescription: String {
    bytes % (1 << 30) == 0 ? "\(bytes >> 30)GiB" : "\(bytes)B"
  }
}

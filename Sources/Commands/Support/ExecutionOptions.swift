import ArgumentParser

/// The options that bound what the execution of a model may take.
struct ExecutionOptions: ParsableArguments {
  @Option(
    name: .customLong("memory-limit"),
    help: ArgumentHelp(
      "The most memory that one value may take, such as 500MB or 2GiB.",
      valueName: "size"))
  var memoryLimit = ByteCount(bytes: 8 << 30)
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

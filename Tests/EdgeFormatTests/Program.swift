import Foundation
import Testing

/// A program that tests compare with, where it is installed.
struct Program {
  var path: String

  /// Google's compiler of schemas.
  static let flatc = Program(path: "/usr/bin/flatc")

  /// A Python with the package `flatbuffers`: `FERRY_PYTHON`, or the one on the path.
  static let python: Program? = {
    let named = ProcessInfo.processInfo.environment["FERRY_PYTHON"]
    return [named, "/usr/bin/python3"].compactMap { $0 }.map { Program(path: $0) }
      .first { $0.isInstalled && ((try? $0.run(["-c", "import flatbuffers"])) != nil) }
  }()

  var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

  struct Failure: Error {
    var output: String
  }

  /// Returns what the program prints.
  @discardableResult
  func run(_ arguments: [String], modules: String? = nil) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let modules { process.environment = ["PYTHONPATH": modules, "PYTHONUTF8": "1"] }
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: output, as: UTF8.self)
    guard process.terminationStatus == 0 else { throw Failure(output: text) }
    return text
  }
}

/// The folder of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appending(path: "../..").standardized

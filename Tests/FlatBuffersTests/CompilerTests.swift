import FlatBuffers
import Foundation
import Testing

/// Compares with Google's compiler where it is installed.
@Suite(.enabled(if: Flatc.isInstalled)) struct CompilerTests {
  @Test(arguments: [0, 120])
  func flatcReadsOurBuffers(gap: Int) throws {
    let folder = try Flatc.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Zoo.text.utf8).write(to: folder.appending(path: "zoo.fbs"))
    try Data(Zoo.buffer(reserving: gap)).write(to: folder.appending(path: "zoo.bin"))
    try Flatc.run(["--json", "--strict-json", "zoo.fbs", "--", "zoo.bin"], in: folder)
    let json = try String(contentsOf: folder.appending(path: "zoo.json"), encoding: .utf8)
    #expect(json.filter { !$0.isWhitespace } == Zoo.json)
  }

  @Test func weReadTheBuffersOfFlatc() throws {
    let folder = try Flatc.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Zoo.text.utf8).write(to: folder.appending(path: "zoo.fbs"))
    try Data(Zoo.json.utf8).write(to: folder.appending(path: "zoo.json"))
    try Flatc.run(["--binary", "zoo.fbs", "zoo.json"], in: folder)
    let bytes = try Data(contentsOf: folder.appending(path: "zoo.bin"))
    let buffer = try FlatBuffer(copying: Array(bytes))
    try buffer.verify(as: Zoo.schema)
    #expect(buffer.identifier == "ZOO1")
    #expect(try Zoo.read(buffer) == FlatBufferTests.contents)
  }
}

/// Google's compiler of schemas.
enum Flatc {
  static let path = "/usr/bin/flatc"

  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

  static func makeFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "ferry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  static func run(_ arguments: [String], in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}

import Foundation
import Testing

/// Guards what no compiler flag sees.
@Suite struct LayeringTests {
  /// Foundation and its tables make a static binary four times as large.
  @Test func noShippedTargetImportsAllOfFoundation() throws {
    for file in Repository.swiftFiles(below: "Sources")
    where !file.path.contains("/Sources/TestSupport/") {
      let source = try String(contentsOf: file, encoding: .utf8)
      #expect(
        source.firstMatch(of: #/(?m)^(public |package )?import Foundation$/#) == nil,
        "\(file.lastPathComponent) imports Foundation")
    }
  }

  @Test func theExecutableIsEmpty() throws {
    let main = Repository.root.appendingPathComponent("Sources/ferry/main.swift")
    let lines = try String(contentsOf: main, encoding: .utf8).split(separator: "\n")
    #expect(lines.count <= 20)
  }
}

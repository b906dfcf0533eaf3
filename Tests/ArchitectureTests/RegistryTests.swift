import Foundation
import Operators
import Testing

/// Guards the one manual step of adding an operator file.
@Suite struct RegistryTests {
  @Test func everyFamilyFileIsRegistered() throws {
    let folder = Repository.root.appendingPathComponent("Sources/Operators/Families")
    let list = try String(
      contentsOf: Repository.root.appendingPathComponent(
        "Sources/Operators/StandardOperators.swift"), encoding: .utf8)
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let source = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for match in source.matches(of: #/static let (\w+) = OperatorFamily\(/#) {
        #expect(list.contains(".\(match.1),"), "\(match.1) of \(file) is not registered")
      }
    }
  }

  @Test func everyFamilyFileHasATestFile() throws {
    let families = Repository.root.appendingPathComponent("Sources/Operators/Families")
    let tests = Repository.root.appendingPathComponent("Tests/OperatorsTests/Families")
    for file in try FileManager.default.contentsOfDirectory(atPath: families.path) {
      let test = file.replacingOccurrences(of: ".swift", with: "Tests.swift")
      #expect(
        FileManager.default.fileExists(atPath: tests.appendingPathComponent(test).path),
        "\(file) has no \(test)")
    }
  }

  @Test(arguments: OperatorRegistry.standard.all.map(\.schema.name))
  func versionsAscend(name: String) throws {
    let schema = try #require(
      OperatorRegistry.standard.all.first { $0.schema.name == name }?.schema)
    #expect(schema.versions == schema.versions.sorted())
    #expect(!schema.versions.isEmpty)
  }

  /// Optimized builds print the names of private types with a discriminator.
  @Test func noNameComesFromAType() throws {
    for file in Repository.swiftFiles(below: "Sources/Operators") {
      let source = try String(contentsOf: file, encoding: .utf8)
      #expect(
        source.firstMatch(of: #/\\\(\w+\.self\)/#) == nil,
        "\(file.lastPathComponent) names something after a type")
    }
  }
}

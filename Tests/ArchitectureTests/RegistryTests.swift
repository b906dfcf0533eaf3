import Foundation
import Operators
import Testing

/// Guards the one manual step of adding an operator file.
@Suite struct RegistryTests {
  @Test func everyFamilyFileIsRegistered() throws {
    let list = try String(
      contentsOf: Repository.root.appendingPathComponent(
        "Sources/Operators/StandardOperators.swift"), encoding: .utf8)
    for file in Repository.swiftFiles(below: "Sources/Operators/Families") {
      let source = try String(contentsOf: file, encoding: .utf8)
      for match in source.matches(of: #/static let (\w+) = OperatorFamily\(/#) {
        #expect(
          list.contains(".\(match.1),"),
          "\(match.1) of \(file.lastPathComponent) is not registered")
      }
    }
  }

  @Test func everyFamilyFileHasATestFile() throws {
    let families = "\(Repository.root.path)/Sources/Operators/Families/"
    for file in Repository.swiftFiles(below: "Sources/Operators/Families") {
      let name = file.path.dropFirst(families.count).dropLast(".swift".count)
      let test = "\(Repository.root.path)/Tests/OperatorsTests/Families/\(name)Tests.swift"
      #expect(FileManager.default.fileExists(atPath: test), "\(name) has no tests")
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

import Foundation
import IR
import Operators
import Tensors
import TestSupport
import Testing

/// Uses every operator in ways that its schema or its specification forbids.
///
/// A trap ends the whole run: with the environment variable FERRY_SHOW_USES set, each use is printed
/// to standard error before it is tried, so that the last line shows the culprit.
@Suite struct MalformedUseTests {
  private static let showsUses = ProcessInfo.processInfo.environment["FERRY_SHOW_USES"] != nil

  static let operators = OperatorRegistry.standard.all.map { definition in
    OperatorID(definition.schema.name, domain: definition.schema.domain)
  }

  private static func definition(_ id: OperatorID) throws -> OperatorDefinition {
    try #require(OperatorRegistry.standard[id])
  }

  private static func check(
    _ use: OperatorUse, _ definition: OperatorDefinition, _ generator: inout UseGenerator
  ) {
    if showsUses { FileHandle.standardError.write(Data("\(use)\n".utf8)) }
    let known = generator.knowledge(of: use)
    let violations =
      use.violations(by: definition) + use.violations(by: definition, knowing: known)
    for violation in violations { Issue.record("\(violation): \(use)") }
  }

  @Test(arguments: operators)
  func refusesOrComputesEverySingleMisuse(id: OperatorID) throws {
    let definition = try Self.definition(id)
    var generator = UseGenerator(definition, seed: 1)
    for use in generator.misuses(of: generator.plausibleUse()) {
      Self.check(use, definition, &generator)
    }
  }

  @Test(arguments: operators)
  func refusesOrComputesRandomMisuses(id: OperatorID) throws {
    let definition = try Self.definition(id)
    var generator = UseGenerator(definition, seed: 2)
    for _ in 0..<15 {
      let use = generator.plausibleUse()
      Self.check(use, definition, &generator)
      Self.check(generator.misuse(of: generator.misuse(of: use)), definition, &generator)
    }
  }

  /// Operators that nothing computes here: derivatives are expanded before execution.
  static let unreached: Set<String> = ["Gradient"]

  /// Misuse of what is refused anyway would show nothing.
  @Test(arguments: operators.filter { !unreached.contains($0.name) })
  func computesSomePlausibleUses(id: OperatorID) throws {
    let definition = try Self.definition(id)
    var generator = UseGenerator(definition, seed: 3)
    let isComputed = (0..<100).contains { _ in
      generator.plausibleUse().outcome(by: definition).isComputed
    }
    #expect(isComputed, "give \(id) an entry in ExampleArguments")
  }
}

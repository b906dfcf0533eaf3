import Foundation
import IR
import Passes
import TestSupport
import Testing

/// Runs every pass, and the pipelines of all levels, on models that seeds make up.
///
/// The environment variable FERRY_RANDOM_GRAPHS says how many, FERRY_RANDOM_GRAPH names one seed.
@Suite struct RandomGraphTests {
  static let seeds: Range<UInt64> = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["FERRY_RANDOM_GRAPH"].flatMap(UInt64.init) {
      return seed..<(seed + 1)
    }
    return 0..<(environment["FERRY_RANDOM_GRAPHS"].flatMap(UInt64.init) ?? 200)
  }()

  /// How many parts of the seeds run side by side.
  static let partCount: UInt64 = 4

  @Test(arguments: 0..<partCount)
  func everyPassAndLevelKeepsItsContracts(part: UInt64) throws {
    for seed in Self.seeds where seed % Self.partCount == part {
      let made = RandomModel(seed: seed)
      let trial = try PassTrial(made.model, samples: made.samples)
      for pass in PassCatalog.all {
        for violation in trial.violations(of: pass) {
          Self.record("\(pass.name): \(violation)", seed, made.model) { after in
            _ = try pass.run(on: &after)
          }
        }
      }
      for level in OptimizationLevel.allCases {
        let (violations, result) = trial.violations(of: .level(level))
        for violation in violations {
          Self.record("-O\(level.rawValue): \(violation)", seed, made.model) { $0 = result }
        }
      }
    }
  }

  private static func record(
    _ violation: String, _ seed: UInt64, _ model: Model, _ change: (inout Model) throws -> Void
  ) {
    var after = model
    try? change(&after)
    Issue.record("seed \(seed), \(violation)\nbefore: \(model.text())\nafter: \(after.text())")
  }
}

/// What the models are like: a generator that makes simple ones alone would show nothing.
@Suite struct RandomModelTests {
  static let models = (0..<200 as Range<UInt64>).map { RandomModel(seed: $0) }

  @Test func areExecutableOnASample() {
    #expect(Self.models.count { $0.samples.isEmpty } <= 4)
    #expect(Self.models.count { $0.samples.count > 1 } >= 40)
  }

  @Test func areTheSameForASeed() {
    for seed in 0..<5 as Range<UInt64> {
      #expect(RandomModel(seed: seed).model.isEquivalent(to: Self.models[Int(seed)].model))
    }
  }

  /// A pass that finds nothing to do is not tested.
  @Test(arguments: PassCatalog.all.map(\.name))
  func giveAPassSomethingToDo(name: String) throws {
    let pass = try PassCatalog.pass(named: name)
    let count = try Self.models.count { made in
      var model = made.model
      return try pass.run(on: &model) > 0
    }
    #expect(count >= 2, "\(count) of \(Self.models.count)")
  }

  /// A pass that is wrong is noticed.
  @Test(arguments: [("Floor", "Ceil"), ("Sub", "Add"), ("Mul", "Add")])
  func tellAWrongPass(old: String, new: String) throws {
    let wrong = RewritePass(
      "wrong", "For a test", .exact,
      rules: [
        RewriteRule(of: old) { node, _ in
          { $0.graph.update(node) { $0.operatorID.name = new } }
        }
      ])
    var (changed, noticed) = (0, 0)
    for made in Self.models.prefix(120) {
      var model = made.model
      guard wrong.run(on: &model) > 0 else { continue }
      changed += 1
      let trial = try PassTrial(made.model, samples: made.samples)
      if !trial.violations(of: wrong).isEmpty { noticed += 1 }
    }
    #expect(changed > 2)
    #expect(noticed * 2 > changed, "\(noticed) of \(changed)")
  }

  @Test func useManyOperatorsAndSubgraphs() {
    var operators: Set<OperatorID> = []
    for made in Self.models {
      let graph = made.model.graph
      for block in graph.blocks {
        operators.formUnion(graph.nodes(in: block).map { graph[$0].operatorID })
      }
    }
    let names = Set(operators.map(\.name))
    #expect(names.count > 120)
    for name in ["If", "Loop", "Scan", "F0", "Conv", "Gemm", "QuantizeLinear"] {
      #expect(names.contains(name), "\(name)")
    }
    #expect(Self.models.contains { $0.model.graph.blocks.count > 4 })
  }
}

import ArgumentParser
import IR
import Tensors
import TestSupport
import Testing
import Verification

@testable import Commands

/// Which samples the options on data name.
@Suite struct DataOptionsTests {
  static let model = "\(EndToEndTests.model)/model.onnx"
  static let inputs = "\(EndToEndTests.model)/inputs.npz"

  let graph: Graph

  init() throws { graph = try ModelFile(reading: Self.model).prepared().model.graph }

  private func names(_ options: String...) throws -> [String] {
    try DataOptions.parse(options).samples(for: graph).map(\.name)
  }

  @Test func makesUpOneSampleUnlessAskedForMore() throws {
    #expect(try names() == ["seed 0"])
    #expect(try names("--seed", "4", "--samples", "2") == ["seed 4", "seed 5"])
  }

  @Test func addsToTheSamplesOfAFileWhatIsAskedFor() throws {
    let given = try names("--inputs", Self.inputs)
    #expect(!given.contains("seed 0"))
    #expect(try names("--inputs", Self.inputs, "--samples", "1") == given + ["seed 0"])
    let more = try names("--inputs", Self.inputs, "--boundary")
    #expect(Array(more.prefix(given.count)) == given)
    #expect(more.contains("zeros") && !more.contains("seed 0"))
  }

  @Test func triesShapesWithTheBoundaries() throws {
    let shaped = try names("--boundary").filter { $0.contains(" at ") }
    #expect(shaped.count == 3)
    #expect(try names("--boundary", "--shapes", "0").allSatisfy { !$0.contains(" at ") })
    #expect(try names("--shapes", "5").count == 6)
  }

  @Test(
    arguments: [
      ("x=-1:2.5", "x", -1, 2.5), ("0:1", nil, 0, 1), ("*=0:255", nil, 0, 255),
      ("input:0=1e-3:2", "input:0", 1e-3, 2), ("a=b=3:3", "a=b", 3, 3),
    ] as [(String, String?, Double, Double)])
  func readsRanges(text: String, name: String?, low: Double, high: Double) throws {
    let range = try #require(NamedRange(argument: text))
    #expect(range.name == name)
    #expect(range.range.lowerBound == low && range.range.upperBound == high)
  }

  @Test(arguments: ["x=1", "x=2:1", "x=a:b", "x=0:inf", "x=1:2:3", ""])
  func refusesOtherRanges(text: String) {
    #expect(NamedRange(argument: text) == nil)
  }

  @Test func keepsToTheRangeThatIsGivenForAnInput() throws {
    let name = try #require(graph.inputs.first.map(graph.name(of:)))
    let options = ["--range", "\(name)=3:4", "--range", "0:1"]
    let data = try DataOptions.parse(options)
    let samples = try data.samples(for: graph)
    let ends = try #require(samples[0].values[name]?.tensor?.extent())
    #expect(ends.lowerBound >= 3 && ends.upperBound <= 4)
    let ranges = try data.searchRanges(for: graph, like: samples)
    #expect(ranges[name]?.lowerBound == 3 && ranges[name]?.upperBound == 4)
  }

  @Test func takesARangeThatStartsWithASign() throws {
    let data = try DataOptions.parse(["--range", "-2:-1"])
    let ranges = try data.searchRanges(for: graph, like: [])
    #expect(ranges.values.allSatisfy { $0.lowerBound == -2 && $0.upperBound == -1 })
  }

  @Test func learnsRangesFromData() throws {
    let name = try #require(graph.inputs.first.map(graph.name(of:)))
    let given = try DataOptions.parse(["--inputs", Self.inputs]).samples(for: graph)
    let ends = try given.map { try #require($0.values[name]?.tensor?.extent()) }
    let data = try DataOptions.parse(["--ranges-from", Self.inputs])
    let range = try #require(try data.searchRanges(for: graph, like: [])[name])
    #expect(range.lowerBound == ends.map(\.lowerBound).min())
    #expect(range.upperBound == ends.map(\.upperBound).max())
  }

  @Test func namesInputsThatARangeCouldMean() throws {
    let failure = #expect(throws: Failure.self) { try names("--range", "nosuch=0:1") }
    #expect(failure?.status == .usage)
    #expect(failure?.message.contains("nosuch") == true)
  }

  @Test(arguments: [
    ["--samples", "0"], ["--shapes", "-1"], ["--shapes", "1000"], ["--range", "x=1"],
  ])
  func refusesSettingsThatMeanNothing(options: [String]) {
    #expect(throws: (any Error).self) { try DataOptions.parse(options) }
  }

  @Test func leavesOutWhatTheModelCannotBeExecutedOn() throws {
    let model = try ModelFile(reading: Self.model).prepared()
    var samples = try DataOptions.parse(["--boundary"]).samples(for: graph)
    let execution = try ExecutionOptions.parse([])
    let kept = try model.meaningful(among: samples, execution).map(\.name)
    #expect(kept.contains("seed 0") && kept.contains("zeros"))
    samples[1].values = [:]
    #expect(try !model.meaningful(among: samples, execution).map(\.name).contains("zeros"))
  }
}

import IR
import Operators
import Tensors
import Testing
import Verification

@Suite struct LayerDistributionTests {
  /// A product and a scale, of which a report counts how the values are distributed.
  static func report(scale: String) throws -> VerificationReport {
    func subject(_ scale: String) throws -> Subject {
      var model = try Model(
        text: """
          model opset 22
          graph main(%x: float32[8, 4]) -> (%y) {
            const %w: float32[4, 4] = [1, 2, 3, 4, 4, 3, 2, 1, 0, 1, 0, 1, 2, 0, 1, 5]
            const %s: float32[] = \(scale)
            %p = MatMul(%x, %w) "product"
            %y = Mul(%p, %s) "scale"
            return %y
          }
          """)
      #expect(model.prepare().errors.isEmpty)
      return Subject(model)
    }
    let reference = try subject("1.5")
    let sample = try Sample.generated(for: reference.model.graph, .init(seed: 0))
    return try Verifier(reference: reference, candidate: try subject(scale)).verify([sample])
  }

  @Test func countsWrongValues() throws {
    let report = try Self.report(scale: "1.6")
    let layer = try #require(report.layers.first { $0.distribution != nil })
    #expect(layer.node == "scale")
    #expect(layer.distribution?.reference.reduce(0, +) == 32)
    #expect(report.layers.count { $0.distribution != nil } == 1)
    #expect(report.comparisons.first?.figures?.rankCorrelation?.mean == 1)
  }

  @Test func countsNothingThatIsIdentical() throws {
    let report = try Self.report(scale: "1.5")
    #expect(report.layers.allSatisfy { $0.distribution == nil })
    #expect(report.comparisons.allSatisfy { $0.figures == nil })
  }
}

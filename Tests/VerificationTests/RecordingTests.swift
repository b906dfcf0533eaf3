import IR
import Operators
import Passes
import Tensors
import Testing
import Verification

@Suite struct RecordingTests {
  private static let passes: [any Pass] = [
    EditPass.replacing("last weights", 1, of: "Gemm") { $0.map { $0 + 0.5 } }
      .promising(.lossy(budget: 100))
  ]

  @Test func executesOnlyWhatAPassChanged() throws {
    let result = try ErrorLedgerTests.run(Self.passes)
    #expect(result.records.map { $0.rollbackReason == nil } == [true])
    // The product alone, on each of the samples: nothing comes after it.
    #expect(result.ledger.entries.map(\.executedCount) == [ErrorLedgerTests.samples.count])
  }

  @Test func executesNothingWhereNoNodeChanged() throws {
    let same = EditPass("another name") { model throws(PassError) in
      model.graph.name = "renamed"
      return 1
    }
    let result = try ErrorLedgerTests.run([same])
    #expect(result.ledger.entries.map(\.executedCount) == [0])
  }
}

import IR
import Testing
import Verification

@Suite struct OperatorTimesTests {
  @Test func measuresEachOperatorOfBothModels() throws {
    let before = try VerifierTests.layers()
    let after = try VerifierTests.layers(activation: "Abs")
    let verifier = Verifier(reference: Subject(before), candidate: Subject(after))
    let times = try #require(verifier.times(on: try Sample.generated(for: before.graph)))
    #expect(Set(times.before.secondsByOperator.keys) == ["MatMul", "Mul", "Relu", "Clip"])
    #expect(Set(times.after.secondsByOperator.keys) == ["MatMul", "Mul", "Abs", "Clip"])
    #expect(times.before.secondsByOperator.values.allSatisfy { $0 >= 0 })
  }
}

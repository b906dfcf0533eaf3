import IR
import Testing

@testable import Passes

@Suite struct LayerSelectorTests {
  @Test(arguments: [
    ("", "", true), ("a", "", false), ("", "*", true), ("conv1", "conv?", true),
    ("conv12", "conv?", false), ("block.3.conv", "block.*.conv", true), ("abab", "*ab", true),
    ("abab", "a*b*c", false), ("a*b", "a*b", true),
  ])
  func matchesNames(text: String, pattern: String, expected: Bool) {
    #expect(text.matches(glob: pattern) == expected)
  }

  @Test func selectsByEveryConditionThatIsGiven() throws {
    let graph = try Graph(
      text: """
        graph(%x: float32[2, 3]) -> (%y) {
          const %w: float32[3, 2] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
          %y = MatMul.13(%x, %w) "head"
          return %y
        }
        """)
    let node = try #require(graph.firstNode(in: graph.body))
    #expect(LayerSelector().selects(node, of: graph))
    #expect(
      LayerSelector(name: "h*", operatorName: "MatMul", minimumSize: 6).selects(node, of: graph))
    #expect(!LayerSelector(name: "h*", operatorName: "Gemm").selects(node, of: graph))
    #expect(!LayerSelector(minimumSize: 7).selects(node, of: graph))
  }

  @Test func laterRulesHold() throws {
    let graph = try Graph(
      text: "graph(%x: float32[2]) -> (%y) { %y = Relu.14(%x) \"a\" return %y }")
    let node = try #require(graph.firstNode(in: graph.body))
    let off = LayerRule(LayerSelector(name: "*"), PassSettings(["enabled": .flag(false)]))
    let on = LayerRule(LayerSelector(name: "a"), PassSettings(["enabled": .flag(true)]))
    #expect(![off].enable(node, of: graph))
    #expect([off, on].enable(node, of: graph))
  }
}

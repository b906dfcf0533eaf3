import IR
import Interpreter
import Operators
import Tensors
import Testing

@testable import Passes

@Suite struct PatchMomentsTests {
  /// The mean of a product is the product of the weights with the mean of what they meet.
  @Test(arguments: [
    ("[3, 4, 2, 3]", "Conv(%x, %w)"),
    ("[3, 4, 3, 3]", "Conv(%x, %w) {pads = [1, 0, 2, 1], strides = [2, 1]}"),
    ("[3, 4, 2, 2]", "Conv(%x, %w) {dilations = [2, 3], pads = [1, 1, 1, 1]}"),
    ("[4, 2, 2, 2]", "Conv(%x, %w) {group = 2}"),
    ("[8, 1, 3, 3]", "Conv(%x, %w) {group = 4, pads = [1, 1, 1, 1]}"),
  ])
  func meetsWhatAConvolutionMeets(_ shape: String, _ product: String) throws {
    let extents = shape.dropFirst().dropLast().split(separator: ",").compactMap {
      Int($0.trimmingPrefix(while: \.isWhitespace))
    }
    try Self.expectMean(
      """
      model opset 21
      graph main(%x: float32[2, 4, 5, 6]) -> (%y) {
        \(constant("w", extents))
        %y = \(product)
        return %y
      }
      """, axis: 1)
  }

  @Test(arguments: ["Gemm(%x, %w) {transB = 1}", "MatMul(%x, %v)"])
  func meetsWhatAMatrixProductMeets(_ product: String) throws {
    try Self.expectMean(
      """
      model opset 21
      graph main(%x: float32[5, 4]) -> (%y) {
        \(constant("w", [3, 4]))
        \(constant("v", [4, 3]))
        %y = \(product)
        return %y
      }
      """, axis: 1)
  }

  @Test func hasNoMomentsOfWhatIsNotSimple() throws {
    let rewritten = try RewriteCase(
      """
      model opset 21
      graph main(%x: float32[2, 4, 5, 6]) -> (%y) {
        \(constant("w", [4, 4, 3, 3]))
        %a = Conv(%x, %w) {auto_pad = "SAME_UPPER"}
        %y = ConvTranspose(%a, %w)
        return %y
      }
      """, [])
    let graph = rewritten.before.graph
    let uses = graph.nodes(in: graph.body).flatMap { WeightUse.all(of: $0, in: graph) }
    #expect(uses.count == 2)
    #expect(uses.allSatisfy { PatchMoments(of: $0, in: graph) == nil })
  }

  static func expectMean(_ text: String, axis: Int) throws {
    let rewritten = try RewriteCase(text, [])
    let (model, graph) = (rewritten.before, rewritten.before.graph)
    let use = try #require(
      graph.nodes(in: graph.body).flatMap { WeightUse.all(of: $0, in: graph) }.first)
    var moments = try #require(PatchMoments(of: use, in: graph))
    let data = try #require(rewritten.inputs["x"]?.tensor)
    moments.add(data)
    let weights = try #require(graph.constant(of: use.weights))
    let matrix = WeightMatrix(use, shape: weights.shape)
    let values = weights.scalars(of: Float.self)
    var expected = ChannelStatistics()
    let output = try #require(try Interpreter(model).run(rewritten.inputs).first?.tensor)
    expected.add(output, axis)
    #expect(expected.means.count == matrix.rows.count)
    for (row, start) in matrix.rows.enumerated() {
      let means = moments.means(ofGroup: matrix.group(ofRow: row))
      let mean = zip(matrix.columns, means).reduce(0) { $0 + Double(values[start + $1.0]) * $1.1 }
      #expect(abs(mean - expected.means[row]) < 1e-5)
    }
  }
}

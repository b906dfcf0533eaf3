public import IR
import Tensors

extension Sample {
  /// Makes samples with other sizes of the symbolic dimensions of a graph, `count` at most.
  ///
  /// A symbol has the same size in all inputs, and expressions of it what follows; dimensions without
  /// a name have one size together. In one sample the symbols have sizes apart from each other
  /// where there are enough, so that exchanged axes show. Sizes that are given stay. Nothing says that the model can be executed at a size:
  /// these samples are optional.
  public static func shaped(
    _ count: Int, for graph: Graph, _ generation: Generation = Generation()
  ) throws(SampleError) -> [Sample] {
    let unnamed = graph.hasUnknownInputDimension ? ["\(Dimension.unknown)"] : []
    let symbols = (graph.symbolsOfInputs + unnamed).filter { generation.dimensions[$0] == nil }
    // What is wrong with the inputs at any size is an error.
    _ = try GeneratedInput.inputs(of: graph, generation)
    var samples: [Sample] = []
    for turn in sizes.indices.prefix(symbols.isEmpty ? 0 : count) {
      var variant = generation
      for (place, symbol) in symbols.enumerated() {
        variant.dimensions[symbol] = sizes[(turn + place) % sizes.count]
      }
      // A product of several sizes may be too large.
      guard var sample = try? generated(for: graph, variant) else { continue }
      let text = symbols.prefix(4).map { "\($0)=\(variant.dimensions[$0] ?? 1)" }
      let rest = symbols.count > 4 ? ", …" : ""
      sample.name += " at \(text.joined(separator: ", "))\(rest)"
      sample.isOptional = true
      samples.append(sample)
    }
    return samples
  }

  /// Small sizes, those first that are neither 1 nor powers of 2 nor multiples of each other.
  private static let sizes = [2, 3, 5, 7, 4, 8, 6, 9, 16, 13, 11, 10]

  /// The largest number of shapes that ``shaped(_:for:_:)`` makes.
  public static var shapeLimit: Int { sizes.count }
}

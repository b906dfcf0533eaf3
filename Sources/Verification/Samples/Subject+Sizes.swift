import IR
import Interpreter
public import Operators

extension Subject {
  /// Executes the model on made-up inputs to find sizes of its symbolic dimensions with which that can
  /// be done; nil where `generation` gives all of them.
  ///
  /// - Throws: `OperatorError` when the model has operators that are not known.
  public func executableSizes(
    _ generation: Sample.Generation, while hasTime: () -> Bool
  ) throws(OperatorError) -> SizeSearch.Attempt? {
    var search = SizeSearch(of: model.graph, given: generation.dimensions)
    guard !search.symbols.isEmpty else { return nil }
    let interpreter = try interpreter(.declared)
    return search.run(while: hasTime) { sizes in
      var generation = generation
      generation.assumedDimensions = sizes
      var count = 0
      do {
        let sample = try Sample.generated(for: model.graph, generation)
        let execution = try Execution(of: interpreter, sample.values)
        while try execution.advance() != nil { count += 1 }
        return SizeSearch.Attempt(sizes: sizes, executedCount: count, error: nil)
      } catch {
        let cause =
          error as? OperatorError ?? OperatorError(.limitExceeded, String(describing: error))
        return SizeSearch.Attempt(sizes: sizes, executedCount: count, error: cause)
      }
    }
  }
}

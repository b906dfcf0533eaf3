import Tensors

/// What is known of calls of functions, shared by the preparations of a model and of the bodies.
final class CallInference {
  /// A call and what is known of its inputs, whose symbols are numbered in order of appearance:
  /// calls that differ in names only are equal.
  struct Use: Hashable {
    let call: FunctionCall
    let inputs: [InferredValue?]

    /// Creates the use and returns the names of the call by those that stand in ``inputs``.
    static func make(
      _ call: FunctionCall, _ inputs: [InferredValue?]
    ) -> (use: Use, names: [String: DimensionExpression]) {
      var numbers: [String: DimensionExpression] = [:]
      var names: [String: DimensionExpression] = [:]
      for case .symbolic(let expression) in inputs.flatMap({ $0?.dimensions ?? [] }) {
        for name in expression.symbols.sorted() where numbers[name] == nil {
          let number = "size\(numbers.count)"
          numbers[name] = DimensionExpression(symbol: number)
          names[number] = DimensionExpression(symbol: name)
        }
      }
      return (Use(call: call, inputs: inputs.map { $0?.renaming(numbers) }), names)
    }
  }

  var outputs: [Use: [InferredValue]] = [:]
  var budget = CallBudget()
}

extension InferredValue {
  /// Returns the value with other names for symbols.
  func renaming(_ names: [String: DimensionExpression]) -> InferredValue {
    if names.isEmpty { return self }
    return mapDimensions { dimension in
      guard case .symbolic(let expression) = dimension else { return dimension }
      return expression.substituting(names).map { Dimension($0) } ?? .unknown
    }
  }
}

import IR
import Tensors

extension OperatorFamily {
  /// Operators on values that may hold nothing.
  static let optionals = OperatorFamily(
    "optionals", [.optional, .optionalGetElement, .optionalHasElement])
}

private let contentType = TypeConstraint(tensors: .all, sequences: .all)
private let optionalType = TypeConstraint(optionals: .all, optionalSequences: .all)
private let anyValue = TypeConstraint(
  tensors: .all, sequences: .all, optionals: .all, optionalSequences: .all)

private let contentKey = OptionalAttributeKey<ValueType>("type")

/// Returns the error of an `Optional` with neither contents nor a type for them.
private func untyped() -> OperatorError {
  OperatorError(
    .invalidAttribute, "attribute type is missing, and so is the input",
    remedy: "an optional without contents needs the type that they would have")
}

extension OperatorDefinition {
  /// Makes an optional that holds the input, or nothing.
  fileprivate static let optional = OperatorDefinition(
    OperatorSchema(
      "Optional", versions: [15, 28], inputs: [.optional("input", "V")],
      outputs: [.required("output", "O")], attributes: [contentKey.declaration],
      constraints: ["V": contentType, "O": optionalType]),
    inferTypes: { context throws(OperatorError) in
      if context.hasInput(0) { return [InferredValue(context.type(0).map { .optional($0) })] }
      guard let type = try context.value(of: contentKey) else { throw untyped() }
      return [InferredValue(.optional(type))]
    },
    evaluate: { context throws(OperatorError) in
      if let value = context.inputs.first ?? nil { return [.optional(value)] }
      guard try context.value(of: contentKey) != nil else { throw untyped() }
      return [.optional(nil)]
    })

  /// Returns what an optional holds; another value is returned as it is.
  fileprivate static let optionalGetElement = OperatorDefinition(
    OperatorSchema(
      "OptionalGetElement", versions: [15, 18, 28], inputs: [.required("input", "O")],
      outputs: [.required("output", "V")], constraints: ["O": anyValue, "V": contentType]),
    inferTypes: { context in
      if case .optional(let content) = context.type(0) { return [InferredValue(content)] }
      return context.inputs.first.map { [$0 ?? .unknown] } ?? []
    },
    evaluate: { context throws(OperatorError) in
      switch context.inputs.first ?? nil {
      case .optional(let content?): return [content]
      case .optional(nil):
        throw OperatorError(
          .invalidValue, "the optional holds nothing", remedy: "ask OptionalHasElement before")
      case let value?: return [value]
      case nil: throw OperatorError(.missingInput, "input 0 is missing")
      }
    })

  /// Tells whether there is a value: neither an empty optional nor an input that is left out.
  fileprivate static let optionalHasElement = OperatorDefinition(
    OperatorSchema(
      "OptionalHasElement", versions: [15, 18, 28], inputs: [.optional("input", "O")],
      outputs: [.required("output", "B")],
      constraints: ["O": anyValue, "B": .tensors(.bool)]),
    inferTypes: { _ in [.tensor(.bool, [])] },
    evaluate: { context in
      switch context.inputs.first ?? nil {
      case nil, .optional(nil): [.tensor(Tensor(scalar: false))]
      default: [.tensor(Tensor(scalar: true))]
      }
    })
}

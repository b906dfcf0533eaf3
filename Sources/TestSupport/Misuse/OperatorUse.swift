public import IR
public import Operators
public import Tensors

/// One use of an operator, right or wrong, and what must hold of it whatever it is.
public struct OperatorUse: Sendable, CustomStringConvertible {
  public var node: Node
  public var inputs: [RuntimeValue?]
  /// Whether each output has a place to go.
  public var outputs: [Bool]
  /// How the use differs from a plausible one.
  public var change = ""

  /// The most bytes that an output may take.
  public static let memoryLimit = 1 << 20

  public init(node: Node, inputs: [RuntimeValue?], outputs: [Bool]) {
    self.node = node
    self.inputs = inputs
    self.outputs = outputs
  }

  public var description: String {
    let values = inputs.map { $0.map(text) ?? "nothing" }.joined(separator: ", ")
    let attributes = node.attributes.map { "\($0.name): \($0.value)".prefix(200) }
    return "\(node.operatorID)(\(values)) {\(attributes.joined(separator: ", "))} -> "
      + "\(outputs.count) [\(change)]"
  }

  private func text(_ value: RuntimeValue) -> String {
    guard let tensor = value.tensor else { return "\(value)" }
    let type = "\(tensor.elementType)\(tensor.shape)"
    guard tensor.encoding == .dense else { return "sparse \(type)" }
    guard tensor.count <= 16, tensor.elementType.isInteger || tensor.elementType == .bool else {
      return type
    }
    return "\(type)\(tensor.converted(to: .int64).scalars(of: Int64.self))"
  }
}

extension OperatorUse {
  /// Infers and evaluates the use and returns what is wrong with how the operator took it.
  ///
  /// The operator may refuse with a message. What it computes must keep to the memory limit and to
  /// the types that it announced, and it may not refuse types of what it then computes.
  public func violations(by definition: OperatorDefinition) -> [String] {
    outcome(by: definition).violations
  }

  /// Infers and evaluates the use and returns what is wrong, and whether it was computed at all.
  public func outcome(
    by definition: OperatorDefinition
  ) -> (violations: [String], isComputed: Bool) {
    let dense = inputs.allSatisfy { ($0?.tensor?.encoding ?? .dense) == .dense }
    let known = Result { () throws(OperatorError) in
      try infer(definition, inputs: inputs.map { $0.map(InferredValue.init) })
    }
    var complaints = message(of: known)
    guard dense else { return (complaints, false) }
    let types = (try? known.get())?.map(\.type) ?? []
    let computed = Result { () throws(OperatorError) in
      try evaluate(definition, .declared, types)
    }
    let wide = Result { () throws(OperatorError) in try evaluate(definition, .float64, types) }
    complaints += message(of: computed) + message(of: wide)
    for case .success(let values) in [computed, wide] { complaints += sizes(of: values) }
    guard case .success(let values) = computed else { return (complaints, false) }
    switch known {
    case .success(let types): complaints += differences(of: values, from: types)
    case .failure(let error): complaints.append("type rule refuses what is computed: \(error)")
    }
    return (complaints, true)
  }

  /// Infers the use from other knowledge of the inputs than their values.
  public func violations(
    by definition: OperatorDefinition, knowing inputs: [InferredValue?]
  ) -> [String] {
    let known = Result { () throws(OperatorError) in
      try infer(definition, inputs: inputs, hasConstants: false)
    }
    return message(of: known) + extents(of: (try? known.get()) ?? [])
  }

  private func infer(
    _ definition: OperatorDefinition, inputs known: [InferredValue?], hasConstants: Bool = true
  ) throws(OperatorError) -> [InferredValue] {
    try definition.schema.check(
      node, inputs: known.map { $0.map { ArgumentType($0.type) } }, outputCount: outputs.count)
    let constants = hasConstants ? inputs.map { $0?.tensor } : []
    let context = InferenceContext(
      node: node, inputs: known, constants: constants, outputCount: outputs.count
    ) { _, inputs throws(OperatorError) in
      [.tensor(.bool, [])] + inputs
    }
    return try definition.infer(context)
  }

  private func evaluate(
    _ definition: OperatorDefinition, _ precision: Precision, _ types: [ValueType?]
  ) throws(OperatorError) -> [RuntimeValue] {
    let inputs = precision == .declared ? inputs : inputs.map { $0.map(widened) }
    try definition.schema.check(
      node, inputs: inputs.map { $0.map(ArgumentType.init) }, outputCount: outputs.count,
      precision: precision)
    var steps = 0
    let context = KernelContext(
      node: node, inputs: inputs, outputs: outputs, outputTypes: types, precision: precision,
      memoryLimit: Self.memoryLimit
    ) { _, inputs throws(OperatorError) in
      steps += 1
      guard steps < 100 else { throw OperatorError(.limitExceeded, "enough") }
      return [.tensor(Tensor(scalar: true))] + inputs
    }
    return try definition.evaluate(context)
  }

  private func widened(_ value: RuntimeValue) -> RuntimeValue {
    guard let tensor = value.tensor, tensor.elementType.isFloatingPoint else { return value }
    return .tensor(tensor.converted(to: .float64))
  }
}

// MARK: - Complaints

extension OperatorUse {
  private func message(of result: Result<some Any, OperatorError>) -> [String] {
    guard case .failure(let error) = result, error.message.isEmpty else { return [] }
    return ["an error without a message"]
  }

  private func extents(of values: [InferredValue]) -> [String] {
    values.compactMap { value in
      let extents = value.type?.shape?.dimensions.compactMap(\.fixedValue) ?? []
      return extents.contains { $0 < 0 } ? "announces the shape \(extents)" : nil
    }
  }

  private func sizes(of values: [RuntimeValue]) -> [String] {
    values.flatMap { value -> [String] in
      if case .sequence(let elements) = value { return sizes(of: elements) }
      guard let tensor = value.tensor, tensor.range.count > Self.memoryLimit else { return [] }
      return ["an output of \(tensor.range.count) bytes"]
    }
  }

  private func differences(of values: [RuntimeValue], from types: [InferredValue]) -> [String] {
    zip(values, types).enumerated().compactMap { index, pair in
      let (value, known) = pair
      guard outputs.indices.contains(index), outputs[index], let type = known.type else {
        return nil
      }
      guard value.isOf(type) else {
        return "output \(index) is announced as \(type), but is \(InferredValue(value).type as Any)"
      }
      guard let elements = known.elements, let tensor = value.tensor else { return nil }
      return elements.agrees(with: tensor) ? nil : "output \(index) has other elements: \(elements)"
    }
  }
}

extension InferredValue {
  /// What is known of a value that is given before execution.
  init(_ value: RuntimeValue) {
    guard let tensor = value.tensor else {
      self.init(ValueType(value))
      return
    }
    self.init(ValueType(value), elements: SymbolicTensor(tensor))
  }
}

extension ValueType {
  fileprivate init?(_ value: RuntimeValue) {
    switch value {
    case .tensor(let tensor) where tensor.encoding == .dense:
      self = .tensor(tensor.elementType, Shape(tensor.shape))
    case .tensor(let tensor): self = .sparseTensor(tensor.elementType, Shape(tensor.shape))
    case .sequence(let elements):
      guard let first = elements.first.flatMap(ValueType.init),
        elements.allSatisfy({ $0.isOf(first.withUnknownShape) })
      else { return nil }
      self = .sequence(first.withUnknownShape)
    case .optional(let value): self = .optional(value.flatMap(ValueType.init) ?? .tensor(nil, nil))
    case .map(let keys, let values):
      self = .map(
        key: keys.elementType, value: values.first.flatMap(ValueType.init) ?? .tensor(nil, nil))
    }
  }
}

extension RuntimeValue {
  /// Whether nothing that is known of a type contradicts the value.
  fileprivate func isOf(_ type: ValueType) -> Bool {
    switch (self, type) {
    case (.tensor(let tensor), .tensor(let element, let shape)):
      guard element ?? tensor.elementType == tensor.elementType else { return false }
      guard let shape else { return true }
      return shape.rank == tensor.rank
        && zip(shape.dimensions, tensor.shape).allSatisfy { $0.fixedValue ?? $1 == $1 }
    case (.sequence(let elements), .sequence(let element)):
      return elements.allSatisfy { $0.isOf(element.withUnknownShape) }
    case (.optional(let value), .optional(let element)):
      return value.map { $0.isOf(element.withUnknownShape) } ?? true
    case (.map, .map): return true
    default: return false
    }
  }
}

extension ValueType {
  /// The type with nothing said of the shape: elements of one sequence may differ in it.
  fileprivate var withUnknownShape: ValueType {
    guard case .tensor(let element, _) = self else { return self }
    return .tensor(element, nil)
  }
}

extension SymbolicTensor {
  fileprivate func agrees(with tensor: Tensor) -> Bool {
    guard tensor.elementType.isInteger || tensor.elementType == .bool,
      let found = SymbolicTensor(tensor.converted(to: .int64)), found.shape == shape
    else { return false }
    return zip(elements, found.elements).allSatisfy { $0.fixedValue.map { .fixed($0) } ?? $1 == $1 }
  }
}

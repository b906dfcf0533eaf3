public import IR

extension OperatorSchema {
  /// Checks a node against the schema: numbers of inputs and outputs, types and attributes.
  ///
  /// - Throws: an ``OperatorError`` that names the parameter, what it is given and what it takes.
  public func check(
    _ node: Node, inputs: [ArgumentType?], outputCount: Int, precision: Precision = .declared
  ) throws(OperatorError) {
    try checkCount(of: inputs)
    try checkOutputCount(outputCount)
    try checkAttributes(of: node)
    var bound: [(variable: String, type: ArgumentType)] = []
    for (index, argument) in inputs.enumerated() {
      guard let argument, argument != .unknown, let parameter = parameter(ofInput: index) else {
        continue
      }
      try check(argument, for: parameter, precision: precision)
      guard parameter.bindsItsVariable else { continue }
      if let place = bound.firstIndex(where: { $0.variable == parameter.type }) {
        guard let both = bound[place].type.merged(with: argument) else {
          throw OperatorError(
            .invalidType,
            "input \(index) (\(parameter.name)) is of \(argument), but \(parameter.type) is "
              + "\(bound[place].type) by an input before it")
        }
        bound[place].type = both
      } else {
        bound.append((parameter.type, argument))
      }
    }
  }

  /// The parameter that input `index` belongs to.
  public func parameter(ofInput index: Int) -> Parameter? {
    guard index >= inputs.count else { return inputs[index] }
    guard let last = inputs.last, case .variadic = last.presence else { return nil }
    return last
  }

  private func checkCount(of arguments: [ArgumentType?]) throws(OperatorError) {
    if arguments.count > inputs.count, parameter(ofInput: arguments.count - 1) == nil {
      throw OperatorError(
        .wrongInputCount, "\(arguments.count) inputs are given, \(name) takes \(inputs.count)")
    }
    for (index, parameter) in inputs.enumerated() {
      switch parameter.presence {
      case .required where index >= arguments.count || arguments[index] == nil:
        throw OperatorError(.missingInput, "input \(index) (\(parameter.name)) is missing")
      case .variadic(let minimum, _) where arguments.count - index < minimum:
        throw OperatorError(
          .wrongInputCount,
          "\(max(0, arguments.count - index)) values are given for \(parameter.name), "
            + "which takes at least \(minimum)")
      default: break
      }
    }
  }

  private func checkOutputCount(_ count: Int) throws(OperatorError) {
    if case .variadic = outputs.last?.presence { return }
    guard count <= outputs.count else {
      throw OperatorError(
        .wrongOutputCount, "\(count) outputs are named, \(name) has \(outputs.count)")
    }
  }

  private func checkAttributes(of node: Node) throws(OperatorError) {
    for declaration in attributes {
      guard let attribute = node.attributes[declaration.name] else {
        guard !declaration.isRequired else {
          throw OperatorError(.invalidAttribute, "attribute \(declaration.name) is missing")
        }
        continue
      }
      guard attribute.kind.isUsable(as: declaration.kind) else {
        throw OperatorError(
          .invalidAttribute,
          "attribute \(declaration.name) holds \(attribute.kind), not \(declaration.kind)")
      }
    }
  }

  private func check(
    _ argument: ArgumentType, for parameter: Parameter, precision: Precision
  ) throws(OperatorError) {
    guard let constraint = constraint(of: parameter) else { return }
    guard constraint.allows(argument, in: precision) else {
      throw OperatorError(
        .invalidType, "\(parameter.name) is of \(argument); it takes \(constraint)")
    }
  }
}

extension Attribute.Kind {
  /// Whether an attribute of this kind can be read as the other: empty lists have no kind.
  fileprivate func isUsable(as other: Attribute.Kind) -> Bool { self == other }
}

extension Parameter {
  /// Whether all arguments for the parameter's type variable have one type.
  fileprivate var bindsItsVariable: Bool {
    if case .variadic(_, let isHomogeneous) = presence { return isHomogeneous }
    return true
  }
}

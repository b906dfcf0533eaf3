import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OperatorFamily {
  /// Operators that bring parameters nearer to a minimum: one step of training.
  static let optimizers = OperatorFamily("optimizers", [.adagrad, .adam, .momentum])
}

/// What a step does to one element: its value, its gradient and up to two states become the new
/// value and the new states.
private typealias OptimizerStep = @Sendable (SIMD4<Double>) -> SIMD4<Double>

/// Makes the step of a node for its learning rate and its count of updates.
private typealias OptimizerRule =
  @Sendable (Attributes, _ rate: Double, _ count: Double) throws(OperatorError) -> OptimizerStep

private let normCoefficient = AttributeKey<Float>("norm_coefficient", default: 0)
private let epsilon = AttributeKey<Float>("epsilon", default: 1e-6)

// MARK: - Operators

private enum Adagrad {
  static let decayFactor = AttributeKey<Float>("decay_factor", default: 0)

  static let rule: OptimizerRule = { attributes, rate, count throws(OperatorError) in
    let norm = Double(try attributes.value(of: normCoefficient))
    let epsilon = Double(try attributes.value(of: Operators.epsilon))
    let rate = rate / (1 + count * Double(try attributes.value(of: decayFactor)))
    return { element in
      let gradient = norm * element[0] + element[1]
      let square = element[2] + gradient * gradient
      return SIMD4(element[0] - rate * gradient / (square.squareRoot() + epsilon), square, 0, 0)
    }
  }
}

private enum Adam {
  static let alpha = AttributeKey<Float>("alpha", default: 0.9)
  static let beta = AttributeKey<Float>("beta", default: 0.999)
  static let normCoefficientAfter = AttributeKey<Float>("norm_coefficient_post", default: 0)

  static let rule: OptimizerRule = { attributes, rate, count throws(OperatorError) in
    let norm = Double(try attributes.value(of: normCoefficient))
    let shrinking = 1 - Double(try attributes.value(of: normCoefficientAfter))
    let epsilon = Double(try attributes.value(of: Operators.epsilon))
    let (alpha, beta) = (
      Double(try attributes.value(of: alpha)), Double(try attributes.value(of: beta))
    )
    let correction = (1 - pow(beta, count)).squareRoot() / (1 - pow(alpha, count))
    let rate = count > 0 ? rate * correction : rate
    return { element in
      let gradient = norm * element[0] + element[1]
      let mean = alpha * element[2] + (1 - alpha) * gradient
      let square = beta * element[3] + (1 - beta) * gradient * gradient
      let value = element[0] - rate * mean / (square.squareRoot() + epsilon)
      return SIMD4(shrinking * value, mean, square, 0)
    }
  }
}

private enum Momentum {
  static let alpha = AttributeKey<Float>("alpha")
  static let beta = AttributeKey<Float>("beta")
  static let mode = AttributeKey<String>("mode")
  static let normCoefficient = AttributeKey<Float>("norm_coefficient")

  static let rule: OptimizerRule = { attributes, rate, count throws(OperatorError) in
    let norm = Double(try attributes.value(of: normCoefficient))
    let alpha = Double(try attributes.value(of: alpha))
    let beta = count > 0 ? Double(try attributes.value(of: beta)) : 1
    let mode = try attributes.value(of: mode)
    guard mode == "standard" || mode == "nesterov" else {
      throw OperatorError(
        .invalidAttribute, "mode is \"\(mode)\"", remedy: "use standard or nesterov")
    }
    let looksAhead = mode == "nesterov"
    return { element in
      let gradient = norm * element[0] + element[1]
      let momentum = alpha * element[2] + beta * gradient
      let direction = looksAhead ? gradient + alpha * momentum : momentum
      return SIMD4(element[0] - rate * direction, momentum, 0, 0)
    }
  }
}

// MARK: - Evaluation

/// The inputs of an optimizer that belong to one parameter: itself, its gradient, its states.
private struct OptimizerGroups {
  let count: Int
  let size: Int

  /// - Throws: `wrongInputCount` when the inputs are not as many for each parameter.
  init(inputCount: Int, size: Int) throws(OperatorError) {
    let given = inputCount - 2
    guard given > 0, given.isMultiple(of: size) else {
      throw OperatorError(
        .wrongInputCount, "\(given) tensors are given, not \(size) for each parameter")
    }
    count = given / size
    self.size = size
  }

  /// The input that is a parameter, its gradient or a state of it.
  func input(_ role: Int, of parameter: Int) -> Int { 2 + role * count + parameter }

  /// The roles that an optimizer renews, in the order of its outputs: all but the gradient.
  var renewed: [Int] { [0] + Array(2..<size) }
}

/// Returns a parameter's new value and states, computed in 64 bits.
private func update(
  _ tensors: [Tensor], _ step: OptimizerStep, _ context: borrowing KernelContext
) throws(OperatorError) -> [Tensor] {
  let shape = try broadcastShape(of: tensors.map(\.shape))
  try context.checkOutput(.float64, shape: shape)
  let operands = tensors.map { $0.converted(to: .float64).scalars(of: Double.self) }
  let walk = BroadcastWalk(shape: shape, operands: tensors.map(\.shape))
  var results = tensors.dropFirst().map { _ in [Double](repeating: 0, count: product(shape)) }
  walk.forEachRun { start, offsets, count in
    for index in 0..<count {
      var element = SIMD4<Double>()
      for operand in operands.indices {
        let step = walk.strides[operand].last ?? 0
        element[operand] = operands[operand][offsets[operand] + index * step]
      }
      element = step(element)
      for result in results.indices { results[result][start + index] = element[result] }
    }
  }
  return results.map { Tensor(shape: shape, scalars: $0) }
}

extension OperatorDefinition {
  fileprivate static let adagrad = optimizer(
    "Adagrad", groupSize: 3,
    [Adagrad.decayFactor.declaration, epsilon.declaration, normCoefficient.declaration],
    Adagrad.rule)

  fileprivate static let adam = optimizer(
    "Adam", groupSize: 4,
    [
      Adam.alpha.declaration, Adam.beta.declaration, epsilon.declaration,
      normCoefficient.declaration, Adam.normCoefficientAfter.declaration,
    ], Adam.rule)

  fileprivate static let momentum = optimizer(
    "Momentum", groupSize: 3,
    [
      Momentum.alpha.declaration, Momentum.beta.declaration, Momentum.mode.declaration,
      Momentum.normCoefficient.declaration,
    ], Momentum.rule)

  /// Returns the definition of an optimizer with `groupSize` inputs for each parameter.
  private static func optimizer(
    _ name: String, groupSize: Int, _ attributes: [AttributeDeclaration],
    _ rule: @escaping OptimizerRule
  ) -> OperatorDefinition {
    let types = TypeConstraint.tensors([.float32, .float64])
    return OperatorDefinition(
      OperatorSchema(
        name, domain: "ai.onnx.preview.training", versions: [1],
        inputs: [
          .required("R", "T1"), .required("T", "T2"),
          .variadic("inputs", "T3", isHomogeneous: false),
        ],
        outputs: [.variadic("outputs", "T3", isHomogeneous: false)], attributes: attributes,
        constraints: ["T1": types, "T2": .tensors(.int64), "T3": types]),
      inferTypes: { context throws(OperatorError) in
        let groups = try OptimizerGroups(inputCount: context.inputs.count, size: groupSize)
        var outputs: [InferredValue] = []
        for role in groups.renewed {
          for parameter in 0..<groups.count {
            let shapes = (0..<groupSize).map { context.shape(groups.input($0, of: parameter)) }
            let shape =
              shapes.contains(nil) ? nil : try broadcastShape(of: shapes.compactMap { $0 })
            outputs.append(.tensor(context.elementType(groups.input(role, of: parameter)), shape))
          }
        }
        return outputs
      },
      evaluate: { context throws(OperatorError) in
        try evaluateOptimizer(context, groupSize: groupSize, rule)
      })
  }

  private static func evaluateOptimizer(
    _ context: borrowing KernelContext, groupSize: Int, _ rule: OptimizerRule
  ) throws(OperatorError) -> [RuntimeValue] {
    let groups = try OptimizerGroups(inputCount: context.inputs.count, size: groupSize)
    let rates = try context.tensor(0).converted(to: .float64).scalars(of: Double.self)
    let counts = try context.integers(1)
    guard rates.count == 1, counts.count == 1 else {
      throw OperatorError(
        .incompatibleShapes, "R holds \(rates.count) numbers and T \(counts.count), not one each")
    }
    let step = try rule(context.node.attributes, rates[0], Double(counts[0]))
    var renewed = groups.renewed.map { _ in [RuntimeValue]() }
    for parameter in 0..<groups.count {
      var tensors: [Tensor] = []
      for role in 0..<groupSize {
        tensors.append(try context.tensor(groups.input(role, of: parameter)))
      }
      let results = try update(tensors, step, context)
      for (index, role) in groups.renewed.enumerated() {
        renewed[index].append(.tensor(results[index].converted(to: tensors[role].elementType)))
      }
    }
    return renewed.flatMap { $0 }
  }
}

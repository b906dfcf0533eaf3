import IR
import Tensors

extension OperatorFamily {
  /// What training makes small: how far predicted classes are from the true ones.
  static let losses = OperatorFamily(
    "losses", [.negativeLogLikelihoodLoss, .softmaxCrossEntropyLoss])
}

private let ignoredClass = OptionalAttributeKey<Int>("ignore_index")
private let reductionKey = AttributeKey<String>("reduction", default: "mean")

/// What becomes of the losses of all samples.
private enum LossReduction: String {
  case none
  case sum
  case mean

  init(_ attributes: Attributes) throws(OperatorError) {
    let name = try attributes.value(of: reductionKey)
    guard let reduction = LossReduction(rawValue: name) else {
      throw OperatorError(
        .invalidAttribute, "reduction is \"\(name)\"", remedy: "use none, sum or mean")
    }
    self = reduction
  }
}

/// Checks that there is a class for each sample and a weight for each class, and returns the shape
/// of the samples.
private func samples(
  scores: Shape, classes: Shape?, weights: Shape?
) throws(OperatorError) -> Shape {
  guard scores.rank >= 2 else {
    throw OperatorError(
      .incompatibleShapes, "the scores have the shape \(scores)",
      remedy: "they are (batch, classes) with any number of axes behind")
  }
  let samples = Shape(Array(scores.dimensions[..<1] + scores.dimensions[2...]))
  if let classes, !samples.agrees(with: classes) {
    throw OperatorError(
      .incompatibleShapes, "classes of the shape \(classes) do not go with scores of \(scores)")
  }
  if let weights, !weights.agrees(with: [scores[1]]) {
    throw OperatorError(
      .incompatibleShapes, "weights of the shape \(weights) are given for \(scores[1]) classes")
  }
  return samples.completed(by: classes)
}

// MARK: - Kernels

/// The loss of samples whose logarithms of probabilities are known.
private struct LikelihoodLoss<Scalar: RealScalar> {
  let reduction: LossReduction
  let classes: Tensor
  let weights: Tensor?
  let ignored: Int?
  let rounding: Rounding

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let scores = Shape(try context.tensor(0).shape)
    classes = try context.tensor(1)
    weights = try context.optionalTensor(2)
    _ = try samples(
      scores: scores, classes: Shape(classes.shape), weights: weights.map { Shape($0.shape) })
    reduction = try LossReduction(context.node.attributes)
    ignored = try context.value(of: ignoredClass)
    rounding = context.rounding
    try context.checkOutput(Scalar.elementType, shape: classes.shape)
  }

  /// Returns the losses, or what they are reduced to.
  func value(of logarithms: Tensor) throws(OperatorError) -> Tensor {
    let classes = try classes.integers
    let factors = try factors(of: classes, count: logarithms.shape[1])
    let width = product(logarithms.shape[2...])
    let stride = logarithms.shape[1] * width
    let losses = logarithms.withScalars(of: Scalar.self) { logarithms in
      classes.indices.map { sample -> Scalar in
        guard classes[sample] != ignored else { return 0 }
        let place = sample / width * stride + classes[sample] * width + sample % width
        return rounding(-logarithms[place] * factors[sample])
      }
    }
    switch reduction {
    case .none: return Tensor(shape: self.classes.shape, scalars: losses)
    case .sum: return Tensor(scalar: rounding(Scalar(total(of: losses))))
    case .mean:
      // Without weights it is one operator, `ReduceMean`, and rounds once.
      guard weights != nil || ignored != nil else {
        return Tensor(scalar: rounding(Scalar(total(of: losses) / Double(losses.count))))
      }
      let (sum, weight) = (Scalar(total(of: losses)), Scalar(total(of: factors)))
      return Tensor(scalar: rounding(rounding(sum) / rounding(weight)))
    }
  }

  private func total(of numbers: [Scalar]) -> Double { numbers.reduce(0) { $0 + $1.double } }

  /// Returns the weight of each sample; that of an ignored one is zero.
  private func factors(of classes: [Int], count: Int) throws(OperatorError) -> [Scalar] {
    let weights = weights?.scalars(of: Scalar.self)
    return try classes.map { number throws(OperatorError) in
      guard number != ignored else { return 0 }
      guard (0..<count).contains(number) else {
        throw OperatorError(
          .invalidValue, "a sample is of class \(number), and there are \(count) classes",
          remedy: "ignore_index names a class that does not count")
      }
      return weights?[number] ?? 1
    }
  }
}

private enum NegativeLogLikelihoodLoss: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    [try LikelihoodLoss<Scalar>(context).value(of: try context.tensor(0))]
  }
}

private enum SoftmaxCrossEntropyLoss: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let loss = try LikelihoodLoss<Scalar>(context)
    let scores = try context.tensor(0)
    let steps = SoftmaxSteps(AxisLayout(1, of: scores.shape), rounding: context.rounding)
    let logarithms = scores.withScalars(of: Scalar.self) { x in
      Tensor(of: Scalar.self, shape: scores.shape) { steps.writeLogSoftmax(of: x, to: $0) }
    }
    return [try loss.value(of: logarithms), logarithms]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  private static let lossAttributes = [ignoredClass.declaration, reductionKey.declaration]

  /// Infers a loss from scores, classes and weights; `log_prob`, if it is there, is like the scores.
  private static let lossTypes: TypeRule = { context throws(OperatorError) in
    let reduction = try LossReduction(context.node.attributes)
    let type = context.elementType(0)
    var shape = context.shape(1)
    if let scores = context.shape(0) {
      shape = try samples(scores: scores, classes: shape, weights: context.shape(2))
    }
    let outputs: [InferredValue] = [
      .tensor(type, reduction == .none ? shape : []), InferredValue(context.type(0)),
    ]
    return Array(outputs.prefix(context.outputCount))
  }

  /// The negative logarithms of the probabilities of the true classes, given the logarithms.
  fileprivate static let negativeLogLikelihoodLoss = OperatorDefinition(
    OperatorSchema(
      "NegativeLogLikelihoodLoss", versions: [12, 13, 22],
      inputs: [.required("input", "T"), .required("target", "Tind"), .optional("weight", "T")],
      outputs: [.required("loss", "T")], attributes: lossAttributes,
      constraints: ["T": .tensors(.floats), "Tind": .tensors(.indices)]),
    inferTypes: lossTypes, evaluate: real(NegativeLogLikelihoodLoss.self))

  /// The negative logarithms of the probabilities of the true classes, given scores.
  fileprivate static let softmaxCrossEntropyLoss = OperatorDefinition(
    OperatorSchema(
      "SoftmaxCrossEntropyLoss", versions: [12, 13],
      inputs: [.required("scores", "T"), .required("labels", "Tind"), .optional("weights", "T")],
      outputs: [.required("output", "T"), .optional("log_prob", "T")],
      attributes: lossAttributes,
      constraints: ["T": .tensors(.floats), "Tind": .tensors(.indices)]),
    inferTypes: lossTypes, evaluate: real(SoftmaxCrossEntropyLoss.self))
}

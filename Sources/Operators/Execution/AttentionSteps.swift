import Tensors

/// What happens to the scores of an attention, by its number in `qk_matmul_output_mode`.
enum AttentionStep: Int {
  case product
  case softcap
  case bias
  case softmax
}

/// The steps from the heads of an attention to its result.
///
/// Each step rounds to the type of the queries, as in the function that ONNX defines the operator
/// by; the softmax may have a type of its own.
struct AttentionSteps<Scalar: RealScalar> {
  /// What the products of queries and keys are multiplied by, unless it follows from their size.
  let scale: Float?
  /// What scores are bent to stay below; zero for no limit.
  let softcap: Scalar
  let bias: AttentionBias<Scalar>
  let softmaxType: ElementType?
  /// The type of the queries, when they are given in more bits.
  let narrowType: ElementType?

  /// Returns the result in heads and the scores after a step that is to be exposed.
  func run(
    on heads: AttentionHeads<Scalar>, exposing exposedStep: AttentionStep?
  ) -> (result: Tensor, exposed: Tensor) {
    var exposed: [Tensor] = []
    let result = Tensor(of: Scalar.self, shape: heads.resultShape) { result in
      guard !result.isEmpty || (exposedStep != nil && product(heads.scoresShape) > 0) else {
        return
      }
      let values = WeighedValues<Scalar>(heads.values, queryHeads: heads.headCount)
      heads.scaled(by: scale, Rounding(to: narrowType)).forEachScores { head, scores in
        let probabilities = probabilities(of: scores, ofHead: head) { step, scores in
          if step == exposedStep { exposed.append(scores) }
        }
        probabilities.withScalars(of: Scalar.self) {
          values.write($0, rows: heads.queryCount, ofHead: head, to: result)
        }
      }
    }
    let shape = exposedStep == nil ? [0] : heads.scoresShape
    return (result, joined(exposed, shape: shape))
  }

  /// Returns what the scores of one head become; `expose` is called after each step.
  private func probabilities(
    of product: Tensor, ofHead head: Int, expose: (AttentionStep, Tensor) -> Void
  ) -> Tensor {
    let product = product.rounded(to: narrowType)
    expose(.product, product)
    let capped = capped(product)
    expose(.softcap, capped)
    let (biased, hiddenRows) = biased(capped, head)
    expose(.bias, biased)
    let probabilities = biased.converted(to: softmaxType ?? narrowType ?? Scalar.elementType)
      .softmaxAlongLastAxis().converted(to: narrowType ?? Scalar.elementType)
      .converted(to: Scalar.elementType).clearing(rows: hiddenRows, of: Scalar.self)
    expose(.softmax, probabilities)
    return probabilities
  }

  private func capped(_ scores: Tensor) -> Tensor {
    guard softcap != 0 else { return scores }
    let rounding = Rounding(to: narrowType)
    return mapped(scores, from: Scalar.self, to: Scalar.self) {
      rounding(rounding(.tanh(rounding($0 / softcap))) * softcap)
    }
  }

  /// Returns the scores with the bias and the rows in which no key is left.
  private func biased(_ scores: Tensor, _ head: Int) -> (scores: Tensor, hiddenRows: [Int]) {
    guard !bias.isEmpty else { return (scores, []) }
    var hiddenRows: [Int] = []
    let result = Tensor(of: Scalar.self, shape: scores.shape) { result in
      scores.withScalars(of: Scalar.self) { _ = result.update(fromContentsOf: $0) }
      hiddenRows = bias.add(to: result, ofHead: head, Rounding(to: narrowType))
    }
    return (result, hiddenRows)
  }

  /// Returns matrices one after the other.
  private func joined(_ matrices: [Tensor], shape: [Int]) -> Tensor {
    Tensor(of: Scalar.self, shape: shape) { result in
      guard var target = result.baseAddress else { return }
      for matrix in matrices {
        matrix.withScalars(of: Scalar.self) { source in
          guard let source = source.baseAddress else { return }
          target.update(from: source, count: matrix.count)
          target += matrix.count
        }
      }
    }
  }
}

extension Tensor {
  /// Returns a matrix with some of its rows set to zero.
  fileprivate func clearing<Scalar: RealScalar>(
    rows: [Int], of scalar: Scalar.Type
  ) -> Tensor {
    guard !rows.isEmpty else { return self }
    let width = shape[1]
    return Tensor(of: Scalar.self, shape: shape) { result in
      withScalars(of: Scalar.self) { _ = result.update(fromContentsOf: $0) }
      for row in rows {
        for index in (row * width)..<((row + 1) * width) { result[index] = 0 }
      }
    }
  }
}

/// How far a model is rewritten: `-O0` to `-O3`.
public enum OptimizationLevel: Int, Hashable, Sendable, CaseIterable {
  /// Not at all.
  case none
  /// By exact passes alone: every output keeps every bit.
  case exact
  /// By passes that reassociate too.
  case standard
  /// By what the target gains from as well; without a target the same as ``standard``.
  case target
}

extension PassPipeline {
  /// The passes of a level; this is the one place that decides on their order.
  public static func level(_ level: OptimizationLevel) -> PassPipeline {
    switch level {
    case .none: PassPipeline()
    case .exact: PassPipeline(cleaning + fusing)
    case .standard, .target: PassPipeline(cleaning + folding + fusing)
    }
  }

  /// What makes the graph small and plain.
  private static let cleaning: [Step] = [
    // First, so that every other pass sees through calls.
    .run(InlineFunctions()),
    .untilStable(
      [
        // Exporters compute shapes: as constants they leave less for all that follow.
        ResolveShapes(),
        // A condition that is constant now decides on its branch, a count on the steps.
        FoldConstants(), RewritePass.inlineBranches, UnrollLoops(),
        // Constants come second from here on, where rules look for them.
        RewritePass.orderOperands,
        RewritePass.dropDefaults, RewritePass.dropRequantization, RewritePass.removeIdentities,
        RewritePass.mergeSteps, RewritePass.mergeViews,
        // Needs the types that are known by now; what it leaves at the edges may be equal.
        CancelTransposes(),
        // No transpose lies between them any more.
        RewritePass.mergePads,
        // Equal nodes are found when their inputs are equal: after all that makes these so.
        ShareDuplicates(), RemoveDead(),
      ], limit: 4),
  ]

  /// What needs weights to be changed: before fusion, which hides products in functions.
  private static let folding: [Step] = [.run(RewritePass.foldScales)]

  /// What makes one node of several, from the inside out: formulas first, then what is around.
  private static let fusing: [Step] = [
    .run(RewritePass.fuseNormalizations), .run(RewritePass.fuseActivations),
    // Between integers everything is one node, whatever it is made of.
    .run(RewritePass.fuseQuantized),
    // A softmax is one node now; the products of attention are not yet taken by what follows them.
    .run(RewritePass.fuseAttention), .run(RewritePass.fuseEpilogues),
    // What follows each of several convolutions is part of it by now: merged, they would share it.
    .run(MergeSiblings()), .run(RemoveDead()),
  ]
}

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
  ///
  /// Each of `passes` takes the place of the level's of the same name. The others run in their order
  /// where the graph is plain and nothing is hidden in functions: before fusion, and with what was
  /// fused before taken apart.
  public static func level(_ level: OptimizationLevel, with passes: [any Pass] = []) -> PassPipeline
  {
    let (plain, fused): ([Step], [Step]) =
      switch level {
      case .none: ([], [])
      case .exact: (cleaning, formulas + fusing)
      case .standard, .target: (cleaning + folding, formulas + merging + fusing)
      }
    let own = Set(PassPipeline(plain + fused).passes.map(\.name))
    let added = passes.filter { !own.contains($0.name) }.map { Step.run($0) }
    let replacements: [any Pass] =
      (added.isEmpty ? [] : [InlineFunctions(includingFused: true)]) + passes
    let replaced = { (steps: [Step]) in
      PassPipeline(steps).map { pass in replacements.last { $0.name == pass.name } ?? pass }.steps
    }
    return PassPipeline(replaced(plain) + added + replaced(fused))
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
        RewritePass.mergeSteps, RewritePass.mergeBounds, RewritePass.mergeSlices,
        RewritePass.formSplits, RewritePass.mergeViews,
        // Needs the types that are known by now; what it leaves at the edges may be equal.
        CancelTransposes(),
        // No transpose lies between them any more.
        RewritePass.mergePads,
        // Equal nodes are found when their inputs are equal: after all that makes these so.
        ShareDuplicates(), RemoveDead(),
      ], limit: 4),
    // Views between a product and its sum are gone.
    .run(RewritePass.formGemms),
  ]

  /// What needs weights to be changed: before fusion, which hides products in functions.
  private static let folding: [Step] = [.run(RewritePass.foldScales)]

  /// What makes one node of a formula.
  private static let formulas: [Step] = [
    .run(RewritePass.fuseNormalizations), .run(RewritePass.fuseActivations),
  ]

  /// What needs numbers to be changed: after formulas, to which numbers belong.
  private static let merging: [Step] = [
    // A product may take in what is left of several factors.
    .run(RewritePass.mergeConstants), .run(RewritePass.foldInputScales),
  ]

  /// What makes one node of several, from the inside out.
  private static let fusing: [Step] = [
    // Between integers everything is one node, whatever it is made of.
    .run(RewritePass.fuseQuantized),
    // A softmax is one node now; the products of attention are not yet taken by what follows them.
    .run(RewritePass.fuseAttention), .run(RewritePass.fuseEpilogues),
    // What follows each of several convolutions is part of it by now: merged, they would share it.
    .run(MergeSiblings()), .run(RemoveDead()),
  ]
}

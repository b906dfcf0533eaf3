extension OperatorRegistry {
  /// Every operator of this version, one line per file in `Families`.
  public static let standard = OperatorRegistry(families: [
    .activations,
    .binaryArithmetic,
    .casting,
    .clipping,
    .concatenation,
    .quantization,
    .reductions,
    .softmax,
    .unaryElementwise,
  ])
}

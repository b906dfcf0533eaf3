extension OperatorRegistry {
  /// Every operator of this version, one line per file in `Families`.
  public static let standard = OperatorRegistry(families: [
    .activations,
    .binaryArithmetic,
    .casting,
    .clipping,
    .concatenation,
    .gathering,
    .padding,
    .quantization,
    .reductions,
    .reshaping,
    .resizing,
    .scattering,
    .sequenceReversal,
    .shapeInformation,
    .slicing,
    .softmax,
    .spatialBlocks,
    .tiling,
    .transposition,
    .unaryElementwise,
  ])
}

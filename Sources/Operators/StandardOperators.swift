extension OperatorRegistry {
  /// Every operator of this version, one line per file in `Families`.
  public static let standard = OperatorRegistry(families: [
    .activations,
    .binaryArithmetic,
    .bitwise,
    .casting,
    .clipping,
    .comparisons,
    .concatenation,
    .floatClassification,
    .gathering,
    .logic,
    .padding,
    .powers,
    .quantization,
    .reductions,
    .reshaping,
    .resizing,
    .selection,
    .shapeInformation,
    .slicing,
    .softmax,
    .transposition,
    .unaryElementwise,
    .variadicArithmetic,
  ])
}

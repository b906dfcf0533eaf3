extension OperatorRegistry {
  /// Every operator of this version, one line per file in `Families`.
  public static let standard = OperatorRegistry(families: [
    .concatenation,
    .gathering,
    .padding,
    .reshaping,
    .shapeInformation,
    .slicing,
    .transposition,
    .unaryElementwise,
  ])
}

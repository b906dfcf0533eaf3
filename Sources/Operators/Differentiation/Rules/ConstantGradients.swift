extension DifferentiationRules {
  /// Operators whose results are steps, positions, sizes or truth values.
  static let constants = DifferentiationRules(
    Dictionary(
      uniqueKeysWithValues: [
        "And", "ArgMax", "ArgMin", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr",
        "BitwiseXor",
        "Bernoulli", "Ceil", "ConstantOfShape", "Equal", "EyeLike", "Floor", "Greater",
        "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Multinomial",
        "NonMaxSuppression",
        "NonZero", "Not", "OneHot", "Or", "RandomNormalLike", "RandomUniformLike", "Round", "Shape",
        "Sign", "Size", "Xor",
      ].map { ($0, .constant) }))
}

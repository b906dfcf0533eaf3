/// How far a candidate tensor is from a reference, as numbers that a report can keep.
///
/// Numbers of any two types are compared as doubles, 64-bit integers of one type exactly. A complex
/// element counts as two numbers. Tensors whose shapes differ, and strings with numbers, are not
/// compared. Every stored number is finite, so that the value survives JSON.
public struct TensorComparison: Hashable, Sendable, Codable {
  /// What the magnitude of an expected number counts at least in the relative error.
  public static let relativeErrorFloor = 1e-6

  public let referenceType: ElementType
  public let candidateType: ElementType
  public let referenceShape: [Int]
  public let candidateShape: [Int]

  /// What ``violationCount`` is measured against.
  public let tolerance: Tolerance

  /// Whether the elements were compared.
  public internal(set) var isComparable = false

  /// Whether type, shape and every bit agree.
  public internal(set) var isBitIdentical = false

  /// The numbers or strings compared.
  public internal(set) var elementCount = 0

  /// How many are not equal; NaN equals NaN here.
  public internal(set) var differingCount = 0

  /// How many are outside of the tolerance; strings and booleans have none.
  public internal(set) var violationCount = 0

  /// How many are NaN in one tensor only.
  public internal(set) var nanMismatchCount = 0

  /// How many are infinite in one tensor only, or with the other sign.
  public internal(set) var infinityMismatchCount = 0

  /// The largest |got − want| of finite numbers.
  public internal(set) var maxAbsoluteError = 0.0

  /// The largest |got − want| / max(|want|, ``relativeErrorFloor``) of finite numbers.
  public internal(set) var maxRelativeError = 0.0

  /// The row-major position of the worst element: the first where NaN or infinity disagree, else
  /// the first with the largest absolute error; nil when none differs.
  public internal(set) var worstIndex: Int?

  /// The sums over pairs of finite numbers.
  public internal(set) var sums = ErrorSums()

  /// Compares `candidate` with `reference` in one pass.
  public init(of candidate: Tensor, to reference: Tensor, within tolerance: Tolerance = .exact) {
    referenceType = reference.elementType
    candidateType = candidate.elementType
    referenceShape = reference.shape
    candidateShape = candidate.shape
    self.tolerance = tolerance
    guard shapesMatch, (referenceType == .string) == (candidateType == .string),
      let reference = reference.decoded(), let candidate = candidate.decoded()
    else { return }
    isComparable = true
    if referenceType == .string {
      compareStrings(candidate, reference)
    } else {
      compareNumbers(candidate, reference)
    }
  }
}

extension TensorComparison {
  /// Whether the element types agree.
  public var typesMatch: Bool { referenceType == candidateType }

  /// Whether the shapes agree.
  public var shapesMatch: Bool { referenceShape == candidateShape }

  /// Whether every element was compared and is within the tolerance.
  ///
  /// NaN and infinities are then at the same places; the element types may differ.
  public var isClose: Bool { isComparable && violationCount == 0 }

  /// The signal-to-quantization-noise ratio in decibels; infinite without error.
  public var sqnr: Double { sums.signalToNoise }

  /// The cosine of the angle between the tensors.
  public var cosine: Double { sums.cosine }

  /// The mean of got − want.
  public var meanSignedError: Double { sums.meanSignedError }
}

extension Tensor {
  /// Returns whether every element is within `tolerance` of that of `reference`.
  public func isClose(to reference: Tensor, within tolerance: Tolerance) -> Bool {
    TensorComparison(of: self, to: reference, within: tolerance).isClose
  }
}

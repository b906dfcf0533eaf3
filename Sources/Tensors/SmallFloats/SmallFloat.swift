/// A floating-point type of tensors that Swift does not have.
///
/// Equality and hashing are those of the bits: compare numbers as `Float`.
public protocol SmallFloat: BitwiseCopyable, Hashable, Sendable {
  associatedtype BitPattern: FixedWidthInteger & UnsignedInteger

  /// The bits as a tensor stores them; unused high bits are zero.
  var bitPattern: BitPattern { get }

  /// Creates the number with a pattern.
  init(bitPattern: BitPattern)

  /// Creates the number nearest to `value`, of two equally near ones the even.
  ///
  /// `saturating` means the attribute of ONNX's `Cast`: in the 8-bit formats numbers too large, and
  /// infinities, become the largest finite number when it is true; else infinity where there is
  /// one, or NaN.
  init(_ value: Double, saturating: Bool)

  /// The number, exactly.
  var float: Float { get }
}

extension SmallFloat {
  /// Creates the number nearest to `value`, of two equally near ones the even.
  @inlinable
  public init(_ value: Float, saturating: Bool = true) {
    self.init(Double(value), saturating: saturating)
  }

  /// Creates the number nearest to `value`; numbers too large saturate in the 8-bit formats.
  @inlinable
  public init(_ value: Double) { self.init(value, saturating: true) }
}

extension Float {
  /// Creates the same number, exactly.
  @inlinable
  public init(_ value: some SmallFloat) { self = value.float }
}

extension Double {
  /// Creates the same number, exactly.
  @inlinable
  public init(_ value: some SmallFloat) { self = Double(value.float) }
}

/// A small float of at most 8 bits that its ``FloatFormat`` describes in full.
public protocol FormattedFloat: SmallFloat where BitPattern == UInt8 {
  /// The parameters of the format.
  static var format: FloatFormat { get }
}

extension FormattedFloat {
  @inlinable
  public init(_ value: Double, saturating: Bool) {
    let pattern = Self.format.pattern(of: value, saturating: saturating)
    self.init(bitPattern: UInt8(truncatingIfNeeded: pattern))
  }

  @inlinable
  public var float: Float { Self.format.float(of: UInt16(bitPattern)) }
}

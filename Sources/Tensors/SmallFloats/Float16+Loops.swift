extension Float {
  /// Creates the same number without a call or a branch, so that loops become vector code.
  @inlinable
  public init(widening value: Float16) {
    let bits = UInt32(value.bitPattern)
    let magnitude = (bits & 0x7fff) << 13
    let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    let quiet: UInt32 = bits & 0x3ff == 0 ? 0 : 0x40_0000
    let special = magnitude | 0x7f80_0000 | quiet
    let result = bits & 0x7c00 == 0x7c00 ? special : finite
    self.init(bitPattern: result | (bits & 0x8000) << 16)
  }
}

extension Float16 {
  /// Creates the number nearest to `value` without a call or a branch.
  @inlinable
  public init(narrowing value: Float) {
    let bits = value.bitPattern
    let magnitude = bits & 0x7fff_ffff
    let rebiased = magnitude &- 0x3800_0000
    let normal = (rebiased &+ 0xfff &+ (rebiased >> 13 & 1)) >> 13
    // The last place of 0.5 is that of the subnormal numbers: the addition rounds to it.
    let subnormal = (Float(bitPattern: magnitude) + 0.5).bitPattern &- 0x3f00_0000
    let special = magnitude > 0x7f80_0000 ? 0x7e00 | magnitude >> 13 & 0x3ff : 0x7c00
    let finite = magnitude < 0x3880_0000 ? subnormal : normal
    let result = magnitude >= 0x4780_0000 ? special : finite
    self.init(bitPattern: UInt16(truncatingIfNeeded: result | bits >> 16 & 0x8000))
  }
}

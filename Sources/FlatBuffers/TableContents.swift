/// The fields of a table that is being built.
public struct TableContents {
  struct Slot {
    var id: Int
    var width: Int
    /// The number's bits, or how far from the end the object is that the field refers to.
    var bits: UInt64
    var isReference: Bool
  }

  private var slots: [Slot] = []

  /// Sets a number; zero is what a reader sees anyway and takes no room.
  public mutating func set<Scalar: FlatScalar>(_ field: TableField<Scalar>, to value: Scalar) {
    guard value != .zero || isNegativeZero(value) else { return }
    var bits: UInt64 = 0
    withUnsafeMutableBytes(of: &bits) { target in
      withUnsafeBytes(of: value) { target.copyMemory(from: $0) }
    }
    slots.append(
      Slot(id: field.id, width: MemoryLayout<Scalar>.size, bits: bits, isReference: false))
  }

  /// Sets what a field refers to; nil leaves the field out.
  public mutating func set<Content>(
    _ field: TableField<Content>, to offset: FlatOffset<Content>?
  ) {
    guard let offset else { return }
    slots.append(Slot(id: field.id, width: 4, bits: UInt64(offset.distance), isReference: true))
  }

  private func isNegativeZero<Scalar: FlatScalar>(_ value: Scalar) -> Bool {
    (value as? Float)?.sign == .minus || (value as? Double)?.sign == .minus
  }

  /// Returns the fields with the widest first, so that none needs padding, and their places.
  func layout() -> (slots: [Slot], offsets: [Int], size: Int) {
    let ordered = slots.sorted { ($1.width, $0.id) < ($0.width, $1.id) }
    var size = 4
    let offsets = ordered.map { slot in
      defer { size += slot.width }
      return size
    }
    return (ordered, offsets, size)
  }

  /// Returns the layout as the file holds it: its size, the table's size, a place for each field.
  func virtualTable(_ slots: [Slot], _ offsets: [Int], _ size: Int) -> [UInt16] {
    let fieldCount = (slots.map(\.id).max() ?? -1) + 1
    var table = [UInt16](repeating: 0, count: 2 + fieldCount)
    table[0] = UInt16(2 * table.count)
    table[1] = UInt16(size)
    for (slot, offset) in zip(slots, offsets) { table[2 + slot.id] = UInt16(offset) }
    return table
  }
}

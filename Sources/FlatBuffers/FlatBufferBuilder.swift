/// Where a builder has put something: its distance from the end of the buffer.
///
/// `Content` is as in ``TableField``.
public struct FlatOffset<Content>: Hashable, Sendable {
  let distance: Int

  /// Returns the position of the object in the finished buffer, given the buffer's size.
  public func position(inBufferOf count: Int) -> Int { count - distance }
}

/// Writes a FlatBuffer from its end to its start: parts first, the root table last.
///
/// What is created last comes first in the file. The same calls give the same bytes.
public struct FlatBufferBuilder {
  private var storage: [UInt8]
  /// The first byte that is written; all after it are.
  private var head: Int
  private var largestAlignment = 4
  private var layouts: [[UInt16]: Int] = [:]

  /// Creates a builder with room for `capacity` bytes, which grows as needed.
  public init(capacity: Int = 1 << 10) {
    storage = [UInt8](repeating: 0, count: max(capacity, 64))
    head = storage.count
  }

  /// The number of bytes written so far.
  public var count: Int { storage.count - head }
}

// MARK: - Strings and vectors

extension FlatBufferBuilder {
  /// Adds a string.
  public mutating func add(_ text: String) -> FlatOffset<String> {
    var text = text
    return text.withUTF8 { add(stringBytes: UnsafeRawBufferPointer($0)) }
  }

  /// Adds a string of bytes that need not be UTF-8.
  public mutating func add(stringBytes bytes: UnsafeRawBufferPointer) -> FlatOffset<String> {
    pad(before: bytes.count + 1, alignment: 4)
    prependZeros(1)
    prepend(bytes)
    return finishVector(bytes.count)
  }

  /// Adds a vector of numbers; its first number lies on a multiple of `alignment`.
  public mutating func add<Scalar: FlatScalar>(
    _ scalars: [Scalar], alignment: Int = MemoryLayout<Scalar>.size
  ) -> FlatOffset<FlatVector<Scalar>> {
    pad(before: scalars.count * MemoryLayout<Scalar>.size, alignment: max(alignment, 4))
    scalars.withUnsafeBytes { prepend($0) }
    return finishVector(scalars.count)
  }

  /// Adds a vector of strings that were added before.
  public mutating func add(_ strings: [FlatOffset<String>]) -> FlatOffset<FlatStrings> {
    addReferences(strings.map(\.distance))
  }

  /// Adds a vector of tables that were added before.
  public mutating func add(_ tables: [FlatOffset<FlatTable>]) -> FlatOffset<FlatTables> {
    addReferences(tables.map(\.distance))
  }

  private mutating func addReferences<Content>(_ distances: [Int]) -> FlatOffset<Content> {
    pad(before: distances.count * 4, alignment: 4)
    for distance in distances.reversed() { prepend(reference(to: distance)) }
    return finishVector(distances.count)
  }

  private mutating func finishVector<Content>(_ elements: Int) -> FlatOffset<Content> {
    prepend(UInt32(elements))
    return FlatOffset(distance: count)
  }
}

// MARK: - Tables

extension FlatBufferBuilder {
  /// Adds a table with the fields that `fill` sets.
  public mutating func addTable(
    _ fill: (inout TableContents) -> Void
  ) -> FlatOffset<FlatTable> {
    var contents = TableContents()
    fill(&contents)
    let (slots, offsets, size) = contents.layout()
    // Behind the four bytes of the table's head lies the widest field.
    let alignment = max(4, slots.first?.width ?? 4)
    largestAlignment = max(largestAlignment, alignment)
    while (count + size) % alignment != 4 % alignment { prependZeros(1) }
    let start = count + size
    prependZeros(size)
    for (slot, offset) in zip(slots, offsets) {
      let distance = start - offset
      let bits = slot.isReference ? UInt64(distance - Int(slot.bits)) : slot.bits
      overwrite(bits, width: slot.width, atDistance: distance)
    }
    link(tableAt: start, layout: contents.virtualTable(slots, offsets, size))
    return FlatOffset(distance: start)
  }

  private mutating func link(tableAt start: Int, layout: [UInt16]) {
    let distance: Int
    if let existing = layouts[layout] {
      distance = existing
    } else {
      layout.withUnsafeBytes { prepend($0) }
      distance = count
      layouts[layout] = distance
    }
    let bits = UInt64(truncatingIfNeeded: distance - start)
    overwrite(bits, width: 4, atDistance: start)
  }
}

// MARK: - Finishing

extension FlatBufferBuilder {
  /// Returns the finished buffer.
  ///
  /// The identifier is four ASCII characters; `gap` zero bytes directly after it are left for a
  /// header of the format.
  ///
  /// - Precondition: the buffer stays below 2 GiB.
  public mutating func finish(
    root: FlatOffset<FlatTable>, identifier: String, reserving gap: Int = 0
  ) -> [UInt8] {
    precondition(identifier.utf8.count == 4, "the identifier \(identifier) has not four bytes")
    pad(before: 8 + gap, alignment: largestAlignment)
    prependZeros(gap)
    Array(identifier.utf8).withUnsafeBytes { prepend($0) }
    prepend(reference(to: root.distance))
    precondition(count <= FlatBuffer.maximumSize, "a FlatBuffer of \(count) bytes is too large")
    return Array(storage[head...])
  }

  /// Returns the offset that leads from the next four bytes to what lies `distance` from the end.
  private func reference(to distance: Int) -> UInt32 { UInt32(count + 4 - distance) }

  private mutating func pad(before size: Int, alignment: Int) {
    largestAlignment = max(largestAlignment, alignment)
    let rest = (count + size) % alignment
    if rest != 0 { prependZeros(alignment - rest) }
  }

  private mutating func prepend<Scalar: FlatScalar>(_ scalar: Scalar) {
    withUnsafeBytes(of: scalar) { prepend($0) }
  }

  private mutating func prepend(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    head -= bytes.count
    storage.withUnsafeMutableBytes { target in
      UnsafeMutableRawBufferPointer(rebasing: target[head...]).copyMemory(from: bytes)
    }
  }

  private mutating func prependZeros(_ size: Int) {
    reserve(size)
    // What has not been written yet is zero.
    head -= size
  }

  private mutating func overwrite(_ bits: UInt64, width: Int, atDistance distance: Int) {
    withUnsafeBytes(of: bits) { source in
      for index in 0..<width { storage[storage.count - distance + index] = source[index] }
    }
  }

  private mutating func reserve(_ size: Int) {
    guard size > head else { return }
    let capacity = max(2 * storage.count, count + size)
    var larger = [UInt8](repeating: 0, count: capacity)
    larger.replaceSubrange((capacity - count)..., with: storage[head...])
    head = capacity - count
    storage = larger
  }
}

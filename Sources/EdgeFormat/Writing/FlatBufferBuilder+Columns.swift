import FlatBuffers

extension FlatBufferBuilder {
  /// Adds a column whose length nothing else tells; an empty one is left out.
  mutating func addColumn<Number: FlatScalar & UnsignedInteger & FixedWidthInteger>(
    _ numbers: [Number]
  ) -> FlatOffset<FlatTable>? {
    guard let largest = numbers.max() else { return nil }
    if largest <= UInt8.max {
      let vector = add(numbers.map { UInt8(truncatingIfNeeded: $0) })
      return addTable { $0.set(ColumnTable.u8, to: vector) }
    }
    if largest <= UInt16.max {
      let vector = add(numbers.map { UInt16(truncatingIfNeeded: $0) })
      return addTable { $0.set(ColumnTable.u16, to: vector) }
    }
    if largest <= UInt32.max {
      let vector = add(numbers.map { UInt32(truncatingIfNeeded: $0) })
      return addTable { $0.set(ColumnTable.u32, to: vector) }
    }
    let vector = add(numbers.map { UInt64($0) })
    return addTable { $0.set(ColumnTable.u64, to: vector) }
  }

  /// Adds a column whose length another one tells; one of zeros is left out.
  mutating func addDerivedColumn<Number: FlatScalar & UnsignedInteger & FixedWidthInteger>(
    _ numbers: [Number]
  ) -> FlatOffset<FlatTable>? {
    numbers.allSatisfy { $0 == 0 } ? nil : addColumn(numbers)
  }

  /// Adds a vector of bytes whose length another one tells; one of zeros is left out.
  mutating func addDerivedBytes(_ bytes: [UInt8]) -> FlatOffset<FlatVector<UInt8>>? {
    bytes.allSatisfy { $0 == 0 } ? nil : add(bytes)
  }

  /// Adds a vector of numbers; an empty one is left out.
  mutating func addVector<Scalar: FlatScalar>(
    _ scalars: [Scalar], alignment: Int = MemoryLayout<Scalar>.size
  ) -> FlatOffset<FlatVector<Scalar>>? {
    scalars.isEmpty ? nil : add(scalars, alignment: alignment)
  }

  /// Adds a vector of strings; an empty one is left out.
  mutating func addStrings(_ texts: [String]) -> FlatOffset<FlatStrings>? {
    guard !texts.isEmpty else { return nil }
    let strings = texts.map { add($0) }
    return add(strings)
  }

  /// Adds a string; an empty one is left out.
  mutating func addText(_ text: String) -> FlatOffset<String>? {
    text.isEmpty ? nil : add(text)
  }

  /// Adds many texts as one; no texts, or only empty ones, are left out.
  mutating func addTexts(_ texts: [String]) -> FlatOffset<FlatTable>? {
    guard texts.contains(where: { !$0.isEmpty }) else { return nil }
    var ends: [UInt32] = []
    ends.reserveCapacity(texts.count)
    var bytes: [UInt8] = []
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      ends.append(UInt32(bytes.count))
    }
    let text = bytes.withUnsafeBytes { add(stringBytes: $0) }
    let column = addColumn(ends)
    return addTable {
      $0.set(TextsTable.text, to: text)
      $0.set(TextsTable.ends, to: column)
    }
  }
}

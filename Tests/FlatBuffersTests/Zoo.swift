import FlatBuffers
import FormatSupport

/// A schema with every kind of field, and a buffer of it.
enum Zoo {
  static let text = """
    namespace zoo;
    table Animal { name:string; legs:ubyte; weight:double; young:[Animal]; }
    table Zoo {
      title:string; visitors:ulong; deficit:short; ratio:float; primes:[uint]; readings:[double];
      bytes:[ubyte]; tags:[string]; star:Animal; animals:[Animal]; signed:[long];
    }
    root_type Zoo;
    file_identifier "ZOO1";
    """

  enum Animal {
    static let name = TableField<String>(0, "name")
    static let legs = TableField<UInt8>(1, "legs")
    static let weight = TableField<Double>(2, "weight")
    static let young: TableField<FlatTables> = TableField(3, "young", schema)
    static let schema: TableSchema = TableSchema(
      "Animal", [name.erased, legs.erased, weight.erased, young.erased])
  }

  static let title = TableField<String>(0, "title")
  static let visitors = TableField<UInt64>(1, "visitors")
  static let deficit = TableField<Int16>(2, "deficit")
  static let ratio = TableField<Float>(3, "ratio")
  static let primes = TableField<FlatVector<UInt32>>(4, "primes")
  static let readings = TableField<FlatVector<Double>>(5, "readings")
  static let bytes = TableField<FlatVector<UInt8>>(6, "bytes")
  static let tags = TableField<FlatStrings>(7, "tags")
  static let star = TableField<FlatTable>(8, "star", Animal.schema)
  static let animals = TableField<FlatTables>(9, "animals", Animal.schema)
  static let signed = TableField<FlatVector<Int64>>(10, "signed")
  static let schema = TableSchema(
    "Zoo",
    [
      title.erased, visitors.erased, deficit.erased, ratio.erased, primes.erased,
      readings.erased, bytes.erased, tags.erased, star.erased, animals.erased, signed.erased,
    ])

  /// What `flatc --json` prints of ``buffer(reserving:)``, without spaces.
  static let json = """
    {"title":"na\\u00EFve","visitors":9000000000,"deficit":-3,"ratio":0.5,"primes":[2,3,5],\
    "readings":[0.25,-1.0],"bytes":[1,2,3,4,5],"tags":["a","","ccc"],\
    "star":{"name":"Ada","legs":4,"weight":12.5,"young":[{"name":"Bo","legs":4}]},\
    "animals":[{"name":"Ada","legs":4,"weight":12.5,"young":[{"name":"Bo","legs":4}]},{"legs":2}],\
    "signed":[-1]}
    """

  static func buffer(reserving gap: Int = 0) -> [UInt8] {
    var builder = FlatBufferBuilder()
    let bo = builder.add("Bo")
    let young = builder.addTable {
      $0.set(Animal.name, to: bo)
      $0.set(Animal.legs, to: 4)
    }
    let ada = builder.add("Ada")
    let litter = builder.add([young])
    let star = builder.addTable {
      $0.set(Animal.name, to: ada)
      $0.set(Animal.legs, to: 4)
      $0.set(Animal.weight, to: 12.5)
      $0.set(Animal.young, to: litter)
    }
    let bird = builder.addTable { $0.set(Animal.legs, to: 2) }
    let animals = builder.add([star, bird])
    let tags = builder.add(["a", "", "ccc"].map { builder.add($0) })
    let bytes = builder.add([1, 2, 3, 4, 5] as [UInt8], alignment: 16)
    let readings = builder.add([0.25, -1] as [Double])
    let primes = builder.add([2, 3, 5] as [UInt32])
    let signed = builder.add([-1] as [Int64])
    let title = builder.add("naïve")
    let root = builder.addTable {
      $0.set(Self.title, to: title)
      $0.set(visitors, to: 9_000_000_000)
      $0.set(deficit, to: -3)
      $0.set(ratio, to: 0.5)
      $0.set(Self.primes, to: primes)
      $0.set(Self.readings, to: readings)
      $0.set(Self.bytes, to: bytes)
      $0.set(Self.tags, to: tags)
      $0.set(Self.star, to: star)
      $0.set(Self.animals, to: animals)
      $0.set(Self.signed, to: signed)
    }
    return builder.finish(root: root, identifier: "ZOO1", reserving: gap)
  }

  /// Reads every field without having verified any.
  static func read(_ buffer: FlatBuffer) throws(FormatError) -> String {
    let root = try buffer.root()
    var parts = [try root.value(of: title) ?? "-", "\(try root.value(of: visitors))"]
    parts.append("\(try root.value(of: deficit)) \(try root.value(of: ratio))")
    parts.append("\(Array(try root.value(of: primes) ?? FlatVector()))")
    parts.append("\(Array(try root.value(of: readings) ?? FlatVector()))")
    parts.append("\(Array(try root.value(of: Self.bytes) ?? FlatVector()))")
    parts.append("\(Array(try root.value(of: signed) ?? FlatVector()))")
    if let tags = try root.value(of: tags) {
      for index in 0..<tags.count { parts.append(try tags.text(at: index)) }
    }
    if let star = try root.value(of: star) { parts.append(try read(animal: star)) }
    if let animals = try root.value(of: animals) {
      for index in 0..<animals.count { parts.append(try read(animal: animals.table(at: index))) }
    }
    return parts.joined(separator: " ")
  }

  private static func read(animal: FlatTable) throws(FormatError) -> String {
    let young = try animal.value(of: Animal.young)?.count ?? 0
    let name = try animal.value(of: Animal.name) ?? "-"
    return try
      "\(name) \(animal.value(of: Animal.legs)) \(animal.value(of: Animal.weight)) \(young)"
  }
}

/// Keeps the bytes of an array at one address.
final class Bytes {
  let buffer: UnsafeRawBufferPointer

  init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    copy.copyBytes(from: bytes)
    buffer = UnsafeRawBufferPointer(copy)
  }

  deinit { buffer.deallocate() }
}

extension FlatBuffer {
  /// Makes a buffer of a copy of `bytes`.
  init(copying bytes: [UInt8], fileOffset: Int = 0) throws(FormatError) {
    let owner = Bytes(bytes)
    try self.init(bytes: owner.buffer, owner: owner, fileOffset: fileOffset)
  }
}

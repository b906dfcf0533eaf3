import EdgeFormat
import FormatSupport
import IR
import Tensors
import Testing

/// A file with one defect, made from one that is fine.
struct MalformedFile: Sendable, CustomTestStringConvertible {
  /// A file that is fine.
  enum Base: String, CaseIterable, Sendable {
    case rich, planned, compressed, sparse

    func bytes() throws -> [UInt8] {
      switch self {
      case .rich: try fileBytes(of: TestModels.rich())
      case .planned:
        try fileBytes(of: TestModels.chain(4)) {
          $0.strip()
          $0.memoryPlan = MemoryPlan(
            arenaSize: 512, offsets: [17: 0, 18: 256, 19: 0],
            aliases: [.init(value: 20, target: 18)])
        }
      case .compressed:
        try fileBytes(of: TestModels.chain(40)) {
          $0.compressesText = true
          $0.storesLeafHashes = true
        }
      case .sparse: try fileBytes(of: TestModels.sparse()) { $0.strip() }
      }
    }
  }

  var name: String
  var base: Base
  var code: FormatError.Code
  var message: String
  var isSealed: Bool
  var change: @Sendable (inout FileEditor) -> Void

  var testDescription: String { name }

  init(
    _ name: String, _ code: FormatError.Code, _ message: String, in base: Base = .rich,
    isSealed: Bool = true, _ change: @escaping @Sendable (inout FileEditor) -> Void
  ) {
    self.name = name
    self.base = base
    self.code = code
    self.message = message
    self.isSealed = isSealed
    self.change = change
  }

  /// Returns the bytes with the defect.
  func make() throws -> [UInt8] {
    var editor = FileEditor(try base.bytes())
    change(&editor)
    if isSealed { editor.seal() }
    return editor.bytes
  }

  static let all = header + sections + flatBuffer + tables + encodings + graphs + texts
}

// MARK: - Header

extension MalformedFile {
  static let header: [MalformedFile] = [
    MalformedFile("identifier", .malformed, "identifier EDG1") { $0.bytes[4] = 0x58 },
    MalformedFile("empty", .truncated, "0 bytes are too few") { $0.bytes = [] },
    MalformedFile("cut-off", .truncated, "announces") { $0.bytes.removeLast(10) },
    MalformedFile("trailing-bytes", .malformed, "announces") { $0.bytes.append(0) },
    MalformedFile("reader-version", .unsupported, "reader version 9") {
      $0.set(UInt32(9), at: 12)
    },
    MalformedFile("unknown-feature", .unsupported, "bit 40") {
      $0.set($0.number(UInt64.self, at: 40) | 1 << 40, at: 40)
    },
    MalformedFile("feature-of-later-versions", .unsupported, "palette") {
      $0.set($0.number(UInt64.self, at: 40) | 1 << 6, at: 40)
    },
    MalformedFile("feature-not-used", .invalid, "declares the features [functions]", in: .planned) {
      $0.set(UInt64(1 << 2), at: 40)
    },
    MalformedFile("feature-not-declared", .invalid, "and uses [subgraphs") {
      $0.set($0.number(UInt64.self, at: 40) & ~2, at: 40)
    },
    MalformedFile("optional-feature-not-used", .invalid, "target") {
      $0.set($0.number(UInt64.self, at: 48) | 1 << 6, at: 48)
    },
    MalformedFile("optional-feature-not-declared", .invalid, "and uses [names") {
      $0.set($0.number(UInt64.self, at: 48) & ~1, at: 48)
    },
    MalformedFile("header-size", .malformed, "a header of 12") { $0.set(UInt32(12), at: 8) },
    MalformedFile("reserved-bytes", .malformed, "the reserved bytes") { $0.bytes[84] = 1 },
    MalformedFile("size-of-flatbuffer", .malformed, "do not fit in a file", isSealed: false) {
      $0.set(UInt64(1 << 40), at: 16)
    },
    MalformedFile("size-beyond-numbers", .malformed, "is no size") { $0.set(UInt64.max, at: 24) },
    MalformedFile("metadata-hash", .corrupted, "the hash", isSealed: false) {
      $0.bytes[100] ^= 1
    },
    MalformedFile("signature", .malformed, "do not follow the last section") {
      $0.set(UInt64($0.bytes.count), at: 64)
    },
    MalformedFile("signature-count", .malformed, "signatures do not end the file") {
      while $0.bytes.count % 8 != 0 { $0.bytes.append(0) }
      $0.set(UInt64($0.bytes.count), at: 64)
      $0.bytes += [9, 0, 0, 0, 0, 0, 0, 0]
      $0.set(UInt64($0.bytes.count), at: 32)
    },
  ]
}

// MARK: - Sections

extension MalformedFile {
  static let sections: [MalformedFile] = [
    MalformedFile("section-base", .malformed, "not directly behind") {
      $0.set($0.number(UInt64.self, at: 24) + 64, at: 24)
    },
    MalformedFile("section-table-elsewhere", .malformed, "disagree about the section table") {
      $0.set($0.number(UInt32.self, at: 72) + 8, at: 72)
    },
    MalformedFile("section-count", .malformed, "disagree about the section table") {
      $0.set(UInt32(100), at: 76)
    },
    MalformedFile("section-record-size", .malformed, "section records of 32 bytes") {
      $0.set(UInt32(32), at: 80)
      $0.set($0.number(UInt32.self, at: 76) * 2, at: 76)
    },
    MalformedFile("section-overlaps", .malformed, "overlap") {
      $0.set($0.number(UInt64.self, at: $0.record(1, 8)) - 8, at: $0.record(1, 8))
    },
    MalformedFile("section-hides-a-hole", .malformed, "leave a gap") {
      $0.set($0.number(UInt64.self, at: $0.record(1, 8)) + 8, at: $0.record(1, 8))
    },
    MalformedFile("section-outside-the-file", .malformed, "do not fit in the file") {
      $0.set(UInt64(1 << 62), at: $0.record(3, 16))
      $0.set(UInt64(1 << 62), at: $0.record(3, 24))
    },
    MalformedFile("section-repeated", .invalid, "a second section of names") {
      $0.set(UInt16(2), at: $0.record(2, 0))
    },
    MalformedFile("section-unused-bytes", .malformed, "belong to no section") {
      $0.bytes += [0, 0, 0, 0, 0, 0, 0, 0]
      $0.set(UInt64($0.bytes.count), at: 32)
    },
    MalformedFile("section-padding", .malformed, "a byte between sections") {
      $0.bytes[$0.section(0) - 1] = 1
    },
    MalformedFile("section-kind", .unsupported, "kind 77 cannot be skipped") {
      $0.set(UInt16(77), at: $0.record(0, 0))
    },
    MalformedFile("section-flags", .malformed, "flags 2") {
      $0.set(UInt32(2), at: $0.record(1, 4))
    },
    MalformedFile("section-must-not-be-skipped", .invalid, "the flags do not fit") {
      $0.set(UInt32(0), at: $0.record(1, 4))
    },
    MalformedFile("section-alignment", .invalid, "aligned to 8 bytes") {
      $0.bytes[$0.record(0, 3)] = 3
    },
    MalformedFile("section-large-alignment", .malformed, "alignment 2^40") {
      $0.bytes[$0.record(0, 3)] = 40
    },
    MalformedFile("section-codec", .unsupported, "codec 9") { $0.bytes[$0.record(1, 2)] = 9 },
    MalformedFile("section-entropy-coded", .unsupported, "entropy-coded") {
      $0.bytes[$0.record(0, 2)] = 2
    },
    MalformedFile("section-raw-length", .malformed, "cannot hold 999") {
      $0.set(UInt64(999), at: $0.record(1, 24))
    },
    MalformedFile("section-bomb", .malformed, "compressed bytes cannot hold", in: .compressed) {
      $0.set(UInt64(1 << 40), at: $0.record(1, 24))
    },
    MalformedFile("section-other-length", .malformed, "do not decompress", in: .compressed) {
      $0.set($0.number(UInt64.self, at: $0.record(1, 24)) - 1, at: $0.record(1, 24))
    },
    MalformedFile("section-stream", .malformed, "do not decompress", in: .compressed) {
      $0.bytes[$0.section(1) + 20] ^= 0x55
    },
    MalformedFile("section-hash", .corrupted, "does not have its hash", isSealed: false) {
      $0.bytes[$0.section(0)] ^= 1
    },
    MalformedFile("leaf-hash", .corrupted, "do not give its hash", in: .compressed) {
      $0.bytes[$0.section(3)] ^= 1
    },
    MalformedFile("section-is-no-flatbuffer", .malformed, "no FlatBuffer of the format") {
      $0.bytes[$0.section(1) + 4] = 0
    },
  ]
}

// MARK: - FlatBuffer

extension MalformedFile {
  static let flatBuffer: [MalformedFile] = [
    MalformedFile("root-offset", .malformed, "leaves the FlatBuffer") {
      $0.set(UInt32(1 << 30), at: 0)
    },
    MalformedFile("root-between-words", .malformed, "not a multiple of 4") {
      $0.bytes[0] += 1
    },
    MalformedFile("table-layout", .malformed, "do not fit in a FlatBuffer") {
      $0.set(Int32.max, at: Int($0.number(UInt32.self, at: 0)))
    },
    MalformedFile("vector-length", .malformed, "do not fit in a FlatBuffer") {
      $0.set(UInt32.max, at: $0.vector([5, 5]))
    },
    MalformedFile("column-outside", .malformed, "bytes do not fit") {
      $0.set(UInt32(1 << 20), at: $0.vector([1, 6, 0]))
    },
  ]
}

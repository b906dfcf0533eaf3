import FormatSupport

extension MalformedFile {
  // Tensor 0 is the mask of 66 bytes, 1 has the 105 values, 2 is made of them: 525 floats.
  static let encodings: [MalformedFile] = [
    MalformedFile("mask-with-another-bit", .invalid, "has 106 bits for 105", in: .sparse) {
      $0.bytes[$0.section(0)] ^= 2
    },
    MalformedFile("mask-without-a-bit", .invalid, "has 104 bits for 105", in: .sparse) {
      $0.bytes[$0.section(0)] ^= 1
    },
    MalformedFile("mask-padding", .invalid, "bits behind its elements", in: .sparse) {
      $0.bytes[$0.section(0) + 65] |= 0x80
    },
    MalformedFile("mask-type", .invalid, "do not fit together", in: .sparse) {
      $0.setByte([5, 5], $0.number([6, 0], 0), to: 3)
    },
    MalformedFile("mask-as-values", .invalid, "do not fit together", in: .sparse) {
      $0.set([6, 12], 0, to: 1)
      $0.set([6, 12], 1, to: 0)
    },
    MalformedFile("mask-values-type", .invalid, "do not fit together", in: .sparse) {
      $0.setByte([5, 5], $0.number([6, 0], 1), to: 6)
    },
    MalformedFile("mask-part-later", .invalid, "cannot be made of these parts", in: .sparse) {
      $0.set([6, 12], 1, to: 2)
    },
    MalformedFile("mask-of-one-part", .invalid, "needs two parts", in: .sparse) {
      $0.set([6, 7], 0, to: 1)
    },
    MalformedFile("mask-beside-bytes", .invalid, "has bytes of its own", in: .sparse) {
      $0.set([6, 1], 2, to: 1)
    },
    MalformedFile("mask-outside", .invalid, "do not fit in the", in: .sparse) {
      $0.set([6, 2], 0, to: 8)
    },
    MalformedFile("mask-of-strings", .invalid, "do not fit together", in: .sparse) {
      $0.setByte([5, 5], $0.number([6, 0], 2), to: 21)
    },
    MalformedFile("mask-not-declared", .invalid, "uses [sparse-layouts]", in: .sparse) {
      $0.set(UInt64(0), at: 40)
    },
    MalformedFile("mask-of-later-versions", .unsupported, "encoding blocks", in: .sparse) {
      $0.setByte([6, 5], 0, to: 7)
    },
  ]
}

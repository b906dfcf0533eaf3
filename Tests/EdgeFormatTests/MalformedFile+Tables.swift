import FormatSupport

// Paths are the numbers of fields in Schemas/edge.fbs: [6, 0] is Model.tensors.types.

extension MalformedFile {
  static let tables: [MalformedFile] = [
    // Types
    MalformedFile("type-kind", .invalid, "kind 9 of types") { $0.setByte([5, 4], 0, to: 9) },
    MalformedFile("type-element", .invalid, "element type 99") {
      $0.setByte([5, 5], 0, to: 99)
    },
    MalformedFile("type-shape", .invalid, "shape 200 does not exist") {
      $0.set([5, 6], 0, to: 200)
    },
    MalformedFile("type-of-itself", .invalid, "cannot be part of type") {
      let sequence = $0.index(ofByte: 2, in: [5, 4])
      $0.set([5, 6], sequence, to: sequence)
    },
    MalformedFile("extent-does-not-exist", .invalid, "extent 250 does not exist") {
      $0.set([5, 3], 0, to: 250)
    },
    MalformedFile("shape-ranks", .invalid, "numbers instead of") { $0.set([5, 2], 0, to: 1) },
    MalformedFile("expression", .invalid, "string 200 does not exist") {
      $0.set([5, 1], 0, to: 200)
    },

    // Tensors
    MalformedFile("tensor-type", .invalid, "type 200 does not exist") {
      $0.set([6, 0], 0, to: 200)
    },
    MalformedFile("tensor-open-type", .invalid, "extents that are not fixed") {
      $0.set([6, 0], 0, to: 0)
    },
    MalformedFile("tensor-larger-than-its-data", .invalid, "do not fit in the", in: .planned) {
      // Only half of the tensor is in the section then.
      $0.set([6, 2], 7, to: 62)
    },
    MalformedFile("tensor-offset", .invalid, "is outside the data", in: .planned) {
      $0.set([6, 2], 7, to: 200)
    },
    MalformedFile("tensor-section", .invalid, "section 1 holds no tensors") {
      $0.set([6, 1], 0, to: 2)
    },
    MalformedFile("tensor-section-missing", .invalid, "section 199 holds no tensors") {
      $0.set([6, 1], 0, to: 200)
    },
    MalformedFile("tensor-alignment", .invalid, "not aligned") {
      $0.set([6, 2], 1, to: $0.number([6, 2], 1) + 1)
    },
    MalformedFile("tensor-of-descending-strings", .invalid, "do not fit in the") {
      let small = $0.vector([6, 3]) + 4
      $0.bytes[small + $0.number([6, 2], 6) + 8] = 0xff
    },
    MalformedFile("coordinates-descend", .invalid, "coordinates do not ascend") {
      let small = $0.vector([6, 3]) + 4
      let indices = $0.number([6, 2], $0.number([6, 12], 1))
      $0.bytes[small + indices + 8] = 20
    },
    MalformedFile("coordinates-part-later", .invalid, "cannot be made of these parts") {
      $0.set([6, 12], 0, to: 10)
    },
    MalformedFile("encoding-kind", .invalid, "encoding 77 is not known") {
      $0.setByte([6, 5], 0, to: 77)
    },
    MalformedFile("encoding-of-later-versions", .unsupported, "encoding palette") {
      $0.setByte([6, 5], 0, to: 2)
    },
    MalformedFile("encoding-does-not-exist", .invalid, "encoding 77 does not exist") {
      $0.set([6, 4], 0, to: 77)
    },

    // Attributes
    MalformedFile("attribute-kind", .invalid, "kind 15 of attributes") {
      $0.setByte([7, 1], 0, to: 15)
    },
    MalformedFile("attribute-name", .invalid, "string 200 does not exist") {
      $0.set([7, 0], 0, to: 200)
    },
    MalformedFile("attribute-list-outside", .invalid, "do not exist") {
      $0.set([7, 3], $0.index(ofByte: 7, in: [7, 1]), to: 99)
    },
    MalformedFile("attribute-item-outside", .invalid, "item 200 does not exist") {
      $0.set([7, 2], $0.index(ofByte: 4, in: [7, 1]), to: 200)
    },
    MalformedFile("attribute-count-of-no-list", .invalid, "has a count") {
      $0.set([7, 3], $0.index(ofByte: 2, in: [7, 1]), to: 1)
    },
    MalformedFile("attribute-dense-as-sparse", .invalid, "does not fit kind 11") {
      $0.setByte([7, 1], $0.index(ofByte: 4, in: [7, 1]), to: 11)
    },
    MalformedFile("attribute-name-twice", .invalid, "has the name of another one") {
      $0.set([7, 0], 1, to: $0.number([7, 0], 0))
    },
    MalformedFile("attribute-set-member", .invalid, "attribute 200 does not exist") {
      $0.set([7, 8], 0, to: 200)
    },
    MalformedFile("attribute-reference-outside-functions", .invalid, "refers to a function's") {
      let reference = $0.index(ofByte: 128 + 1, in: [7, 1])
      $0.set([7, 8], 0, to: reference)
    },

    // Operators
    MalformedFile("operator-name", .invalid, "string 200 does not exist") {
      $0.set([8, 1], 0, to: 200)
    },
    MalformedFile("operator-sets-out-of-order", .invalid, "operator sets are not in order") {
      $0.set([9], 0, to: $0.number([9], 1))
    },
  ]
}

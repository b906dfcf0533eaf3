import FormatSupport

extension MalformedFile {
  // The chain has input 0, constants 1...16, and the outputs of its nodes from 17 on.
  static let graphs: [MalformedFile] = [
    MalformedFile("node-operator", .invalid, "operator 9 does not exist", in: .planned) {
      $0.set([1, 0], 0, to: 9)
    },
    MalformedFile("node-attributes", .invalid, "set of attributes 99 does not exist") {
      $0.set([1, 1], 0, to: 99)
    },
    MalformedFile("node-input-does-not-exist", .invalid, "value 99 does not exist", in: .planned) {
      $0.set([1, 4], 0, to: 99)
    },
    MalformedFile("node-reads-itself", .invalid, "used before it is there", in: .planned) {
      $0.set([1, 4], 0, to: 18)
    },
    MalformedFile("node-reads-a-later-one", .invalid, "used before it is there", in: .planned) {
      $0.set([1, 4], 2, to: 20)
    },
    MalformedFile("node-reads-into-a-subgraph", .invalid, "value 3 is used before it is there") {
      // The input of the loop in a branch, read by the first node of the body.
      $0.set([1, 4], 0, to: 4)
    },
    MalformedFile("node-input-counts", .invalid, "numbers instead of", in: .planned) {
      $0.set([1, 2], 0, to: 3)
    },
    MalformedFile("node-output-counts", .invalid, "values are too few") {
      $0.set([1, 3], 0, to: 250)
    },
    MalformedFile("omitted-output", .invalid, "output 99 does not exist") {
      $0.set([1, 5], 0, to: 99)
    },
    MalformedFile("value-type", .invalid, "type 99 does not exist", in: .planned) {
      $0.set([1, 6], 0, to: 99)
    },
    MalformedFile("constant-tensor", .invalid, "tensor 99 does not exist", in: .planned) {
      $0.set([1, 7], 0, to: 99)
    },
    MalformedFile("graph-output", .invalid, "value 99 does not exist", in: .planned) {
      $0.set([1, 8], 0, to: 99)
    },
    MalformedFile("default-of-no-input", .invalid, "input 9 does not exist") {
      $0.set([1, 9], 0, to: 9)
    },
    MalformedFile("block-node-counts", .invalid, "the counts add up to") {
      $0.set([1, 11], 0, to: 9)
    },
    MalformedFile("block-that-no-node-names", .invalid, "no node names the block") {
      // The then branch becomes a number.
      $0.setByte([7, 1], $0.index(ofByte: 5, in: [7, 1]), to: 2)
    },
    MalformedFile("block-named-twice", .invalid, "not the node's to name") {
      $0.set([7, 2], $0.index(ofByte: 5, in: [7, 1]), to: 2)
    },
    MalformedFile("block-in-itself", .invalid, "not the node's to name") {
      $0.set([7, 2], $0.index(ofByte: 5, in: [7, 1]), to: 0)
    },
    MalformedFile("input-names", .invalid, "names do not fit") {
      $0.set(UInt32(1), at: $0.vector([11]))
    },

    // Memory plan of the chain: values 17 and 19 at 0, 18 at 256, 20 in the place of 18.
    MalformedFile("plan-overlaps", .invalid, "values 17 and 18 overlap at byte 192", in: .planned) {
      $0.set([14, 2], 2, to: 4)
    },
    MalformedFile("plan-leaves-the-arena", .invalid, "leave the arena", in: .planned) {
      $0.set([14, 2], 2, to: 6)
    },
    MalformedFile("plan-alias-target", .invalid, "cannot take the place", in: .planned) {
      $0.set([14, 4], 0, to: 3)
    },
    MalformedFile("plan-alias-value", .invalid, "value 99 does not exist", in: .planned) {
      $0.set([14, 3], 0, to: 99)
    },
  ]

  static let texts: [MalformedFile] = [
    MalformedFile("name-ends", .invalid, "a text cannot end at byte 250") {
      $0.set([0, 100, 2, 1], 0, to: 250, bufferAt: $0.section(1))
    },
    MalformedFile("lineage-source", .invalid, "source node 99 does not exist") {
      $0.set([0, 100, 3], 1, to: 99, bufferAt: $0.section(2))
    },
    MalformedFile("lineage-sources-descend", .invalid, "do not ascend") {
      $0.set([0, 100, 3], 1, to: 0, bufferAt: $0.section(2))
    },
    MalformedFile("annotation-scope", .invalid, "the scope or the field") {
      $0.setByte([4], 0, to: 9, bufferAt: $0.section(3))
    },
    MalformedFile("annotation-of-nothing", .invalid, "belongs to does not exist") {
      $0.set([6], 3, to: 99, bufferAt: $0.section(3))
    },
    MalformedFile("annotation-text", .invalid, "text 99 does not exist") {
      $0.set([9], 0, to: 99, bufferAt: $0.section(3))
    },
  ]
}

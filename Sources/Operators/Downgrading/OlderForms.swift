import IR
import Synchronization
import Tensors

/// A form that a standard operator had before its newest one: what its inputs and outputs may be.
struct OlderForm: Sendable {
  /// The operator set that brought the form.
  let version: Int

  /// The form without its attributes.
  let schema: OperatorSchema

  /// The attributes of the newest form that this one does not have.
  let lacking: Set<String>

  /// Checks the types of a node that was brought to this form.
  ///
  /// - Throws: what ``OperatorSchema/check(_:inputs:outputCount:precision:)`` does.
  func check(
    _ node: Node, inputs: [ArgumentType?], outputs: [ArgumentType?]
  ) throws(OperatorError) {
    try schema.check(node, inputs: inputs, outputCount: outputs.count)
    for (index, output) in outputs.enumerated() {
      guard let output, let parameter = schema.parameter(ofOutput: index),
        let constraint = schema.constraint(of: parameter),
        !constraint.allows(output, in: .declared)
      else { continue }
      throw OperatorError(
        .invalidType, "\(parameter.name) is of \(output); it can be \(constraint)")
    }
  }
}

extension OperatorSchema {
  /// The parameter that output `index` belongs to.
  fileprivate func parameter(ofOutput index: Int) -> Parameter? {
    guard index >= outputs.count else { return outputs[index] }
    guard let last = outputs.last, case .variadic = last.presence else { return nil }
    return last
  }
}

/// The older forms of the standard operators, as a table that a script writes lists them.
enum OlderForms {
  /// Returns the last of an operator's older forms that an operator set has, if any: the one in force
  /// unless the set has the newest form as well.
  static func form(of name: String, in version: Int) -> OlderForm? {
    forms(of: name).last { $0.version <= version }
  }

  /// The forms of an operator, oldest first, read when they are first asked for.
  private static func forms(of name: String) -> [OlderForm] {
    known.withLock { known in
      if let forms = known[name] { return forms }
      let forms = (entries[name] ?? []).map { OlderForm($0.split(separator: " ")) }
      known[name] = forms
      return forms
    }
  }

  private static let known = Mutex<[String: [OlderForm]]>([:])

  /// The entries of each operator.
  private static let entries: [String: [String]] = {
    var entries: [String: [String]] = [:]
    var name = ""
    for line in table.split(separator: "\n") {
      if line.hasPrefix(" "), let last = entries[name]?.popLast() {
        entries[name]?.append(last + line)
      } else {
        name = String(line.prefix { $0 != " " })
        entries[name, default: []].append(String(line))
      }
    }
    return entries
  }()
}

// MARK: - Reading the table

extension OlderForm {
  /// Creates the form that the words of an entry describe.
  fileprivate init(_ words: [Substring]) {
    let sides = words.dropFirst(2).split(
      separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = sides[1].split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    var constraints: [String: TypeConstraint] = [:]
    for word in parts[0] {
      let halves = word.split(separator: "=")
      if halves.count == 2 { constraints[String(halves[0])] = TypeConstraint(entry: halves[1]) }
    }
    version = Int(words[1]) ?? 1
    schema = OperatorSchema(
      String(words[0]), versions: [version], inputs: sides[0].map(Parameter.init(entry:)),
      outputs: parts[0].filter { $0.contains(":") && !$0.contains("=") }
        .map(Parameter.init(entry:)),
      constraints: constraints)
    lacking = parts.count > 1 ? Set(parts[1].map(String.init)) : []
  }
}

extension Parameter {
  /// Creates the parameter that a word such as `axes:int64?` describes.
  fileprivate init(entry: Substring) {
    let parts = entry.split(separator: ":", maxSplits: 1)
    let type = parts[1].prefix { $0 != "?" && $0 != "*" }
    // A type without a variable is a tensor of one element type.
    let spelling = ElementType(name: type).map { "tensor(\($0.onnxName))" } ?? String(type)
    self =
      switch parts[1].dropFirst(type.count) {
      case "?": .optional(String(parts[0]), spelling)
      case "*": .variadic(String(parts[0]), spelling, minimum: 0)
      case "**": .variadic(String(parts[0]), spelling, minimum: 0, isHomogeneous: false)
      default: .required(String(parts[0]), spelling)
      }
  }
}

extension TypeConstraint {
  /// Creates the constraint that a word such as `classic,seq:classic` describes.
  fileprivate init(entry: Substring) {
    self.init()
    for part in entry.split(separator: ",") {
      let halves = part.split(separator: ":")
      let types = ElementTypes(entry: halves[halves.count - 1])
      switch halves.count == 2 ? halves[0] : "" {
      case "seq": sequences = types
      case "opt": optionals = types
      case "optseq": optionalSequences = types
      default: tensors = types
      }
    }
  }
}

extension ElementTypes {
  /// Creates the set that a word such as `floats+int32` or `classic-complex` describes.
  fileprivate init(entry: Substring) {
    let sums = entry.split(separator: "-")[0].split(separator: "+")
    self = sums.reduce(into: []) { $0.formUnion(Self.named[$1] ?? Self.single($1)) }
    if entry.hasSuffix("-complex") { subtract(.complex) }
  }

  private static func single(_ name: Substring) -> ElementTypes {
    ElementType(name: name).map { ElementTypes($0) } ?? []
  }

  private static let named: [Substring: ElementTypes] = {
    var sets: [Substring: ElementTypes] = [
      "classic": classic, "numeric": numeric, "integers": integers, "float8": float8,
      "floats": floats, "signed": signedIntegers, "unsigned": unsignedIntegers, "ieee": ieeeFloats,
    ]
    var all = classic
    for (version, added) in growth {
      all.formUnion(added)
      sets["any\(version)"] = all
    }
    return sets
  }()

  /// What operator sets added to the types that operators on any type take.
  private static let growth: [(version: Int, added: ElementTypes)] = [
    (13, bfloat16), (19, float8), (21, ElementTypes([.uint4, .int4])),
    (23, ElementTypes(.float4E2M1)), (24, ElementTypes(.float8E8M0)), (25, twoBits),
  ]
}

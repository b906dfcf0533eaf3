import IR
import Tensors
import Testing

@testable import Operators

@Suite struct OlderFormsTests {
  /// Each operator that has changed, with every operator set that has an older form of it.
  ///
  /// The older form of GroupNormalization was withdrawn.
  static let uses = OperatorRegistry.standard.all.map(\.schema).filter { schema in
    schema.domain.isEmpty && schema.versions.count > 1 && schema.name != "GroupNormalization"
  }.map { schema in
    (schema.name, max(7, schema.versions[0])..<schema.version)
  }

  @Test(arguments: uses)
  func describesEveryOlderForm(name: String, versions: Range<Int>) throws {
    for version in versions {
      let form = try #require(OlderForms.form(of: name, in: version), "\(name) in \(version)")
      for parameter in form.schema.inputs + form.schema.outputs {
        let constraint = try #require(form.schema.constraint(of: parameter))
        #expect(constraint != TypeConstraint(), "\(parameter.name) of \(name) in \(version)")
      }
    }
  }

  @Test(arguments: [
    ("Relu", 13, "T", TypeConstraint.tensors(.floats)),
    ("Concat", 12, "T", .tensors(.classic)),
    ("Cast", 18, "T1", .tensors([.numeric, .bool, .string])),
    ("Identity", 15, "V", TypeConstraint(tensors: [.classic, .bfloat16], sequences: .classic)),
  ])
  func readsTypes(name: String, version: Int, variable: String, types: TypeConstraint) throws {
    let form = try #require(OlderForms.form(of: name, in: version))
    #expect(form.schema.constraints[variable] == types)
  }

  @Test func readsParametersAndAttributes() throws {
    let loop = try #require(OlderForms.form(of: "Loop", in: 12)).schema
    #expect(loop.inputs.map(\.name) == ["M", "cond", "v_initial"])
    #expect(loop.inputs[0].presence == .optional)
    #expect(loop.inputs[2].presence == .variadic(minimum: 0, isHomogeneous: false))
    let pool = try #require(OlderForms.form(of: "MaxPool", in: 8))
    #expect(pool.lacking == ["ceil_mode", "dilations"])
  }

  @Test func namesTheTypeThatAFormDoesNotTake() throws {
    let form = try #require(OlderForms.form(of: "Relu", in: 13))
    let node = Node(OperatorID("Relu"))
    try form.check(node, inputs: [.tensor(.bfloat16)], outputs: [.tensor(.bfloat16)])
    #expect(throws: OperatorError.self) {
      try form.check(node, inputs: [.tensor(.int64)], outputs: [.tensor(.int64)])
    }
    #expect(throws: OperatorError.self) {
      try form.check(node, inputs: [.unknown], outputs: [.tensor(.int64)])
    }
  }
}

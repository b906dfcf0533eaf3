import IR
import Tensors

extension OperatorFamily {
  /// Operators on booleans.
  static let logic = OperatorFamily(
    "logic",
    [
      .logic("And") { $0 & $1 },
      .not,
      .logic("Or") { $0 | $1 },
      .logic("Xor") { $0 ^ $1 },
    ])
}

extension OperatorDefinition {
  /// Combines booleans as bytes that are 0 or 1.
  fileprivate static func logic(
    _ name: String, _ combine: @escaping @Sendable (UInt8, UInt8) -> UInt8
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [1, 7], inputs: [.required("A", "T"), .required("B", "T")],
        outputs: [.required("C", "T1")],
        constraints: ["T": .tensors(.bool), "T1": .tensors(.bool)]),
      upgrades: [.explicitBroadcast], inferTypes: booleansOfBroadcastInputs,
      evaluate: { context throws(OperatorError) in
        let left = try context.tensor(0).converted(to: .uint8)
        let right = try context.tensor(1).converted(to: .uint8)
        let result = try combined(
          left, right, as: UInt8.self, into: UInt8.self, in: context, combine)
        return [.tensor(result.converted(to: .bool))]
      })
  }

  fileprivate static let not = unary("Not", [1], .xy, types: .bool) {
    context throws(OperatorError) in
    let bytes = try context.tensor(0).converted(to: .uint8)
    return [.tensor(mapped(bytes, from: UInt8.self, to: Bool.self) { $0 == 0 })]
  }
}

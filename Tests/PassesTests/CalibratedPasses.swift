import IR
import Interpreter
import Operators
import Passes
import Tensors

extension ActivationSource {
  /// Executes models on one sample.
  static func sample(_ values: [String: RuntimeValue]) -> ActivationSource {
    ActivationSource { model, observe in
      for input in model.graph.inputs {
        if let tensor = values[model.graph.name(of: input)]?.tensor { observe(input, tensor) }
      }
      _ = try Interpreter(model).run(values) { value, _, result in
        if let tensor = result.tensor { observe(value, tensor) }
      }
    }
  }
}

extension PassCatalog {
  /// Returns a pass with settings.
  static func pass(
    _ name: String, _ settings: [String: OptionValue], layers: [LayerRule] = []
  ) throws -> any Pass {
    try pass(named: name).configured(with: PassSettings(settings), layers: layers)
  }
}

extension Model {
  /// The elements of the constant with a name; nil where there is none.
  func numbers(_ name: String) -> [Float]? {
    for value in graph.values where graph.name(of: value) == name && graph.isConstant(value) {
      return graph.constant(of: value)?.converted(to: .float32).scalars(of: Float.self)
    }
    return nil
  }

  /// The shape of the constant with a name; nil where there is none.
  func shape(_ name: String) -> [Int]? {
    for value in graph.values where graph.name(of: value) == name && graph.isConstant(value) {
      return graph.constant(of: value)?.shape
    }
    return nil
  }
}

/// A constant in text form whose numbers are in no order; those whose index along the first axis, or
/// the second, is one of some are zero.
func constant(
  _ name: String, _ shape: [Int], zeroRows: Set<Int> = [], zeroColumns: Set<Int> = []
) -> String {
  let inner = shape.dropFirst().reduce(1, *)
  let innermost = shape.dropFirst(2).reduce(1, *)
  let numbers = (0..<shape.reduce(1, *)).map { index -> Float in
    let column = shape.count > 1 ? index / innermost % shape[1] : 0
    if zeroRows.contains(index / inner) || zeroColumns.contains(column) { return 0 }
    return Float((index * 37 + 11 + name.utf8.count) % 29 + 1) / 16 - 1
  }
  let list = numbers.map(\.description).joined(separator: ", ")
  return "const %\(name): float32\(shape) = [\(list)]"
}

import IR
import Interpreter
import Operators
import Tensors
import Verification

/// A model whose nodes are in the newest form of their operators.
struct PreparedModel {
  let file: ModelFile
  let model: Model
  let report: PreparationReport
  let registry: OperatorRegistry

  /// The passes that made the model of the one in the file, and what they did to its outputs.
  var history = PassHistory()

  var path: String { file.path }

  /// Returns what passes made of the model.
  func with(_ model: Model, history: PassHistory = PassHistory()) -> PreparedModel {
    PreparedModel(
      file: file, model: model, report: report, registry: registry, history: history)
  }

  /// The names of the outputs in order.
  var outputNames: [String] { model.graph.outputNames(of: model.graph.body) }

  /// Plans the execution of the model.
  ///
  /// - Throws: a ``Failure`` that names every operator that no definition is known of.
  func execution(
    _ bounds: ExecutionOptions, precision: Precision = .declared
  ) throws -> Interpreter {
    guard report.opaqueOperators.isEmpty else { throw Failure(.unsupported, unknownOperators) }
    do throws(OperatorError) {
      return try Interpreter(
        model, options: bounds.interpreterOptions(precision: precision), registry: registry)
    } catch {
      throw Failure(error, executing: path)
    }
  }

  /// The model as the verifier executes it.
  ///
  /// - Throws: a ``Failure`` that names every operator that no definition is known of.
  func subject(_ bounds: ExecutionOptions) throws -> Subject {
    guard report.opaqueOperators.isEmpty else { throw Failure(.unsupported, unknownOperators) }
    return Subject(model, options: bounds.interpreterOptions(), registry: registry)
  }

  /// Executes the model on one sample and returns the outputs by name.
  func run(
    _ interpreter: Interpreter, on sample: Sample,
    observing observe: @escaping Interpreter.Observer = { _, _, _ in }
  ) throws -> ModelOutputs {
    do throws(OperatorError) {
      let outputs = try interpreter.run(sample.values, observer: observe)
      return Dictionary(zip(outputNames, outputs)) { first, _ in first }
    } catch {
      throw Failure(error, executing: "\(path) on \(sample.name)", isMadeUp: sample.isMadeUp)
    }
  }

  /// The operators without a definition, with nodes that use them, as one message.
  var unknownOperators: String {
    let lines = report.opaqueOperators.map { id, count -> String in
      let names = model.nodeNames(of: id).prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
      let version = id.version == 0 ? "" : " at version \(id.version)"
      return "  \(id.qualifiedName)\(version): \(counted(count, "node")), such as \(names)"
    }
    return """
      \(path): \(counted(lines.count, "operator")) without a definition
      \(lines.joined(separator: "\n"))
        remedy: export the model with operators that `ferry operators` lists, or convert it \
      unverified with --verify off
      """
  }
}

extension OperatorID {
  /// The operator with its domain spelled out, such as `ai.onnx::Erfc`.
  var qualifiedName: String { "\(domain.isEmpty ? "ai.onnx" : domain)::\(name)" }
}

extension Model {
  /// The names of the nodes of an operator, or their positions where they have none.
  func nodeNames(of id: OperatorID) -> [String] {
    graph.blocks.flatMap { block in
      graph.nodes(in: block).enumerated().compactMap { position, node in
        guard graph[node].operatorID == id else { return nil }
        return graph[node].name.isEmpty ? "node \(position)" : graph[node].name
      }
    }
  }
}

import CONNX
import FormatSupport
import IR
import Tensors

/// A whole model: `Model` to `ModelProto`.
final class ModelExporter {
  let tensors: TensorExporter
  private let arena: ExportArena
  private let options: ExportOptions
  private(set) var summary: ExportSummary

  /// The version of ai.onnx for `Constant` and `Identity` in models that import none.
  private static let fallbackVersion = 13

  init(
    irVersion: Int, options: ExportOptions, externalData: ExternalDataWriter?
  ) throws(FormatError) {
    arena = try ExportArena()
    tensors = TensorExporter(arena: arena, externalData: externalData)
    self.options = options
    summary = ExportSummary(irVersion: irVersion)
  }

  /// Returns the message of a model; it lives as long as the exporter.
  func message(
    _ model: Model
  ) throws(FormatError) -> UnsafePointer<Onnx__ModelProto> {
    let message = try arena.messages.make(Onnx__ModelProto.self)
    message.pointee.has_ir_version = 1
    message.pointee.ir_version = Int64(summary.irVersion)
    message.pointee.producer_name = try arena.optional(model.producer.name)
    message.pointee.producer_version = try arena.optional(model.producer.version)
    message.pointee.domain = try arena.optional(model.domain)
    if model.modelVersion != 0 {
      message.pointee.has_model_version = 1
      message.pointee.model_version = model.modelVersion
    }
    message.pointee.doc_string = try arena.optional(model.annotations.documentation)
    (message.pointee.metadata_props, message.pointee.n_metadata_props) =
      try arena.pairs(model.annotations.metadata)

    let exporter = try self.exporter(model.graph)
    message.pointee.graph = try exporter.message(model.graph.body)
    let operatorSets = self.operatorSets(
      model.operatorSets, needsStandard: exporter.insertsStandardNodes(forConstants: false))
    (message.pointee.opset_import, message.pointee.n_opset_import) =
      try arena.operatorSets(operatorSets)
    var functions: [UnsafeMutablePointer<Onnx__FunctionProto>] = []
    for function in model.functions {
      let exporter = try self.exporter(function.graph)
      let operatorSets = self.operatorSets(
        function.operatorSets,
        needsStandard: exporter.insertsStandardNodes(forConstants: true),
        version: model.operatorSets[""])
      functions.append(try exporter.message(function, operatorSets: operatorSets))
    }
    (message.pointee.functions, message.pointee.n_functions) = try arena.list(functions)
    return UnsafePointer(message)
  }

  private func exporter(_ graph: Graph) throws(FormatError) -> GraphExporter {
    let exporter = try GraphExporter(
      graph, arena: arena, tensors: tensors, includesInnerTypes: options.includesInnerTypes)
    summary.renamedValues += exporter.names.renamedCount
    summary.insertedIdentities += exporter.names.identityCount
    return exporter
  }

  /// Returns operator sets with ai.onnx among them if nodes of it are inserted.
  private func operatorSets(
    _ versions: [String: Int], needsStandard: Bool, version: Int? = nil
  ) -> [String: Int] {
    guard needsStandard, versions[""] == nil else { return versions }
    return versions.merging(["": version ?? Self.fallbackVersion]) { old, _ in old }
  }
}

import CONNX
import FormatSupport
import IR
import Tensors

/// A whole file: `ModelProto` to `Model`.
struct ModelImporter {
  let log: ImportLog
  let tensors: TensorImporter

  /// Versions of the IR up to this one are known.
  private static let newestVersion = 14

  /// Returns the model; what is wrong goes to the log.
  func model(_ message: Onnx__ModelProto) throws(FormatError) -> Model {
    guard let graphMessage = message.graph else {
      throw FormatError(.invalid, "the file holds no graph", path: ["graph"])
        .advising("make sure that it is an ONNX model")
    }
    let version = irVersion(message)
    let operators = OperatorSetTable(
      UnsafeBufferPointer(messages: message.opset_import, count: message.n_opset_import), log: log)
    var importer = GraphImporter(
      log: log, tensors: tensors, operators: operators, hasFixedInitializers: version < 4)
    _ = log.within("graph") { importer.importMain(graphMessage) }

    var model = Model(graph: importer.graph, operatorSets: operators.versions)
    model.functions = FunctionImporter(log: log, tensors: tensors).functions(
      UnsafeBufferPointer(messages: message.functions, count: message.n_functions))
    model.producer = Model.Producer(
      name: String(field: message.producer_name), version: String(field: message.producer_version))
    model.domain = String(field: message.domain)
    model.modelVersion = message.model_version
    model.annotations = Annotations(
      documentation: String(field: message.doc_string),
      metadata: metadata(message.metadata_props, message.n_metadata_props))
    noteOmissions(message)
    return model
  }

  /// Returns the version of the IR that the file follows.
  func irVersion(_ message: Onnx__ModelProto) -> Int {
    let version = Int(message.ir_version)
    guard version > 0 else {
      log.note("the file gives no version of the IR; version 3 is assumed")
      return 3
    }
    if version > Self.newestVersion {
      log.note("version \(version) of the IR is newer than \(Self.newestVersion)")
    }
    return version
  }

  private func noteOmissions(_ message: Onnx__ModelProto) {
    if message.n_training_info > 0 { log.note("training information is not kept") }
    if message.n_configuration > 0 { log.note("device configurations are not kept") }
    if message.base.n_unknown_fields > 0 { log.note("unknown fields of the model are not kept") }
  }
}

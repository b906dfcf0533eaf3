import ArgumentParser
import IR
import Passes
import Tensors

/// A way that a model takes before it is executed.
enum ConformanceRoute: String, CaseIterable, Encodable, ExpressibleByArgument {
  /// Executed as it was read.
  case interpreter
  /// Written as ONNX and read again.
  case onnx
  /// Written as `.edge` and read again.
  case edge

  /// Rewritten by the default pipeline.
  case optimized
  /// With the inputs of the test turned into constants, and folded.
  case folded

  /// Returns the model at the end of the route; `scratch` is a folder for files on the way.
  ///
  /// `inputs` are those of the test.
  func carry(
    _ model: PreparedModel, inputs: [String: RuntimeValue], in scratch: String
  ) throws -> PreparedModel {
    switch self {
    case .interpreter: return model
    case .onnx: return try carry(model, as: .onnx, in: scratch)
    case .edge: return try carry(model, as: .edge, in: scratch)
    case .optimized: return try model.optimized()
    case .folded: return try model.fixing(inputs).optimized()
    }
  }

  private func carry(
    _ model: PreparedModel, as format: ModelFile.Format, in scratch: String
  ) throws -> PreparedModel {
    let output = try PendingOutput(
      model, to: "\(scratch)/model.\(format.rawValue)", as: format, isStripped: false,
      progress: Progress(isVisible: false))
    return try output.readBack()
  }
}

/// What `--route` names: one route or all of them.
enum ConformanceRoutes: ExpressibleByArgument {
  case all
  case one(ConformanceRoute)

  init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let route = ConformanceRoute(rawValue: argument) {
      self = .one(route)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { ConformanceRoute.allCases.map(\.rawValue) + ["all"] }

  /// The routes in the order of their execution.
  var routes: [ConformanceRoute] {
    switch self {
    case .all: ConformanceRoute.allCases
    case .one(let route): [route]
    }
  }
}

extension PreparedModel {
  /// Returns the model after the default pipeline.
  ///
  /// - Throws: a ``Failure`` when that left a graph with defects.
  fileprivate func optimized() throws -> PreparedModel {
    var model = model
    _ = try PassPipeline.level(.standard).run(on: &model)
    let defects = model.validate().filter { $0.severity == .error }
    guard defects.isEmpty else {
      throw Failure(.internalError, "the passes left \(defects.map(\.description))")
    }
    return with(model)
  }

  /// Returns the model with the inputs that are tensors turned into constants.
  fileprivate func fixing(_ inputs: [String: RuntimeValue]) throws -> PreparedModel {
    var model = model
    for input in model.graph.inputs {
      guard let tensor = inputs[model.graph.name(of: input)]?.tensor else { continue }
      model.graph.setConstant(tensor, of: input)
      model.graph.makeConstant(input)
    }
    return with(model)
  }
}

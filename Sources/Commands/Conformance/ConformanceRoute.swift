import ArgumentParser

/// A way that a model takes before it is executed.
enum ConformanceRoute: String, CaseIterable, Encodable, ExpressibleByArgument {
  /// Executed as it was read.
  case interpreter
  /// Written as ONNX and read again.
  case onnx
  /// Written as `.edge` and read again.
  case edge

  /// Returns the model at the end of the route; `scratch` is a folder for files on the way.
  func carry(_ model: PreparedModel, in scratch: String) throws -> PreparedModel {
    switch self {
    case .interpreter: return model
    case .onnx: return try carry(model, as: .onnx, in: scratch)
    case .edge: return try carry(model, as: .edge, in: scratch)
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

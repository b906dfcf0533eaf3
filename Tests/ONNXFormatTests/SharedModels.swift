import Foundation

/// Large collections of models that lie beside some checkouts and are too large to be part of one.
enum SharedModels {
  /// The folder, or nil where there is none: `FERRY_SHARED`, else `shared` beside the checkout or
  /// beside the folder that holds it.
  static let folder: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["FERRY_SHARED"]
    let candidates = [
      named.map { URL(fileURLWithPath: $0) },
      root.deletingLastPathComponent().appendingPathComponent("shared"),
      root.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared"),
    ]
    return candidates.compactMap(\.self).first {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent("conformance").path)
    }
  }()

  /// The paths of all files below a subfolder whose names end in `suffix`, in order.
  static func files(in subfolder: String, endingIn suffix: String) -> [String] {
    guard let folder = folder?.appendingPathComponent(subfolder) else { return [] }
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let paths = files?.compactMap { ($0 as? URL)?.path } ?? []
    return paths.filter { $0.hasSuffix(suffix) }.sorted()
  }
}

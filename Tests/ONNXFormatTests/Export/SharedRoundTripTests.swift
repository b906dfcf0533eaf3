import FormatSupport
import Foundation
import ONNXFormat
import Tensors
import Testing

/// Real models come back from a file as they went into it.
@Suite(.enabled(if: SharedModels.folder != nil, "the folder of shared models is not here"))
struct SharedRoundTripTests {
  @Test(arguments: [("conformance", 2033), ("exports", 55)])
  func everyModelIsKept(folder: String, count: Int) throws {
    let paths = SharedModels.files(in: folder, endingIn: ".onnx")
    #expect(paths.count >= count)
    for path in paths {
      let model = try ONNXImporter.importModel(path: path).model
      let bytes = try ONNXExporter.encode(model)
      let again = try ONNXImporter.importModel(bytes: bytes)
      #expect(try ONNXExporter.encode(again.model) == bytes, "\(path)")
      #expect(again.notes.isEmpty, "\(path)")
    }
  }

  /// Of the many tensors a part is enough: each file that is written waits for the disk.
  ///
  /// Beside a file that holds no tensor lies its type as text.
  @Test func dataFilesAreKept() throws {
    let paths = SharedModels.files(in: "conformance", endingIn: ".pb")
    #expect(paths.count > 4000)
    let folder = try TemporaryFolder()
    for (index, path) in paths.enumerated() {
      let note = try? String(contentsOfFile: "\(path.dropLast(3)).type.txt", encoding: .utf8)
      let kind: ValueFileKind =
        switch note {
        case let note? where note.hasPrefix("optional"): .optional
        case let note? where note.hasPrefix("sequence"): .sequence
        default: .tensor
        }
      let value = try ONNXImporter.importValue(path: path, kind: kind)
      guard kind != .tensor || index.isMultiple(of: 20) else { continue }
      let copy = "\(folder.path)/copy.pb"
      try ONNXExporter.export(value, to: copy)
      #expect(try ONNXImporter.importValue(path: copy, kind: kind) == value, "\(path)")
    }
  }
}

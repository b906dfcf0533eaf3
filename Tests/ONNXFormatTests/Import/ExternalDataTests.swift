import FormatSupport
import Foundation
import IR
import ONNXFormat
import Tensors
import Testing

/// External data stays inside the model's folder, whatever the model says.
@Suite struct ExternalDataTests {
  let folder: TemporaryFolder
  let outside: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    outside = try TemporaryFolder()
    try folder.write("data", [0, 0, 128, 63, 0, 0, 0, 64, 9, 9])
    try outside.write("secret", [UInt8](repeating: 7, count: 64))
  }

  private func load(_ entries: [(String, String)]) throws(FormatError) -> Tensor? {
    let bytes = Wire.model(initializer: Wire.externalTensor(entries))
    let imported = try ONNXImporter.importModel(bytes: bytes, folder: folder.path)
    return imported.model.graph.constant(named: "w")
  }

  private func complaint(_ entries: [(String, String)]) -> String {
    do throws(FormatError) {
      return "accepted: \(String(describing: try load(entries)))"
    } catch {
      return error.description
        .replacingOccurrences(of: "graph.initializer[0] \"w\": ", with: "")
        .replacingOccurrences(of: folder.path, with: "FOLDER")
        .replacingOccurrences(of: outside.path, with: "OUTSIDE")
    }
  }

  @Test func mapsEachFileOnce() throws {
    let graph = try ModelFixtures.load("external").model.graph
    let weights = try #require(graph.constant(named: "w"))
    let bias = try #require(graph.constant(named: "b"))
    #expect(weights.storage === bias.storage)
    #expect(weights.storage.region != nil)
    #expect(weights.scalars(of: Float.self) == (0..<32).map(Float.init))
    #expect(bias.scalars(of: Float.self) == [1, 2])
  }

  @Test(arguments: [
    [("location", "data")], [("location", "data"), ("offset", "0"), ("length", "8")],
    [("location", "./data"), ("checksum", "00")], [("location", "link")], [("location", "hard")],
    [("location", "inner/../x")],
  ])
  func followsWhatStaysInside(entries: [(String, String)]) throws {
    let files = FileManager.default
    try files.createSymbolicLink(atPath: "\(folder.path)/link", withDestinationPath: "data")
    try files.linkItem(atPath: "\(folder.path)/data", toPath: "\(folder.path)/hard")
    guard entries[0].1 != "inner/../x" else {
      #expect(complaint(entries).contains("contains \"..\""))
      return
    }
    #expect(try load(entries)?.scalars(of: Float.self) == [1, 2])
  }

  static let refused: [([(String, String)], String)] = [
    (
      [("location", "/etc/passwd")],
      #"the location "/etc/passwd" is absolute; "#
        + "the data must lie in the model's folder or below"
    ),
    (
      [("location", "../secret")],
      #"the location "../secret" contains ".."; the data must lie in the model's folder or below"#
    ),
    (
      [("location", "link-out")],
      #"the location "link-out" leads to OUTSIDE/secret, not to a file inside FOLDER; "#
        + "the data must lie in the model's folder or below"
    ),
    (
      [("location", "folder-out/secret")],
      #"the location "folder-out/secret" leads to OUTSIDE/secret, not to a file inside FOLDER; "#
        + "the data must lie in the model's folder or below"
    ),
    (
      [("location", "zero")],
      #"the location "zero" leads to /dev/zero, not to a file inside FOLDER; "#
        + "the data must lie in the model's folder or below"
    ),
    (
      [("location", "pipe")],
      #"the location "pipe" is no regular file; put the data into an ordinary file"#
    ),
    (
      [("location", "inner")],
      #"the location "inner" is no regular file; put the data into an ordinary file"#
    ),
    (
      [("location", ".")],
      #"the location "." leads to FOLDER, not to a file inside FOLDER; "#
        + "the data must lie in the model's folder or below"
    ),
    (
      [("location", "none")],
      "cannot find FOLDER/none: No such file or directory; "
        + "put the file of external data where the model expects it"
    ),
    (
      [("location", "loop")],
      "cannot find FOLDER/loop: Too many levels of symbolic links; "
        + "put the file of external data where the model expects it"
    ),
    ([], #"external_data names no file; set "location""#),
    ([("location", "")], #"external_data names no file; set "location""#),
    (
      [("location", "data"), ("offset", "3")],
      #"bytes 3 and the 8 behind lie outside "data", which has 10; "#
        + "get the whole file that belongs to this model"
    ),
    (
      [("location", "data"), ("offset", "9223372036854775807")],
      #"bytes 9223372036854775807 and the 8 behind lie outside "data", which has 10; "#
        + "get the whole file that belongs to this model"
    ),
    (
      [("location", "data"), ("offset", "9223372036854775808")],
      #"the offset of external data is "9223372036854775808"; "#
        + "write a number of bytes in decimal digits"
    ),
    (
      [("location", "data"), ("offset", "-1")],
      #"the offset of external data is "-1"; write a number of bytes in decimal digits"#
    ),
    (
      [("location", "data"), ("offset", "+1")],
      #"the offset of external data is "+1"; write a number of bytes in decimal digits"#
    ),
    (
      [("location", "data"), ("length", "")],
      #"the length of external data is ""; write a number of bytes in decimal digits"#
    ),
    (
      [("location", "data"), ("length", "4")],
      "float32[2] takes 8 bytes, but external_data gives 4; "
        + "correct the shape, the element type or the length"
    ),
    (
      [("location", "data"), ("basepath", "/")],
      #"external_data has the unknown key "basepath"; "#
        + "known keys are location, offset, length and checksum"
    ),
    (
      [("location", "data"), ("location", "data")],
      #"external_data gives "location" twice; keep one entry"#
    ),
  ]

  @Test(arguments: refused)
  func refuses(entries: [(String, String)], expected: String) throws {
    let files = FileManager.default
    let links = [
      ("link-out", "\(outside.path)/secret"), ("folder-out", outside.path), ("zero", "/dev/zero"),
      ("loop", "loop"),
    ]
    for (name, target) in links {
      try files.createSymbolicLink(atPath: "\(folder.path)/\(name)", withDestinationPath: target)
    }
    try files.createDirectory(
      atPath: "\(folder.path)/inner", withIntermediateDirectories: false)
    #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
    #expect(complaint(entries) == expected)
  }

  @Test func readsMoreFilesThanAProcessMayHaveOpen() throws {
    let count = 2000
    let tensors = try (0..<count).map { index in
      try folder.write("t\(index)", [0, 0, 0, 0, 0, 0, 0, UInt8(index % 64)])
      let data = Wire.bytes(13, Wire.text(1, "location") + Wire.text(2, "t\(index)"))
      return Wire.tensor("w\(index)", extra: data + Wire.number(14, 1))
    }
    let bytes = Wire.model(graph: Wire.graph(initializers: tensors))
    let graph = try ONNXImporter.importModel(bytes: bytes, folder: folder.path).model.graph
    let tensor = try #require(graph.constant(named: "w1999"))
    #expect(withExtendedLifetime(tensor) { tensor.bytes.last } == UInt8(15))
  }

  @Test func refusesDataOfAModelWithoutAFolder() {
    let bytes = Wire.model(initializer: Wire.externalTensor([("location", "data")]))
    let error = #expect(throws: FormatError.self) { try ONNXImporter.importModel(bytes: bytes) }
    #expect(error?.message == #"the model has no folder, but data in "data""#)
  }
}

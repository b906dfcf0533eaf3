import CONNX
import FormatSupport
import ONNXFormat
import Testing

/// What is decoded and encoded again is the same file.
@Suite(.enabled(if: SharedModels.folder != nil, "the folder of shared models is not here"))
struct ReencodingTests {
  @Test(arguments: [("conformance", 2033), ("exports", 55)])
  func everyModelKeepsItsBytes(folder: String, count: Int) throws {
    let paths = SharedModels.files(in: folder, endingIn: ".onnx")
    #expect(paths.count >= count)
    for path in paths {
      let model = try ModelMessage.decode(MappedFile(path: path))
      defer { withExtendedLifetime(model) {} }
      // From the fields alone: these files are all in canonical form.
      let bytes = try MessageEncoder(isCanonical: true).encode(model.root)
      #expect(bytes.elementsEqual(model.bytes), "\(path)")
    }
  }

  @Test func everyDataFileKeepsItsBytes() throws {
    let paths = SharedModels.files(in: "conformance", endingIn: ".pb")
    #expect(paths.count > 4000)
    for path in paths {
      let tensor = try TensorMessage.decode(MappedFile(path: path))
      #expect(try tensor.encode().elementsEqual(tensor.bytes), "\(path)")
    }
  }
}

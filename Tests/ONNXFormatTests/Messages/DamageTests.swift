import FormatSupport
import ONNXFormat
import Testing

/// Whatever happens to a file, decoding ends with an error or with the file's own meaning.
@Suite struct DamageTests {
  /// Returns whether bytes decode, and checks what must hold in both cases.
  @discardableResult
  func check(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> Bool {
    do throws(FormatError) {
      let model = try ModelMessage.decode(bytes)
      defer { withExtendedLifetime(model) {} }
      #expect(try model.encode() == bytes, sourceLocation: sourceLocation)
      let encoder = MessageEncoder(isCanonical: true)
      let canonical = try encoder.encode(model.root)
      let again = try ModelMessage.decode(canonical)
      defer { withExtendedLifetime(again) {} }
      #expect(try encoder.encode(again.root) == canonical, sourceLocation: sourceLocation)
      return true
    } catch {
      let offset = error.offset ?? -1
      #expect((0...bytes.count).contains(offset), sourceLocation: sourceLocation)
      return false
    }
  }

  @Test func everyTruncationEndsWell() {
    let bytes = Wire.smallModel
    let accepted = (0...bytes.count).filter { check(Array(bytes[..<$0])) }
    // Only a cut between two fields of the model leaves a model.
    #expect(accepted.count == 6)
  }

  @Test func everyChangeOfOneByteEndsWell() {
    var accepted = 0
    for index in Wire.smallModel.indices {
      var bytes = Wire.smallModel
      for _ in 0..<255 {
        bytes[index] &+= 1
        accepted += check(bytes) ? 1 : 0
      }
    }
    #expect(accepted > 0)
  }

  @Test(.enabled(if: SharedModels.folder != nil, "the folder of shared models is not here"))
  func everyTruncationOfRealModelsEndsWell() throws {
    let paths = SharedModels.files(in: "conformance", endingIn: ".onnx")
    var models = 0
    for path in stride(from: 0, to: paths.count, by: 50).map({ paths[$0] }) where models < 20 {
      let file = try MappedFile(path: path)
      let bytes = withExtendedLifetime(file) { Array(file.bytes) }
      if bytes.count > 2048 { continue }
      for end in bytes.indices { check(Array(bytes[..<end])) }
      models += 1
    }
    #expect(models == 20)
  }
}

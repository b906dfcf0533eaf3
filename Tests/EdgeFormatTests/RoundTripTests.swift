import EdgeFormat
import FormatSupport
import Foundation
import IR
import Tensors
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: ["rich", "chain", "single", "sparse", "empty"])
  func readsBackWhatWasWritten(_ name: String) throws {
    let model = Self.model(name)
    let bytes = try fileBytes(of: model)
    let file = try EdgeFile(bytes, verifyingHashes: true)
    let copy = try file.model()
    #expect(text(of: copy) == text(of: model))
    #expect(try fileBytes(of: copy) == bytes)
  }

  static func model(_ name: String) -> Model {
    switch name {
    case "rich": TestModels.rich()
    case "chain": TestModels.chain(50)
    case "single": TestModels.single()
    case "sparse": TestModels.sparse()
    default: Model()
    }
  }

  @Test func givesTheSameBytesTwice() throws {
    #expect(try fileBytes(of: TestModels.rich()) == fileBytes(of: TestModels.rich()))
  }

  @Test func keepsWhatIsNotStripped() throws {
    let file = try EdgeFile(fileBytes(of: TestModels.rich()) { $0.strip() })
    #expect(file.header.optionalFeatures == [])
    let model = try file.model()
    #expect(model.graph.inputs.map { model.graph.name(of: $0) } == ["x", "condition"])
    #expect(model.graph.outputNames(of: model.graph.body) == ["result", "a", "x"])
    #expect(model.graph.nodes.allSatisfy { model.graph[$0].name.isEmpty })
    #expect(model.producer == Model.Producer())
  }

  @Test func strippingMovesNothing() throws {
    let full = try EdgeFile(fileBytes(of: TestModels.rich()))
    let stripped = try EdgeFile(fileBytes(of: TestModels.rich()) { $0.strip() })
    #expect(full.sections.map(\.kind) == [.tensors, .names, .lineage, .annotations])
    #expect(stripped.sections[0] == full.sections[0])
  }

  @Test func carriesProvenanceAndTarget() throws {
    let provenance = Provenance(
      sourceHash: Array(0..<32), sourceName: "model.onnx", tool: "ferry", toolVersion: "0.1",
      passes: [.init(name: "fold-constants"), .init(name: "fuse", options: "level=2")],
      ledger: [.init(pass: 1, metric: "max-abs", value: 1e-7)],
      calibrationHash: Array(32..<64))
    let target = TargetProfile(
      name: "board", processor: "cortex-m7", features: ["dsp"], arenaLimit: 1 << 20)
    let file = try EdgeFile(
      fileBytes(of: TestModels.single()) {
        $0.provenance = provenance
        $0.target = target
        $0.modelVersion = 12
      })
    #expect(file.provenance == provenance)
    #expect(file.target == target)
    #expect(file.header.modelVersion == 12)
    #expect(file.header.optionalFeatures == [.names, .provenance, .target])
  }

  @Test func compressesTextAndStoresLeafHashes() throws {
    let model = TestModels.chain(200)
    let file = try EdgeFile(
      fileBytes(of: model) {
        $0.compressesText = true
        $0.storesLeafHashes = true
        $0.alignsToPages = true
      }, verifyingHashes: true)
    #expect(file.sections.map(\.kind) == [.tensors, .names, .lineage, .leafHashes])
    #expect(file.sections.map(\.codec) == [.raw, .zlib, .zlib, .raw])
    #expect(file.sections[0].alignment == 4096)
    #expect(file.header.sectionBase % 4096 == 0)
    #expect(file.header.requiredFeatures == .compression)
    #expect(text(of: try file.model()) == text(of: model))
  }

  @Test func viewsConstantsInTheMappedFile() throws {
    let folder = try TestFolder()
    try EdgeWriter().write(TestModels.rich(), to: folder.path("rich.edge"))
    let graph = try EdgeFile(path: folder.path("rich.edge")).model().graph
    let large = try #require(graph.values.first { graph.name(of: $0) == "large" })
    let tensor = try #require(graph.constant(of: large))
    let region = try #require(tensor.storage.region)
    #expect((region.offset + tensor.range.lowerBound) % 64 == 0)
    #expect(tensor.scalars(of: Float.self) == (0..<25).map { Float($0) })
  }

  @Test func sharesEqualSmallConstantsAndTheSameLargeOnes() throws {
    var graph = Graph()
    let large = Tensor(shape: [100], scalars: [Float](repeating: 1, count: 100))
    for _ in 0..<10 {
      graph.addConstant(large)
      graph.addConstant(Tensor(scalar: Float(6)))
    }
    let file = try EdgeFile(fileBytes(of: Model(graph: graph)))
    #expect(file.sections.map(\.length) == [400])
    #expect(try file.model().graph.values.compactMap { _ in 1 }.count == 20)
  }

  @Test func writesLargeSectionsFromFilesAndMemory() throws {
    let folder = try TestFolder()
    // Holes, with a mark at each end of every tensor.
    try folder.write([7], to: "weights")
    #expect(truncate(folder.path("weights"), 68 << 20) == 0)
    let file = try MappedFile(path: folder.path("weights"))
    let region = try FileRegion(descriptor: #require(file.descriptor), offset: 0)
    let storage = Storage(bytes: file.bytes, owner: file, region: region)
    var graph = Graph()
    let ranges = [0..<(5 << 20) + 3, 1..<100, 0..<(60 << 20) + 1, 0..<777]
    for range in ranges {
      let tensor = Tensor(.uint8, shape: [range.count], storage: storage, range: range)
      graph.addConstant(try #require(tensor))
      graph.addConstant(Tensor(shape: [40], scalars: (0..<40).map { Float($0 + range.count) }))
    }
    var writer = EdgeWriter()
    writer.options.storesSparse = false
    let header = try writer.write(Model(graph: graph), to: folder.path("large.edge"))
    #expect(header.sectionBase % 4096 == 0)
    let copy = try EdgeFile(path: folder.path("large.edge"), verifyingHashes: true).model().graph
    let tensors = copy.values.compactMap { copy.constant(of: $0) }
    #expect(tensors == graph.values.compactMap { graph.constant(of: $0) })
  }

  /// Takes 4 GiB of disk for a moment, so it runs only where `FERRY_LARGE_TESTS` is set.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["FERRY_LARGE_TESTS"] != nil))
  func placesTensorsPastFourGibibytes() throws {
    let folder = try TestFolder()
    let size = (4 << 30) + 64
    // A file of holes.
    try folder.write([], to: "weights")
    #expect(truncate(folder.path("weights"), size) == 0)
    let file = try MappedFile(path: folder.path("weights"))
    let region = try FileRegion(descriptor: #require(file.descriptor), offset: 0)
    let storage = Storage(bytes: file.bytes, owner: file, region: region)
    var graph = Graph()
    graph.addConstant(try #require(Tensor(.uint8, shape: [size], storage: storage)))
    graph.addConstant(Tensor(shape: [17], scalars: (0..<17).map { Float($0) }), named: "last")
    var writer = EdgeWriter()
    writer.options.modelVersion = 3
    writer.options.storesSparse = false
    let header = try writer.write(Model(graph: graph), to: folder.path("large.edge"))
    #expect(header.fileSize > 4 << 30)
    let copy = try EdgeFile(path: folder.path("large.edge")).model().graph
    let last = try #require(copy.values.first { copy.name(of: $0) == "last" })
    #expect(copy.constant(of: last)?.scalars(of: Float.self) == (0..<17).map { Float($0) })
  }
}

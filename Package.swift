// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "ferry",
  products: [.executable(name: "ferry", targets: ["ferry"])],
  traits: [
    .trait(
      name: "ImageDecoding",
      description: "Executes ImageDecoder; `Scripts/setup --images` installs the libraries.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // MARK: Program
    .executableTarget(name: "ferry", dependencies: ["Commands"], swiftSettings: strict),
    .target(
      name: "Commands",
      dependencies: [
        "EdgeFormat", "FormatSupport", "IR", "Interpreter", "ONNXFormat", "Operators",
        "Passes", "TensorFiles", "Tensors", "Verification",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "FormatSupport", "IR", "ONNXFormat", "Operators", "Tensors", "TestSupport",
        "Verification",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // MARK: Formats
    .target(name: "CPlatform"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "FormatSupport", dependencies: ["CPlatform"], swiftSettings: strict),
    .testTarget(
      name: "FormatSupportTests", dependencies: ["FormatSupport", "TestSupport"],
      swiftSettings: strict),
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .target(name: "CProtobufWire", dependencies: ["CProtobufC"]),
    .target(name: "CONNX", dependencies: ["CProtobufC"]),
    .target(
      name: "ONNXFormat",
      dependencies: ["CONNX", "CProtobufWire", "FormatSupport", "IR", "Tensors"],
      swiftSettings: strict),
    .testTarget(
      name: "ONNXFormatTests",
      dependencies: ["CONNX", "FormatSupport", "IR", "ONNXFormat", "Tensors"],
      swiftSettings: strict),
    .target(name: "FlatBuffers", dependencies: ["FormatSupport"], swiftSettings: strict),
    .testTarget(
      name: "FlatBuffersTests", dependencies: ["FlatBuffers", "FormatSupport"],
      swiftSettings: strict),
    .target(
      name: "EdgeFormat",
      dependencies: [
        "CZlib", "FlatBuffers", "FormatSupport", "IR", "Tensors", "Threads",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EdgeFormatTests",
      dependencies: [
        "EdgeFormat", "FormatSupport", "IR", "Tensors",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),

    // MARK: Graphs
    .target(name: "Threads", swiftSettings: strict),
    .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: strict),
    .target(name: "Tensors", dependencies: ["Threads"], swiftSettings: strict),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: strict),
    .target(name: "IR", dependencies: ["Tensors"], swiftSettings: strict),
    .testTarget(name: "IRTests", dependencies: ["IR", "Tensors"], swiftSettings: strict),
    .target(
      name: "TensorFiles", dependencies: ["CZlib", "FormatSupport", "Tensors"],
      swiftSettings: strict),
    .testTarget(
      name: "TensorFilesTests", dependencies: ["FormatSupport", "TensorFiles", "Tensors"],
      swiftSettings: strict),

    // MARK: Execution
    .target(
      name: "CImages",
      cSettings: [.define("FERRY_IMAGE_DECODING", .when(traits: ["ImageDecoding"]))],
      linkerSettings: ["jpeg", "openjp2", "png", "tiff", "webp"].map {
        .linkedLibrary($0, .when(traits: ["ImageDecoding"]))
      }),
    .target(name: "CKernels"),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    .target(
      name: "Operators",
      dependencies: ["CImages", "CKernels", "CRE2", "IR", "Tensors", "Threads"],
      swiftSettings: strict),
    .testTarget(
      name: "OperatorsTests",
      dependencies: ["CImages", "CKernels", "IR", "Operators", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .target(
      name: "Interpreter", dependencies: ["IR", "Operators", "Tensors"], swiftSettings: strict),
    .testTarget(
      name: "InterpreterTests",
      dependencies: ["IR", "Interpreter", "ONNXFormat", "Operators", "TensorFiles", "Tensors"],
      swiftSettings: strict),

    // MARK: Passes
    .target(
      name: "Passes", dependencies: ["IR", "Operators", "Tensors"], swiftSettings: strict),
    .testTarget(
      name: "PassesTests",
      dependencies: [
        "IR", "Interpreter", "Operators", "Passes", "Tensors", "TestSupport", "Verification",
      ],
      swiftSettings: strict),

    // MARK: Verification
    .target(
      name: "Verification",
      dependencies: [
        "FormatSupport", "IR", "Interpreter", "ONNXFormat", "Operators", "Passes", "TensorFiles",
        "Tensors", "Threads",
      ], swiftSettings: strict),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "IR", "Interpreter", "Operators", "Passes", "TensorFiles", "Tensors", "TestSupport",
        "Verification",
      ],
      swiftSettings: strict),

    // MARK: Tests
    .testTarget(name: "ArchitectureTests", dependencies: ["Operators"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["IR", "Interpreter", "Operators", "Tensors"],
      swiftSettings: strict),
  ],
  cLanguageStandard: .gnu11,
  cxxLanguageStandard: .cxx17
)

import Foundation
import TestSupport
import Testing

@testable import Commands

/// Writes the reports of the model that the demo shows.
@Suite struct ReportFilesTests {
  static let chromium = ["chromium", "chromium-browser", "google-chrome"].map { "/usr/bin/\($0)" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  let folder: TemporaryFolder
  let page: String
  let model = "\(EndToEndTests.model)/model.onnx"

  init() throws {
    folder = try TemporaryFolder()
    page = try folder.file("report.html")
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  private func optimize() throws -> Commands.ExitStatus {
    Program.run([
      "optimize", model, "-o", try folder.file("small.onnx"), "--verify", "full", "--inputs",
      "\(EndToEndTests.model)/inputs.npz", "--report", page,
    ])
  }

  @Test func writesEveryReportOfAVerification() throws {
    let (junit, sarif) = (try folder.file("report.xml"), try folder.file("report.sarif"))
    let status = Program.run([
      "verify", model, model, "--report", page, "--junit", junit, "--sarif", sarif,
    ])
    #expect(status == .success)
    #expect(folder.files == ["report.html", "report.sarif", "report.xml"])
    #expect(try text(page).contains("computes the same bits as"))
    #expect(try text(junit).contains("failures=\"0\""))
    #expect(try text(sarif).contains("\"version\" : \"2.1.0\""))
  }

  @Test func showsPassesGraphsAndSizesOfAnOptimization() throws {
    #expect(try optimize() == .success)
    let html = try text(page)
    for id in ["outputs", "passes", "layers", "graphs", "sizes"] {
      #expect(html.contains("<section id=\"\(id)\">"))
    }
    #expect(html.contains("stands for "))
    for resource in ["http://", "https://", "src=", "@import", "url("] {
      #expect(!html.contains(resource))
    }
  }

  @Test func writesNothingWhereItCannot() throws {
    let status = Program.run(["verify", model, model, "--report", "\(page)/none/report.html"])
    #expect(status == .usage)
    #expect(folder.files.isEmpty)
  }

  @Test(.enabled(if: chromium != nil)) func rendersWithoutAnError() throws {
    #expect(try optimize() == .success)
    let process = Process()
    let (output, errors) = (try folder.file("dom", []), try folder.file("console", []))
    process.executableURL = URL(fileURLWithPath: try #require(Self.chromium))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
      "--user-data-dir=\(folder.path)/profile", "--dump-dom", "file://\(page)",
    ]
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    let dom = try text(output)
    #expect(dom.contains("<section id=\"graphs\">"))
    // The script shows the buttons at its end.
    #expect(dom.contains("class=\"zoom\"") && !dom.contains("class=\"zoom\" hidden"))
    #expect(!(try text(errors)).contains("CONSOLE"))
  }
}

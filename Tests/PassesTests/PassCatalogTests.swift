import Passes
import Testing

@Suite struct PassCatalogTests {
  @Test func findsEveryPassByItsName() throws {
    for pass in PassCatalog.all {
      #expect(try PassCatalog.pass(named: pass.name).summary == pass.summary)
    }
  }

  @Test func namesThePassesThereAre() {
    let error = #expect(throws: PassError.self) { try PassCatalog.pass(named: "fuse-nothing") }
    #expect(error?.code == .unknownPass)
    #expect(error?.remedy?.contains("remove-dead") ?? false)
  }
}

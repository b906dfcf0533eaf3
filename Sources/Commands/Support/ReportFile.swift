import FormatSupport

/// Writes a report to a file that appears whole or not at all.
///
/// - Throws: a ``Failure`` when it cannot be written there.
func writeReport(_ text: String, to path: String) throws {
  do throws(FormatError) {
    let file = try OutputFile(path: path)
    try file.append(Array(text.utf8))
    try file.commit()
  } catch {
    throw Failure(error, writing: path)
  }
}

import FormatSupport

/// What one import finds: errors, which end it once everything was looked at, and notes.
///
/// Places are put together only when there is something to say: a message is reported with the
/// path below the current one, and every ``within(_:_:)`` around it adds its field in front.
final class ImportLog {
  private(set) var errors: [FormatError] = []
  private(set) var notes: [ImportNote] = []
  private var hasOmittedErrors = false
  private var noteIndices: [String: Int] = [:]

  /// A file that is wrong everywhere is described by its first defects.
  private static let capacity = 50

  /// Whether further errors are not recorded.
  var isFull: Bool { errors.count == Self.capacity }

  /// Records an error; the message is not made when there are enough.
  func report(_ error: @autoclosure () -> FormatError) {
    if isFull { hasOmittedErrors = true } else { errors.append(error()) }
  }

  /// Records something harmless; the same message at other places is counted.
  func note(_ message: String) {
    if let index = noteIndices[message] {
      notes[index].count += 1
    } else if notes.count < Self.capacity {
      noteIndices[message] = notes.count
      notes.append(ImportNote(message: message))
    }
  }

  /// Runs `body`, puts what it reports inside `field`, and returns nil when it throws, which is
  /// reported too.
  func within<Result>(
    _ field: @autoclosure () -> String, _ body: () throws(FormatError) -> Result
  ) -> Result? {
    let firstError = errors.count
    let firstNote = notes.count
    defer {
      if firstError < errors.count || firstNote < notes.count {
        let field = field()
        for index in firstError..<errors.count { errors[index] = errors[index].inside(field) }
        for index in firstNote..<notes.count { notes[index].path.insert(field, at: 0) }
      }
    }
    do throws(FormatError) {
      return try body()
    } catch {
      report(error)
      return nil
    }
  }

  /// Throws what was reported, all of it at once.
  func throwErrors() throws(FormatError) {
    guard var first = errors.first else { return }
    first.others = Array(errors.dropFirst())
    if hasOmittedErrors {
      first.others.append(FormatError(first.code, "there are more errors than these"))
    }
    throw first
  }
}

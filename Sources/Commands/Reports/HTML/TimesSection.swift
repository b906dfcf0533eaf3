import Tensors
import Verification

/// The time that operators take before and after, in one execution by the interpreter.
struct TimesSection {
  let before: OperatorTimes
  let after: OperatorTimes

  private static let limit = 12

  var markup: Markup {
    let (old, new) = (before.secondsByOperator, after.secondsByOperator)
    let size = { (name: String) in max(old[name] ?? 0, new[name] ?? 0) }
    let names = Set(old.keys).union(new.keys).sorted { (-size($0), $0) < (-size($1), $1) }
    let rows = names.prefix(Self.limit).map { (name: $0, before: old[$0], after: new[$0]) }
    let all = (
      name: "all", before: old.values.reduce(0, +) as Double?,
      after: new.values.reduce(0, +) as Double?
    )
    let table = PairTable(title: "milliseconds by operator", rows: [all] + rows) {
      rounded($0 * 1000, places: 2)
    }
    return """
      <p class="note">One execution of each by the interpreter on this machine: a device divides its
      time otherwise.</p>
      \(table.markup)
      """
  }
}

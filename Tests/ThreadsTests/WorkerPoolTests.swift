import Testing
import Threads

@Suite struct WorkerPoolTests {
  /// Numbers that tasks of several threads write to, each to its own.
  private final class Slots: @unchecked Sendable {
    let slots: UnsafeMutableBufferPointer<Int>

    init(_ count: Int) {
      slots = .allocate(capacity: count)
      slots.initialize(repeating: 0)
    }

    deinit { slots.deallocate() }

    subscript(index: Int) -> Int {
      get { slots[index] }
      set { slots[index] = newValue }
    }
  }

  @Test(arguments: [0, 1, 2, 100], [1, 2, 7])
  func doesEachTaskOnce(count: Int, threads: Int) {
    let slots = Slots(count)
    WorkerPool.shared.run(count, threads: threads) { task, _ in slots[task] += 1 }
    #expect(slots.slots.allSatisfy { $0 == 1 })
  }

  @Test func numbersTheThreadsOfAJob() {
    let workers = Slots(1000)
    WorkerPool.shared.run(1000, threads: 3) { task, worker in workers[task] = worker }
    #expect(workers.slots.allSatisfy { (0..<3).contains($0) })
  }

  @Test func doesTasksOfTasks() {
    let slots = Slots(64)
    WorkerPool.shared.run(8, threads: 4) { outer, _ in
      WorkerPool.shared.run(8, threads: 4) { inner, _ in slots[8 * outer + inner] += 1 }
    }
    #expect(slots.slots.allSatisfy { $0 == 1 })
  }

  @Test func servesSeveralThreadsAtOnce() async {
    let slots = Slots(8000)
    await withTaskGroup { group in
      for job in 0..<8 {
        group.addTask {
          WorkerPool.shared.run(1000, threads: 3) { task, _ in slots[1000 * job + task] += 1 }
        }
      }
    }
    #expect(slots.slots.allSatisfy { $0 == 1 })
  }
}

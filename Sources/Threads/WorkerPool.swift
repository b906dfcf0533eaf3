/// Threads that wait for numbered tasks of any thread that has some, and do them together with it.
package final class WorkerPool: @unchecked Sendable {
  /// The pool of the process; its threads start when they are first needed.
  package static let shared = WorkerPool()

  /// Does one task; each thread that works on a job has a number of its own.
  package typealias Body = (_ task: Int, _ worker: Int) -> Void

  private final class Job {
    let count: Int
    /// What is done with each task; nil when all are done, for threads may keep the job longer.
    var body: Body?
    var next = 0
    /// The number of threads that may still join.
    var seats: Int
    var activeCount = 0

    init(count: Int, seats: Int, body: @escaping Body) {
      self.count = count
      self.seats = seats
      self.body = body
    }
  }

  private let lock = Lock()
  private var job: Job?
  private var workerCount = 0

  /// Does tasks 0 to `count` - 1 on up to `threads` threads, this one included, and returns when all
  /// are done.
  ///
  /// They begin in this order, and must not write to the same place. This thread does them alone
  /// while another one uses the pool; so do tasks that have tasks themselves.
  package func run(_ count: Int, threads: Int, _ body: Body) {
    let others = min(threads, count) - 1
    guard others > 0 else { return Self.runAlone(count, body) }
    withoutActuallyEscaping(body) { body in
      let job = Job(count: count, seats: others, body: body)
      guard begin(job) else { return Self.runAlone(count, body) }
      work(on: job, as: others)
      end(job)
    }
  }

  private static func runAlone(_ count: Int, _ body: Body) {
    for task in 0..<max(count, 0) { body(task, 0) }
  }

  private func begin(_ job: Job) -> Bool {
    lock.whileHeld {
      guard self.job == nil else { return false }
      self.job = job
      while workerCount < job.seats, Thread({ self.waitForJobs() }) != nil { workerCount += 1 }
      lock.wakeAll()
      return true
    }
  }

  private func end(_ job: Job) {
    lock.whileHeld {
      job.seats = 0
      while job.activeCount > 0 { lock.wait() }
      job.body = nil
      self.job = nil
    }
  }

  private func waitForJobs() {
    while true {
      let (job, worker) = lock.whileHeld(join)
      work(on: job, as: worker)
      lock.whileHeld {
        job.activeCount -= 1
        if job.activeCount == 0 { lock.wakeAll() }
      }
    }
  }

  /// Waits for a job that has a seat left and takes it.
  private func join() -> (Job, worker: Int) {
    while true {
      if let job, job.seats > 0 {
        job.seats -= 1
        job.activeCount += 1
        return (job, job.seats)
      }
      lock.wait()
    }
  }

  private func work(on job: Job, as worker: Int) {
    while let task = take(from: job) { job.body?(task, worker) }
  }

  private func take(from job: Job) -> Int? {
    lock.whileHeld {
      guard job.next < job.count else { return nil }
      defer { job.next += 1 }
      return job.next
    }
  }
}

import Glibc
import Locking

/// A thread that one run loop has to itself.
///
/// It is the preferred executor of the loop's task (SE-0417): the handler, its child tasks and
/// what follows a suspension run here, so that a wait that blocks stops no other loop. While the
/// handler is suspended, the thread waits for the job that goes on with it. Only what an actor
/// does that several loops share may run on the thread of any of them.
///
/// Unchecked: `thread` belongs to whoever starts and ends it.
final class LoopThread: TaskExecutor, @unchecked Sendable {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isEnding = false
    }

    private let queue = Monitor(Queue())
    private var thread = pthread_t()

    /// Starts a thread, with the stack size that every thread of the process has; nil when the
    /// system has none left. It must be given to ``end()``.
    static func start() -> LoopThread? {
        let started = LoopThread()
        return started.start() ? started : nil
    }

    /// Starts the thread of a queue that has none yet; false when the system has none left.
    func start() -> Bool {
        // Retained by its thread, which gives the reference back when it ends.
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<LoopThread>.fromOpaque(context).takeRetainedValue().run(waiting: true)
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return false
        }
        return true
    }

    /// Runs on the calling thread what is enqueued, until nothing is.
    func runUntilIdle() {
        run(waiting: false)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.change { $0.jobs.append(job) }
    }

    /// Lets the thread run what is enqueued, and waits for its end. Called once, by another thread,
    /// when the loop's task is over.
    func end() {
        queue.change { $0.isEnding = true }
        pthread_join(thread, nil)
    }

    private func run(waiting: Bool) {
        var batch: [UnownedJob] = []
        while take(&batch, waiting: waiting) {
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            batch.removeAll(keepingCapacity: true)
        }
    }

    /// Takes all jobs; false when there are none and the thread does not wait, or is to end.
    private func take(_ batch: inout [UnownedJob], waiting: Bool) -> Bool {
        queue.wait { queue in
            guard queue.jobs.isEmpty else {
                swap(&queue.jobs, &batch)
                return .done(true)
            }
            return queue.isEnding || !waiting ? .done(false) : .wait
        }
    }
}

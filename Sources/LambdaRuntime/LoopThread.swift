import Glibc

/// A thread that one run loop has to itself.
///
/// It is the preferred executor of the loop's task (SE-0417): the handler, its child tasks and
/// what follows a suspension run here, so that a wait that blocks stops no other loop. While the
/// handler is suspended, the thread waits for the job that goes on with it. Only what an actor
/// does that several loops share may run on the thread of any of them.
///
/// Unchecked: what changes is read and written under the mutex, except for `thread`, which
/// belongs to whoever starts and ends it.
final class LoopThread: TaskExecutor, @unchecked Sendable {
    // Not Synchronization.Mutex: it has no condition to wait for.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var isEnding = false
    private var thread = pthread_t()

    /// Makes a queue of jobs without a thread.
    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(change, nil)
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(mutex)
        change.deallocate()
        mutex.deallocate()
    }

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
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(change)
        pthread_mutex_unlock(mutex)
    }

    /// Lets the thread run what is enqueued, and waits for its end. Called once, by another thread,
    /// when the loop's task is over.
    func end() {
        pthread_mutex_lock(mutex)
        isEnding = true
        pthread_cond_signal(change)
        pthread_mutex_unlock(mutex)
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
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while jobs.isEmpty {
            if isEnding || !waiting { return false }
            pthread_cond_wait(change, mutex)
        }
        swap(&jobs, &batch)
        return true
    }
}

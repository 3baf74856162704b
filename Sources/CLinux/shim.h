#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Where a spawn failed; `error` is errno.
enum ttsr_spawn_stage {
    TTSR_SPAWN_DONE,
    TTSR_SPAWN_FORK,
    TTSR_SPAWN_DIRECTORY,
    TTSR_SPAWN_EXECUTE
};

struct ttsr_spawn_result {
    pid_t process;
    int stage;
    int error;
};

/// Starts a program in its own process group that dies with the thread that started it.
///
/// Necessary because posix_spawn has no attribute for PR_SET_PDEATHSIG, and because fork cannot be
/// called from Swift: between fork and execve only async-signal-safe calls are made here.
/// Standard input is /dev/null, standard output and error are `output`, no other descriptor is
/// inherited, no signal is blocked or ignored. With `stopped` it is left stopped before the first
/// instruction of the program, so that a debugger can attach: it is traced until it has executed the
/// program, and then let go with SIGSTOP.
static inline struct ttsr_spawn_result ttsr_spawn(
    const char *program, char *const arguments[], char *const environment[],
    const char *directory, int output, int stopped) {
    struct ttsr_spawn_result result = {-1, TTSR_SPAWN_FORK, 0};
    int report[2];
    if (pipe(report) != 0) {
        result.error = errno;
        return result;
    }
    fcntl(report[0], F_SETFD, FD_CLOEXEC);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        int failure[2] = {TTSR_SPAWN_EXECUTE, 0};
        const int reporting = 3;
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        /* Above every descriptor that is about to be given a fixed number. */
        const int saved = fcntl(report[1], F_DUPFD, 10);
        const int written = fcntl(output, F_DUPFD, 10);
        const int null = open("/dev/null", O_RDONLY);
        dup2(null, 0);
        dup2(written, 1);
        dup2(written, 2);
        dup2(saved, reporting);
        fcntl(reporting, F_SETFD, FD_CLOEXEC);
        syscall(SYS_close_range, reporting + 1, ~0U, 0);
        for (int number = 1; number < 65; number++) signal(number, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        if (stopped) {
            prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
            ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        }
        if (chdir(directory) != 0) {
            failure[0] = TTSR_SPAWN_DIRECTORY;
        } else {
            execve(program, arguments, environment);
        }
        failure[1] = errno;
        ssize_t ignored = write(reporting, failure, sizeof failure);
        (void)ignored;
        _exit(127);
    }
    const int forkError = errno;
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        result.error = forkError;
        return result;
    }
    int failure[2] = {TTSR_SPAWN_DONE, 0};
    ssize_t count;
    do {
        count = read(report[0], failure, sizeof failure);
    } while (count < 0 && errno == EINTR);
    close(report[0]);
    if (stopped && failure[0] == TTSR_SPAWN_DONE) {
        int status = 0;
        while (waitpid(child, &status, __WALL) < 0 && errno == EINTR) {
        }
        if (WIFSTOPPED(status)) ptrace(PTRACE_DETACH, child, NULL, (void *)(long)SIGSTOP);
    }
    result.process = child;
    result.stage = failure[0];
    result.error = failure[1];
    return result;
}

/// F_SETLEASE; necessary because glibc declares it with _GNU_SOURCE only.
static const int ttsr_set_lease = 1024;

/// Necessary because syscall is variadic, and glibc before 2.36 has no pidfd_open of its own.
static inline int ttsr_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

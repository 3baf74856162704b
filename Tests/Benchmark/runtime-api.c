// A Lambda Runtime API on loopback that starts a function and measures it.
//
// usage: runtime-api [-n invocations] [-c cold starts] [-e event.json] -- command [argument ...]
//
// One thread, epoll, keep-alive. Prints one JSON line; see README.md for what its figures mean.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP = 1000, BYTES_MAX = 1 << 20, CONNECTIONS_MAX = 16, TIMEOUT_MS = 10000 };

struct connection {
    int fd;
    size_t count;
    char bytes[BYTES_MAX];
};

struct run {
    pid_t child;
    int64_t started_ns, first_next_ns, event_ns, begin_ns, end_ns;
    int64_t *cycle_ns, *answer_ns;
    size_t given, wanted, errors;
    int holding;
};

static struct connection connections[CONNECTIONS_MAX];
static char event_answer[BYTES_MAX];
static size_t event_head_length, event_body_length;
static char event_body[BYTES_MAX / 2];

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static int listen_on_loopback(int *port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, 16)) fail("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &size)) fail("getsockname");
    *port = ntohs(address.sin_port);
    return fd;
}

static void send_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) continue;
        if (sent < 0) return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void send_event(int fd, struct run *run) {
    int length = snprintf(
        event_answer, sizeof event_answer,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-%012zu\r\n"
        "Lambda-Runtime-Deadline-Ms: 9999999999999\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:f\r\n"
        "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0\r\n"
        "Content-Length: %zu\r\n\r\n",
        run->given, event_body_length);
    event_head_length = (size_t)length;
    memcpy(event_answer + event_head_length, event_body, event_body_length);
    run->event_ns = now_ns();
    send_all(fd, event_answer, event_head_length + event_body_length);
}

static void answer_next(int fd, struct run *run) {
    int64_t now = now_ns();
    if (run->given == 0) run->first_next_ns = now;
    if (run->given > WARM_UP) run->cycle_ns[run->given - WARM_UP - 1] = now - run->event_ns;
    if (run->given == WARM_UP) run->begin_ns = now;
    if (run->given == run->wanted) {
        run->end_ns = now;
        run->holding = 1;
        return;
    }
    run->given++;
    send_event(fd, run);
}

static void answer_post(int fd, const char *head, struct run *run) {
    static const char accepted[] =
        "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
        "Content-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";
    const char *line_end = strstr(head, " HTTP/1.1\r\n");
    int is_response = line_end && line_end - head > 9 && !memcmp(line_end - 9, "/response", 9);
    if (!is_response) run->errors++;
    if (run->given > WARM_UP)
        run->answer_ns[run->given - WARM_UP - 1] = now_ns() - run->event_ns;
    send_all(fd, accepted, sizeof accepted - 1);
}

// Answers every whole request in the buffer.
static void serve(struct connection *connection, struct run *run) {
    for (;;) {
        connection->bytes[connection->count] = 0;
        char *end = strstr(connection->bytes, "\r\n\r\n");
        if (!end) return;
        size_t head_length = (size_t)(end - connection->bytes) + 4, body_length = 0;
        *end = 0;
        char *field = strcasestr(connection->bytes, "\r\ncontent-length:");
        if (field) body_length = strtoul(field + 17, NULL, 10);
        *end = '\r';
        size_t total = head_length + body_length;
        if (total >= BYTES_MAX) fail("request is too large");
        if (connection->count < total) return;
        if (!strncmp(connection->bytes, "GET ", 4))
            answer_next(connection->fd, run);
        else
            answer_post(connection->fd, connection->bytes, run);
        memmove(connection->bytes, connection->bytes + total, connection->count - total);
        connection->count -= total;
    }
}

static void receive(int poller, struct connection *connection, struct run *run) {
    ssize_t got = recv(
        connection->fd, connection->bytes + connection->count,
        BYTES_MAX - 1 - connection->count, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        epoll_ctl(poller, EPOLL_CTL_DEL, connection->fd, NULL);
        close(connection->fd);
        connection->fd = -1;
        return;
    }
    connection->count += (size_t)got;
    serve(connection, run);
}

static void accept_one(int poller, int listener) {
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    for (int index = 0; index < CONNECTIONS_MAX; index++) {
        if (connections[index].fd >= 0) continue;
        connections[index].fd = fd;
        connections[index].count = 0;
        struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = &connections[index]};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &wanted);
        return;
    }
    close(fd);
}

static pid_t start(char **command, int port) {
    char authority[32];
    snprintf(authority, sizeof authority, "127.0.0.1:%d", port);
    setenv("AWS_LAMBDA_RUNTIME_API", authority, 1);
    setenv("AWS_LAMBDA_FUNCTION_NAME", "bench", 1);
    setenv("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST", 1);
    setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128", 1);
    pid_t child = vfork();
    if (child == 0) {
        execvp(command[0], command);
        _exit(127);
    }
    if (child < 0) fail("vfork");
    return child;
}

// Asks the function to end, and makes it end when it does not within two seconds.
static struct rusage end(pid_t child) {
    struct rusage usage;
    struct timespec pause = {.tv_nsec = 1000000};
    int status;
    kill(child, SIGTERM);
    for (int waits = 0; wait4(child, &status, WNOHANG, &usage) == 0; waits++) {
        if (waits == 2000) kill(child, SIGKILL);
        nanosleep(&pause, NULL);
    }
    return usage;
}

// Runs the command through `wanted` events and ends it.
static struct rusage measure(char **command, struct run *run) {
    int port, poller = epoll_create1(EPOLL_CLOEXEC), listener = listen_on_loopback(&port);
    for (int index = 0; index < CONNECTIONS_MAX; index++) connections[index].fd = -1;
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = NULL}, events[16];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &wanted);
    run->started_ns = now_ns();
    run->child = start(command, port);
    while (!run->holding) {
        int count = epoll_wait(poller, events, 16, TIMEOUT_MS);
        if (count == 0) {
            fprintf(stderr, "the function does not answer\n");
            kill(run->child, SIGKILL);
            exit(2);
        }
        for (int index = 0; index < count; index++) {
            if (events[index].data.ptr)
                receive(poller, events[index].data.ptr, run);
            else
                accept_one(poller, listener);
        }
    }
    struct rusage usage = end(run->child);
    for (int index = 0; index < CONNECTIONS_MAX; index++)
        if (connections[index].fd >= 0) close(connections[index].fd);
    close(listener);
    close(poller);
    return usage;
}

static int by_value(const void *left, const void *right) {
    int64_t one = *(const int64_t *)left, other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

static double quantile(const int64_t *sorted, size_t count, double part) {
    return count ? (double)sorted[(size_t)((double)(count - 1) * part)] : 0;
}

static void read_event(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    event_body_length = fread(event_body, 1, sizeof event_body, file);
    fclose(file);
}

static void print_line(
    const char *name, struct run *run, struct rusage *usage, int64_t *cold, size_t starts) {
    size_t count = run->wanted ? run->wanted - WARM_UP : 0;
    qsort(run->cycle_ns, count, sizeof *run->cycle_ns, by_value);
    qsort(run->answer_ns, count, sizeof *run->answer_ns, by_value);
    qsort(cold, starts, sizeof *cold, by_value);
    double cpu_us = (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e6 +
        (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
    printf(
        "{\"command\":\"%s\",\"cold_ms\":{\"p50\":%.2f,\"min\":%.2f,\"max\":%.2f,\"count\":%zu},"
        "\"cycle_us\":{\"p50\":%.1f,\"p99\":%.1f},\"answer_us\":{\"p50\":%.1f,\"p99\":%.1f},"
        "\"per_second\":%.0f,\"cpu_us\":%.1f,\"rss_kb\":%ld,\"invocations\":%zu,\"errors\":%zu}\n",
        name, quantile(cold, starts, 0.5) / 1e6, (double)cold[0] / 1e6,
        (double)cold[starts - 1] / 1e6, starts, quantile(run->cycle_ns, count, 0.5) / 1e3,
        quantile(run->cycle_ns, count, 0.99) / 1e3, quantile(run->answer_ns, count, 0.5) / 1e3,
        quantile(run->answer_ns, count, 0.99) / 1e3,
        count ? (double)count / ((double)(run->end_ns - run->begin_ns) / 1e9) : 0,
        cpu_us / (double)(run->wanted ? run->wanted : 1), usage->ru_maxrss, count, run->errors);
}

int main(int count, char **arguments) {
    size_t invocations = 10000, starts = 11;
    const char *event = NULL;
    for (int option; (option = getopt(count, arguments, "+n:c:e:")) != -1;) {
        if (option == 'n') invocations = strtoul(optarg, NULL, 10);
        if (option == 'c') starts = strtoul(optarg, NULL, 10);
        if (option == 'e') event = optarg;
    }
    // Cold starts alone need no event.
    if ((!event && invocations > 0) || optind >= count || starts == 0) {
        fprintf(stderr, "usage: runtime-api [-n N] [-c N] [-e event.json] -- command ...\n");
        return 2;
    }
    if (event) read_event(event);
    int64_t *cold = calloc(starts, sizeof *cold);
    for (size_t index = 0; index < starts; index++) {
        struct run run = {0};
        measure(arguments + optind, &run);
        cold[index] = run.first_next_ns - run.started_ns;
    }
    struct run run = {.wanted = invocations ? invocations + WARM_UP : 0};
    run.cycle_ns = calloc(invocations + 1, sizeof *run.cycle_ns);
    run.answer_ns = calloc(invocations + 1, sizeof *run.answer_ns);
    struct rusage usage = measure(arguments + optind, &run);
    print_line(arguments[optind], &run, &usage, cold, starts);
    return 0;
}

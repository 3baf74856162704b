// A Lambda function in C on plain sockets: nothing of this project, and no library but the C one.
//
// What it does stands in the event as a word, wherever in it, so that any caller can say it:
//
//   do-error   posts an error               do-crash   ends by a signal
//   do-exit    ends with status 7           do-hang    never answers
//   do-null    answers null                 do-big     answers more than is allowed
//   do-raw     answers with the event       do-print   prints a line to each output first
//   do-hold    answers once the FIFO of the variable HOLD is opened for writing
//   do-mark=ID adds a line with the ID to the file of the variable MARKS, then answers; each of them
//   do-layer   answers with what the library of a layer says
//   do-stream  answers in pieces            do-site    answers in pieces, as an HTTP response
//   do-break   ends the pieces with an error; with do-hold, too, it holds after the first piece
//
// Anything else is answered with what it was given, as an HTTP response where the event is a REST
// API's. Init fails with the variable INIT=error, ends with INIT=exit.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BYTES_MAX = 8 << 20 };

static char received[BYTES_MAX + 1], made[BYTES_MAX];
static char request_id[128], deadline[32], context[4096];
static int api = -1;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void connect_to_api(void) {
    char place[64];
    snprintf(place, sizeof place, "%s", getenv("AWS_LAMBDA_RUNTIME_API"));
    char *colon = strchr(place, ':');
    *colon = 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
    inet_pton(AF_INET, place, &address.sin_addr);
    api = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(api, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(api, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

static void send_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(api, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) fail("send");
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void send_head(const char *format, ...) {
    char head[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(head, sizeof head, format, arguments);
    va_end(arguments);
    send_all(head, strlen(head));
}

static void copy_field(const char *name, char *value, size_t size) {
    value[0] = 0;
    for (char *line = received; (line = strstr(line, "\r\n")); ) {
        line += 2;
        if (strncasecmp(line, name, strlen(name)) || line[strlen(name)] != ':') continue;
        line += strlen(name) + 1;
        while (*line == ' ') line++;
        snprintf(value, size, "%.*s", (int)strcspn(line, "\r"), line);
        return;
    }
}

// Reads a response with a Content-Length; gives its body, which a zero byte ends.
static char *receive(void) {
    size_t count = 0, wanted = 0;
    char *body = NULL;
    while (!body || count < wanted) {
        ssize_t got = recv(api, received + count, BYTES_MAX - count, 0);
        if (got <= 0) exit(0);  // The emulator has ended.
        count += (size_t)got;
        received[count] = 0;
        if (body || !(body = strstr(received, "\r\n\r\n"))) continue;
        char length[32];
        *body = 0;
        copy_field("Content-Length", length, sizeof length);
        copy_field("Lambda-Runtime-Aws-Request-Id", request_id, sizeof request_id);
        copy_field("Lambda-Runtime-Deadline-Ms", deadline, sizeof deadline);
        copy_field("Lambda-Runtime-Client-Context", context, sizeof context);
        body += 4;
        wanted = (size_t)(body - received) + strtoul(length, NULL, 10);
    }
    return body;
}

static void post(const char *action, const char *fields, const char *body, size_t count) {
    send_head(
        "POST /2018-06-01/runtime/%s HTTP/1.1\r\nHost: api\r\n%sContent-Length: %zu\r\n\r\n",
        action, fields, count);
    send_all(body, count);
    receive();
}

static void post_error(const char *path) {
    const char *error = "{\"errorMessage\":\"as asked\",\"errorType\":\"Asked\"}";
    post(
        path, "Lambda-Runtime-Function-Error-Type: Function.Asked\r\n", error, strlen(error));
}

static void send_chunk(const char *bytes, size_t count) {
    send_head("%zx\r\n", count);
    send_all(bytes, count);
    send_all("\r\n", 2);
}

static void hold(void) { close(open(getenv("HOLD"), O_RDONLY | O_CLOEXEC)); }

static void stream(const char *type, const char *prelude, const char *event) {
    int is_broken = !!strstr(event, "do-break"), holds = !!strstr(event, "do-hold");
    send_head(
        "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: api\r\n"
        "Lambda-Runtime-Function-Response-Mode: streaming\r\nContent-Type: %s\r\n"
        "Transfer-Encoding: chunked\r\nTrailer: Lambda-Runtime-Function-Error-Type, "
        "Lambda-Runtime-Function-Error-Body\r\n\r\n", request_id, type);
    if (prelude) {
        char head[512] = {0};
        size_t count = strlen(strcpy(head, prelude)) + 8;
        send_chunk(head, count);
    }
    for (int piece = 1; piece <= 3; piece++) {
        char text[32];
        send_chunk(text, (size_t)snprintf(text, sizeof text, "piece %d;", piece));
        if (holds && piece == 1) hold();
    }
    // {"errorMessage":"as asked","errorType":"Asked"} in base64.
    send_head(
        "0\r\n%s\r\n", is_broken
            ? "Lambda-Runtime-Function-Error-Type: Function.Asked\r\n"
              "Lambda-Runtime-Function-Error-Body: eyJlcnJvck1lc3NhZ2UiOiJhcyBhc2tlZCIsImVycm9yVHl"
              "wZSI6IkFza2VkIn0=\r\n"
            : "");
    receive();
}

// Up to the first byte that no identifier has, or 100 of them.
static void mark(const char *id) {
    char line[102];
    size_t length = strspn(
        id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    int count = snprintf(line, sizeof line, "%.*s\n", length < 100 ? (int)length : 100, id);
    int file = open(getenv("MARKS"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0 || write(file, line, (size_t)count) != count) fail("MARKS");
    close(file);
}

static size_t answer(const char *event) {
    const char *given = *context ? context : "null";
    return (size_t)snprintf(
        made, sizeof made,
        "{\"language\":\"C\",\"pid\":%d,\"requestId\":\"%s\",\"deadlineMs\":%s,"
        "\"clientContext\":%s,\"event\":%s}",
        getpid(), request_id, deadline, given, event);
}

// The answer as the text in an HTTP response, for gateways that take nothing else.
static size_t http_answer(const char *event) {
    static char body[BYTES_MAX];
    size_t count = answer(event), place;
    memcpy(body, made, count);
    place = (size_t)sprintf(
        made, "{\"statusCode\":200,\"headers\":{\"content-type\":\"application/json\"},"
        "\"body\":\"");
    for (size_t index = 0; index < count && place < sizeof made - 8; index++) {
        if (body[index] == '"' || body[index] == '\\') made[place++] = '\\';
        made[place++] = body[index];
    }
    return place + (size_t)sprintf(made + place, "\"}");
}

static size_t layer_answer(void) {
    void *library = dlopen("libgreeting.so", RTLD_NOW);
    const char *(*greeting)(void) = NULL;
    // A function's address in an object pointer: as POSIX tells how to.
    if (library) *(void **)&greeting = dlsym(library, "layer_greeting");
    size_t count = (size_t)sprintf(made, "\"%s\"", greeting ? greeting() : "no library");
    if (library) dlclose(library);
    return count;
}

static void handle(char *event) {
    char path[256];
    snprintf(path, sizeof path, "invocation/%s/error", request_id);
    if (strstr(event, "do-error")) return post_error(path);
    if (strstr(event, "do-crash")) raise(SIGSEGV);
    if (strstr(event, "do-exit")) exit(7);
    while (strstr(event, "do-hang")) pause();
    if (strstr(event, "do-stream") || strstr(event, "do-break"))
        return stream("text/plain", NULL, event);
    if (strstr(event, "do-site"))
        return stream(
            "application/vnd.awslambda.http-integration-response",
            "{\"statusCode\":201,\"headers\":{\"x-made-by\":\"C\"},\"cookies\":[\"a=1\",\"b=2\"]}",
            event);
    if (strstr(event, "do-print")) {
        puts("to standard output");
        fflush(stdout);
        fputs("to standard error\n", stderr);
    }
    if (strstr(event, "do-hold")) hold();
    for (const char *place = event; (place = strstr(place, "do-mark=")); )
        mark(place += strlen("do-mark="));
    snprintf(path, sizeof path, "invocation/%s/response", request_id);
    const char *fields = "Content-Type: application/json\r\n";
    if (strstr(event, "do-null")) return post(path, fields, "null", 4);
    if (strstr(event, "do-raw")) return post(path, fields, event, strlen(event));
    if (strstr(event, "do-big")) {
        memset(made, ' ', 7 << 20);
        made[0] = '1';
        return post(path, fields, made, 7 << 20);
    }
    if (strstr(event, "do-layer")) return post(path, fields, made, layer_answer());
    size_t count = strstr(event, "\"httpMethod\"") ? http_answer(event) : answer(event);
    post(path, fields, made, count);
}

int main(void) {
    const char *init = getenv("INIT");
    connect_to_api();
    if (init && !strcmp(init, "error")) {
        post_error("init/error");
        return 1;
    }
    if (init && !strcmp(init, "exit")) return 9;
    while (1) {
        send_head("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: api\r\n\r\n");
        handle(receive());
    }
}

#include <microhttpd.h>

/// What a daemon is started with; the callbacks all receive `context`.
struct ttsr_mhd_settings {
    int listenSocket;
    unsigned int threadCount;
    unsigned int connectionsMax;
    size_t connectionBytesMax;
    MHD_AccessHandlerCallback accessed;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connectionChanged;
    void *(*requestStarted)(void *context, const char *target, struct MHD_Connection *connection);
    size_t (*unescaped)(void *context, struct MHD_Connection *connection, char *text);
    void *context;
};

/// Necessary because MHD_start_daemon is variadic, which Swift cannot call.
///
/// poll and not epoll: libmicrohttpd uses epoll edge-triggered and forgets the end of a connection
/// that comes together with its last data (seen with 0.9.75), so that a client that breaks off is
/// never noticed. With the few connections of one machine poll is the faster one, too.
static inline struct MHD_Daemon *ttsr_mhd_start(const struct ttsr_mhd_settings *settings) {
    const unsigned int flags = MHD_USE_POLL | MHD_USE_INTERNAL_POLLING_THREAD
        | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_TURBO;
    struct MHD_OptionItem pool[2] = {
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)settings->threadCount, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    if (settings->threadCount < 2) pool[0].option = MHD_OPTION_END;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, settings->accessed, settings->context,
        MHD_OPTION_LISTEN_SOCKET, settings->listenSocket,
        MHD_OPTION_CONNECTION_LIMIT, settings->connectionsMax,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->connectionBytesMax,
        MHD_OPTION_NOTIFY_COMPLETED, settings->completed, settings->context,
        MHD_OPTION_NOTIFY_CONNECTION, settings->connectionChanged, settings->context,
        MHD_OPTION_URI_LOG_CALLBACK, settings->requestStarted, settings->context,
        MHD_OPTION_UNESCAPE_CALLBACK, settings->unescaped, settings->context,
        MHD_OPTION_ARRAY, pool,
        MHD_OPTION_END);
}

/// Necessary because MHD_get_connection_info is variadic, which Swift cannot call.
static inline int ttsr_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *information =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return information == NULL ? -1 : information->connect_fd;
}

/// Necessary because MHD_get_connection_info is variadic, which Swift cannot call.
static inline void *ttsr_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *information =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return information == NULL ? NULL : information->socket_context;
}

/// Necessary because the macros are casts, which Swift does not import.
static const ssize_t ttsr_mhd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t ttsr_mhd_end_with_error = MHD_CONTENT_READER_END_WITH_ERROR;

/// Necessary because MHD_SIZE_UNKNOWN is a macro with a cast, which Swift does not import.
static inline struct MHD_Response *ttsr_mhd_streamed_response(
    size_t blockBytes, MHD_ContentReaderCallback read, void *context,
    MHD_ContentReaderFreeCallback release) {
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, blockBytes, read, context, release);
}

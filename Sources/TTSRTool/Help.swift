/// What `ttsr --help` prints.
enum Help {
    static let text = """
        ttsr: looks after the clients, webhooks, deliveries and audit trails of a store.

        usage: ttsr --store sqlite:PATH COMMAND        (or TTSR_STORE=sqlite:PATH)

          client add ID --scope "SCOPE ..." [--secret S] [--rate-limit PER_MINUTE] [--tenant T]
                                    adds a client; prints its secret, this once
          client list               lists the clients
          client remove ID          removes a client; its tokens are refused at once

          webhook add URL --event TYPE [--event TYPE] [--secret whsec_...] [--tenant T]
                                    adds an endpoint; prints its id and its secret, this once
          webhook list [--tenant T] lists the endpoints
          webhook enable ID [--tenant T]
                                    sends to an endpoint again that was disabled
          webhook remove ID [--tenant T]
                                    removes an endpoint; what is queued for it is cancelled
          webhook listen --secret whsec_... [--port N] [--count N]
                                    receives webhooks on 127.0.0.1, verifies and prints them;
                                    ends after N verified ones (needs no store)

          outbox list [--state pending|dead|parked] [--limit N]
                                    lists deliveries, the earliest due first
          outbox redrive ID | --all sends a dead or parked delivery again, or all of them

          audit verify [--event ID] [--tenant T]
                                    checks every link of every trail, or of one event's;
                                    names the first that is broken and exits 1

          score [FILE]              scores an event from a file or from standard input
                                    without a server (needs no store)

        scopes: score:write events:read webhooks:write     event types: risk.scored webhook.test
        exit status: 0 done, 1 failed, 2 wrong arguments
        """
}

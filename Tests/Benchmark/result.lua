-- What a wrk script prints at its end: requests a second, p50 and p99 in milliseconds, failures.
function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        "RESULT %.0f %.3f %.3f %d", summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end

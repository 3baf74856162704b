-- POST /v1/score with a new Idempotency-Key each time. TOKEN and RUN come from the environment.
local threads = 0
function setup(thread)
    thread:set("id", threads)
    threads = threads + 1
end

local count = 0
local body = '{"source": "flight", "signals": {"delay": 0.7, "weather": 0.5, "geo": 0.2, "payment_anomaly": 0}}'
local headers = {
    ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
    ["Content-Type"] = "application/json",
}
function request()
    count = count + 1
    headers["Idempotency-Key"] = os.getenv("RUN") .. "-" .. id .. "-" .. count
    return wrk.format("POST", "/v1/score", headers, body)
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        "RESULT %.0f %.2f %.2f %d", summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end

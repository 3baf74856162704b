-- POST /v1/score with a new Idempotency-Key each time. TOKEN and RUN come from the environment.
dofile("Tests/Benchmark/result.lua")
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

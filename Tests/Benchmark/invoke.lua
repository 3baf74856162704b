-- POST of the event in the file that EVENT names: a synchronous invocation.
dofile("Tests/Benchmark/result.lua")
local file = assert(io.open(os.getenv("EVENT"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
file:close()

-- Builds the request from the arguments METHOD BODY-FILE "PATH..." "name: value"..., and prints the result as one line of JSON.

function init(arguments)
    wrk.method = arguments[1]
    if arguments[2] ~= "-" then
        local file = assert(io.open(arguments[2], "rb"))
        wrk.body = file:read("*a")
        file:close()
    end
    local paths = {}
    for path in arguments[3]:gmatch("%S+") do
        paths[#paths + 1] = path
    end
    for index = 4, #arguments do
        local name, value = arguments[index]:match("^(.-): (.*)$")
        wrk.headers[name] = value
    end
    local requests, turn = {}, 0
    for index, path in ipairs(paths) do
        requests[index] = wrk.format(nil, path)
    end
    if #requests > 1 then
        request = function()
            turn = turn % #requests + 1
            return requests[turn]
        end
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    local line = '{"units": %d, "seconds": %f, "p50": %f, "p99": %f, '
        .. '"errors": {"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}}\n'
    io.write("RESULT ", line:format(
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect, errors.read, errors.write, errors.status, errors.timeout
    ))
end

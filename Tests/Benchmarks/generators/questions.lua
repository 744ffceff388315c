-- Asks the questions of a file, one a line, in a scattered order. The arguments are FILE MARKS HEAD TAIL "name: value"...
-- With MARKS "yes" each time around puts other marks behind a question, which change its words but not its meaning.

local questions, head, tail, marked = {}, "", "", false
local turn, round = 0, 0

local function marks(number)
    local text = ""
    while number > 0 do
        text = text .. (number % 2 == 1 and "!" or "?")
        number = math.floor(number / 2)
    end
    return text
end

function init(arguments)
    for line in io.lines(arguments[1]) do
        questions[#questions + 1] = line
    end
    marked, head, tail = arguments[2] == "yes", arguments[3], arguments[4]
    wrk.method = "POST"
    for index = 5, #arguments do
        local name, value = arguments[index]:match("^(.-): (.*)$")
        wrk.headers[name] = value
    end
    round = os.time() % 1000000
end

function request()
    turn = turn + 1
    if turn > #questions then
        turn, round = 1, round + 1
    end
    -- A step without a common divisor with the number of questions meets all of them.
    local question = questions[turn * 7919 % #questions + 1]
    if marked then
        question = question .. marks(round)
    end
    return wrk.format(nil, nil, nil, head .. question .. tail)
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

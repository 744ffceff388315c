-- Asks questions. The arguments are KIND FILE HEAD TAIL "name: value"..., where HEAD and TAIL stand around a question in the body.
-- exact: those of the file, one a line, in a scattered order. similar: the same, each time around with other marks behind
-- them, which change the words and not the meaning. miss: questions that nobody has asked.

local kind, questions, head, tail = "", {}, "", ""
local turn, round = 0, 0

local function marks(number)
    local text = ""
    while number > 0 do
        text = text .. (number % 2 == 1 and "!" or "?")
        number = math.floor(number / 2)
    end
    return text
end

local function word()
    local text = ""
    for _ = 1, 4 do
        local consonant, vowel = math.random(14), math.random(5)
        text = text .. ("bdfgklmnprstvz"):sub(consonant, consonant) .. ("aeiou"):sub(vowel, vowel)
    end
    return text
end

local function unknown()
    local words = {}
    for index = 1, 8 do
        words[index] = word()
    end
    return "Why did " .. table.concat(words, " ") .. "?"
end

function init(arguments)
    kind, head, tail = arguments[1], arguments[3], arguments[4]
    if kind ~= "miss" then
        for line in io.lines(arguments[2]) do
            questions[#questions + 1] = line
        end
    end
    wrk.method = "POST"
    for index = 5, #arguments do
        local name, value = arguments[index]:match("^(.-): (.*)$")
        wrk.headers[name] = value
    end
    round = os.time() % 1000000
    math.randomseed(os.time())
end

local function following()
    turn = turn + 1
    if turn > #questions then
        turn, round = 1, round + 1
    end
    -- A step without a common divisor with the number of questions meets all of them.
    local question = questions[turn * 7919 % #questions + 1]
    return kind == "similar" and question .. marks(round) or question
end

function request()
    return wrk.format(nil, nil, nil, head .. (kind == "miss" and unknown() or following()) .. tail)
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

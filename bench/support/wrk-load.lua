-- Sends the requests of a file in turn and checks every answer: `wrk … -s wrk-load.lua URL -- FILE STATUS BODY once|again`.
-- Requests stand in the file as they go on the wire, parted by NUL. BODY is a text that every answer must hold.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  requests, sent, answered, bad = {}, 0, 0, 0
  wanted_status, wanted_body, is_once = tonumber(arguments[2]), arguments[3], arguments[4] == "once"
  local file = assert(io.open(arguments[1], "rb"))
  for text in file:read("*a"):gmatch("[^%z]+") do table.insert(requests, text) end
  file:close()
end

function request()
  local text = requests[sent % #requests + 1]
  sent = sent + 1
  return text
end

function response(status, headers, body)
  -- What was sent again is not judged: a request that counts once is refused then.
  if is_once and sent > #requests then
    -- wrk itself would go on to the end of its time: whoever started it reads this and interrupts it.
    io.write("EXHAUSTED\n")
    io.flush()
    return wrk.thread:stop()
  end
  answered = answered + 1
  if status ~= wanted_status or not string.find(body, wanted_body, 1, true) then
    bad = bad + 1
    if not first_bad then first_bad = status .. " " .. body end
  end
end

function done(summary, latency)
  local answered, bad, first_bad = 0, 0, nil
  for _, thread in ipairs(threads) do
    answered = answered + thread:get("answered")
    bad = bad + thread:get("bad")
    first_bad = first_bad or thread:get("first_bad")
  end
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"answered":%d,"bad":%d,"lost":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    answered, bad, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
  if first_bad then io.write("BAD " .. string.sub(first_bad, 1, 400) .. "\n") end
end

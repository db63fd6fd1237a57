-- Sends prepared checkout forms, each once, and stops when every one is answered.
-- Words: the file of forms (cookie, tab, body), and the name the shop is called by.
-- wrk asks for one request beforehand, only to look at it; hence the 0.
local forms, next_form = {}, 0
local threads = {}
answered, placed, seconds = 0, 0, 0

-- wrk runs for a time, not for a count: the script keeps the time itself, and when all is answered
-- gives wrk the Ctrl-C that ends it.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long s; long ns; } moment;
  int clock_gettime(int clock, moment *m);
  int getpid(void);
  int kill(int pid, int signal);
]]
local began
local function now()
  local m = ffi.new("moment")
  ffi.C.clock_gettime(1, m)
  return tonumber(m.s) + tonumber(m.ns) / 1e9
end

function setup(thread)
  table.insert(threads, thread)
end

function init(words)
  for line in io.lines(words[1]) do
    local cookie, body = line:match("^(.-)\t(.*)$")
    table.insert(forms, wrk.format("POST", "/checkout", {
      ["Host"] = words[2], ["Origin"] = "http://" .. words[2], ["Cookie"] = cookie,
      ["Content-Type"] = "application/x-www-form-urlencoded",
    }, body))
  end
  idle = wrk.format("GET", "/pgp.txt", { ["Host"] = words[2] })
end

-- A connection that finds no form left waits, longer than the run, for the others to be done.
function delay()
  return next_form > #forms and 3600000 or 0
end

function request()
  local form = forms[next_form]
  next_form = next_form + 1
  if not began and form then began = now() end
  return form or idle
end

function response(status, headers)
  if status == 303 or headers["location"] then
    answered = answered + 1
    if headers["location"] == "/order?opened" then placed = placed + 1 end
  elseif status ~= 200 then
    answered = answered + 1
  end
  if answered == #forms then
    seconds = now() - began
    ffi.C.kill(ffi.C.getpid(), 2)
  end
end

function done(summary, latency)
  local t = threads[1]
  print(string.format('{"placed": %d, "answered": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f}',
    t:get("placed"), t:get("answered"), t:get("seconds"),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

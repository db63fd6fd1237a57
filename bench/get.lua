-- Reports as one line of JSON. What is asked for stands in the command. Errors are told apart: of the
-- socket (the other side closed or refused), of the answer (no 2xx or 3xx), and of wrk's own patience.
function done(summary, latency)
  local e = summary.errors
  print(string.format('{"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "bytes": %d, "errors": %d, '
    .. '"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    summary.bytes, e.connect + e.read + e.write + e.status + e.timeout, e.connect, e.read, e.write, e.status, e.timeout))
end

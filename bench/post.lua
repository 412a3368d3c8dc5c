-- Empty POSTs to the paths, with the tokens, that the lines of a file name; made beforehand.
local requests, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local path, token = line:match("^(%S+) (%S+)$")
    requests[#requests + 1] = wrk.format("POST", path, {
      ["Host"] = wrk.headers["Host"],
      ["Authorization"] = "Bearer " .. token,
    })
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

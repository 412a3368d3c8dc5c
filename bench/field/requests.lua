-- The requests of a file, one after the other; each comes after a line with its length.
local requests, at = {}, 0

function init(args)
  local file = io.open(args[1], "rb")
  for size in file:lines() do
    requests[#requests + 1] = file:read(tonumber(size))
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

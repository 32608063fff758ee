-- A language server inside Neovim that answers what a test tells it to, and remembers what it was sent. To answer
-- `held`, which also keeps what gives the answer, is to answer when the test does.
local M = { sent = {}, answers = {}, held = {} }

function M.cmd(dispatchers)
  local closing, id = false, 0
  local server = {}
  function server.request(method, params, callback)
    id = id + 1
    table.insert(M.sent, { method = method, params = params })
    local answer = M.answers[method]
    if method == 'initialize' then
      answer = {
        capabilities = {
          positionEncoding = 'utf-8',
          textDocumentSync = 2,
          inlineCompletionProvider = true,
          codeActionProvider = true,
          executeCommandProvider = { commands = M.commands },
        },
        serverInfo = { name = 'recorder', version = '1.2.3' },
      }
    end
    if answer == M.held then
      table.insert(M.held, callback)
      return true, id
    end
    vim.schedule(function()
      callback(nil, answer == nil and vim.NIL or answer)
    end)
    return true, id
  end
  function server.notify(method, params)
    table.insert(M.sent, { method = method, params = params })
    if method == 'exit' then
      closing = true
      dispatchers.on_exit(0, 0)
    end
    return true
  end
  server.is_closing = function()
    return closing
  end
  server.terminate = function()
    closing = true
  end
  return server
end

M.commands = vim.tbl_map(function(name)
  return 'whittle.' .. name
end, { 'edit', 'fix', 'repeatEdit', 'toggle', 'snooze', 'status', 'cancel' })

--- The parameters of every message of one method, oldest first.
function M.of(method)
  local found = {}
  for _, message in ipairs(M.sent) do
    if message.method == method then
      table.insert(found, message.params == nil and vim.NIL or message.params)
    end
  end
  return found
end

return M

--- `:Whittle …`: the server's commands by name.

local M = {}

---@class whittle.Call
---@field client vim.lsp.Client
---@field bufnr integer
---@field words string[] what follows the name
---@field lines? { first: integer, last: integer } zero-based, inclusive; nil where no range was given

---@type table<string, fun(call: whittle.Call)>
local commands = {}

function M.create()
  require('whittle.next_edit').start()
  vim.api.nvim_create_user_command('Whittle', M.run, {
    nargs = '+',
    range = true,
    desc = 'Whittle: edit, fix, repeat, next, dismiss, toggle, snooze, status, stop',
    complete = function(lead, line)
      local names = vim.tbl_keys(commands)
      table.sort(names)
      return line:match('^%S+%s+%S*$') and vim.tbl_filter(function(name)
        return vim.startswith(name, lead)
      end, names) or {}
    end,
  })
end

function M.run(input)
  local words = vim.deepcopy(input.fargs)
  local name = table.remove(words, 1)
  local command = commands[name]
  local client = require('whittle').client()
  if not command then
    M.say('There is no `:Whittle ' .. name .. '`; `:help whittle-commands` lists what there is.')
  elseif not client then
    M.say('Whittle does not serve this buffer; `:checkhealth whittle` says why.')
  else
    command({
      client = client,
      bufnr = vim.api.nvim_get_current_buf(),
      words = words,
      lines = input.range > 0 and { first = input.line1 - 1, last = input.line2 - 1 } or nil,
    })
  end
end

---@param message string
function M.say(message)
  vim.notify(message, vim.log.levels.WARN)
end

--- Runs a command of the server. It answers when its work has ended; what was expected but not done is said.
---@param call whittle.Call
---@param command string
---@param argument table
---@param answered? fun(result: table) where it was done
local function execute(call, command, argument, answered)
  local request = { title = command, command = command, arguments = { argument } }
  call.client:exec_cmd(request, { bufnr = call.bufnr }, function(failure, result)
    if failure then
      M.say(failure.message)
    elseif type(result) == 'table' and result.ok == false and type(result.message) == 'string' then
      M.say(result.message)
    elseif answered and type(result) == 'table' then
      answered(result)
    end
  end)
end

---@param call whittle.Call
---@return lsp.Range?
local function range(call)
  if not call.lines then
    return nil
  end
  local position = require('whittle.diagnostics').position
  return {
    start = { line = call.lines.first, character = 0 },
    ['end'] = position(call.client, call.bufnr, call.lines.last, math.huge),
  }
end

function commands.edit(call)
  if #call.words == 0 then
    return M.say('Say what to do: `:Whittle edit use a Map`.')
  end
  execute(call, 'whittle.edit', {
    uri = vim.uri_from_bufnr(call.bufnr),
    range = range(call),
    instruction = table.concat(call.words, ' '),
    wait = true,
  })
end

function commands.fix(call)
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  call.lines = call.lines or { first = line, last = line }
  local diagnostics = require('whittle.diagnostics').of(call.client, call.bufnr, call.lines)
  if #diagnostics == 0 then
    return M.say('There is no diagnostic here to fix.')
  end
  execute(call, 'whittle.fix', {
    uri = vim.uri_from_bufnr(call.bufnr),
    range = range(call),
    diagnostics = diagnostics,
    wait = true,
  })
end

commands['repeat'] = function(call)
  execute(call, 'whittle.repeatEdit', { uri = vim.uri_from_bufnr(call.bufnr), wait = true })
end

--- Goes to the next edit; there already, makes it.
function commands.next()
  require('whittle.next_edit').take()
end

function commands.dismiss()
  require('whittle.next_edit').dismiss()
end

--- `:Whittle toggle [on|off] [language]`
function commands.toggle(call)
  local argument = vim.empty_dict()
  for _, word in ipairs(call.words) do
    if word == 'on' or word == 'off' then
      argument.on = word == 'on'
    else
      argument.language = word
    end
  end
  execute(call, 'whittle.toggle', argument, function(result)
    local where = argument.language and (' for ' .. argument.language) or ''
    vim.notify(('Whittle is %s%s.'):format(result.on and 'on' or 'off', where))
  end)
end

function commands.snooze(call)
  local minutes = tonumber(call.words[1] or 10)
  if not minutes then
    return M.say('Say for how many minutes: `:Whittle snooze 10`; 0 ends it.')
  end
  execute(call, 'whittle.snooze', { minutes = minutes }, function(result)
    local silent = result.minutes > 0 and ('is silent for %g minutes'):format(result.minutes) or 'is not snoozed'
    vim.notify(('Whittle %s.'):format(silent))
  end)
end

function commands.status(call)
  execute(call, 'whittle.status', vim.empty_dict(), function(result)
    vim.notify('Whittle ' .. vim.inspect(result), vim.log.levels.INFO)
  end)
end

function commands.stop(call)
  execute(call, 'whittle.cancel', vim.empty_dict())
end

return M

--- The next edit, asked for when a change has settled in normal mode and drawn into the buffer: what goes struck out as
--- a deletion, what comes as an addition. One key goes there, the same key again makes it.

local M = {}

local namespace = vim.api.nvim_create_namespace('whittle.next_edit')
local shown = {} ---@type table<integer, { edit: table, client: vim.lsp.Client }>
local asked = {} ---@type table<integer, integer> counts the questions of each buffer: only the newest counts
local wait_ms = 100

function M.start()
  vim.api.nvim_set_hl(0, 'WhittleNextEdit', { default = true, link = 'DiffAdd' })
  vim.api.nvim_set_hl(0, 'WhittleNextEditOld', { default = true, link = 'DiffDelete' })
  local group = vim.api.nvim_create_augroup('whittle.next_edit', { clear = true })
  vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave' }, {
    group = group,
    callback = function(event)
      M.clear(event.buf)
      M.ask_soon(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd({ 'TextChangedI', 'InsertEnter', 'BufUnload' }, {
    group = group,
    callback = function(event)
      M.clear(event.buf)
    end,
  })
end

---@param bufnr integer
function M.clear(bufnr)
  asked[bufnr] = (asked[bufnr] or 0) + 1
  if shown[bufnr] then
    shown[bufnr] = nil
    vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  end
end

---@param bufnr integer
function M.ask_soon(bufnr)
  local question = asked[bufnr]
  if not require('whittle').client(bufnr) then
    return
  end
  vim.defer_fn(function()
    if asked[bufnr] == question and vim.api.nvim_get_current_buf() == bufnr then
      M.ask(bufnr, 2)
    end
  end, wait_ms)
end

---@param bufnr integer
---@param trigger integer 1: the user asks, 2: by itself
---@param nothing? fun() where there is none
function M.ask(bufnr, trigger, nothing)
  local client = require('whittle').client(bufnr)
  if not client then
    return
  end
  asked[bufnr] = (asked[bufnr] or 0) + 1
  local question = asked[bufnr]
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = trigger }
  client:request('whittle/nextEdit', params, function(_, result)
    local edit = type(result) == 'table' and result.edits and result.edits[1]
    if asked[bufnr] ~= question or not vim.api.nvim_buf_is_loaded(bufnr) then
      return
    elseif edit and edit.textDocument.version == vim.lsp.util.buf_versions[bufnr] then
      M.show(bufnr, client, edit)
    elseif nothing then
      nothing()
    end
  end, bufnr)
end

---@param client vim.lsp.Client
---@param position lsp.Position
---@return integer line, integer column zero-based, in bytes
local function place(bufnr, client, position)
  local line = math.min(position.line, vim.api.nvim_buf_line_count(bufnr) - 1)
  local text = vim.api.nvim_buf_get_lines(bufnr, line, line + 1, false)[1] or ''
  if line < position.line then
    return line, #text
  end
  return line, vim.str_byteindex(text, client.offset_encoding, position.character, false)
end

---@param bufnr integer
---@param client vim.lsp.Client
---@param edit table
function M.show(bufnr, client, edit)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  local line, column = place(bufnr, client, edit.range.start)
  local last, behind = place(bufnr, client, edit.range['end'])
  if last > line or behind > column then
    vim.api.nvim_buf_set_extmark(bufnr, namespace, line, column, {
      end_row = last,
      end_col = behind,
      hl_group = 'WhittleNextEditOld',
    })
  end
  local lines = vim.split(edit.text, '\n', { plain = true })
  local mark = { hl_mode = 'combine' }
  if #lines == 1 then
    mark.virt_text, mark.virt_text_pos = { { edit.text, 'WhittleNextEdit' } }, 'inline'
  else
    if lines[#lines] == '' then
      table.remove(lines)
    end
    mark.virt_lines = vim.tbl_map(function(text)
      return { { text, 'WhittleNextEdit' } }
    end, lines)
    mark.virt_lines_above = column == 0 and last == line and behind == column
  end
  vim.api.nvim_buf_set_extmark(bufnr, namespace, last, behind, mark)
  shown[bufnr] = { edit = edit, client = client }
end

--- Goes to the next edit; where the cursor is on its line already, makes it. Without one, asks for it.
function M.take()
  local bufnr = vim.api.nvim_get_current_buf()
  if not vim.bo[bufnr].modifiable then
    return require('whittle.command').say('This buffer cannot be changed.')
  end
  local found = shown[bufnr]
  if not found then
    return M.ask(bufnr, 1, function()
      require('whittle.command').say('There is no next edit here.')
    end)
  end
  local edit, client = found.edit, found.client
  local line, column = place(bufnr, client, edit.range.start)
  if vim.api.nvim_win_get_cursor(0)[1] ~= line + 1 then
    vim.cmd("normal! m'")
    vim.api.nvim_win_set_cursor(0, { line + 1, column })
    return
  end
  M.clear(bufnr)
  vim.lsp.util.apply_text_edits({ { range = edit.range, newText = edit.text } }, bufnr, client.offset_encoding)
  client:exec_cmd(edit.command, { bufnr = bufnr })
  M.ask_soon(bufnr)
end

--- This one is not wanted, and not shown again.
function M.dismiss()
  local bufnr = vim.api.nvim_get_current_buf()
  local found = shown[bufnr]
  if not found then
    return
  end
  M.clear(bufnr)
  local reject = { title = 'Reject', command = 'whittle.reject', arguments = found.edit.command.arguments }
  found.client:exec_cmd(reject, { bufnr = bufnr }, function()
    M.ask_soon(bufnr)
  end)
end

return M

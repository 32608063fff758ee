--- The ghost text that is shown, followed from key to key. Neovim leaves it standing until the next answer, which takes
--- as long as the model does, and inserts it where it stood when it came: behind a key that it does not fit it would be
--- wrong on the screen, and taken then it would damage the text. Where Neovim is built otherwise than expected here,
--- it does as it likes.

local M = {}

---@class whittle.Place
---@field row integer
---@field lines integer how many the buffer has
---@field before string the cursor's line up to the cursor
---@field after string

local came = setmetatable({}, { __mode = 'k' }) ---@type table<table, whittle.Place> where the answer found the cursor

---@param bufnr integer
---@return whittle.Place?
local function place(bufnr)
  if vim.api.nvim_get_current_buf() ~= bufnr then
    return nil
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_get_current_line()
  return {
    row = row,
    lines = vim.api.nvim_buf_line_count(bufnr),
    before = line:sub(1, column),
    after = line:sub(column + 1),
  }
end

---@param bufnr integer
---@param context lsp.HandlerContext
---@return boolean
local function is_late(bufnr, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local position = type(context.params) == 'table' and context.params.position
  if not client or not position or vim.api.nvim_get_current_buf() ~= bufnr then
    return true
  end
  local now = vim.lsp.util.make_position_params(0, client.offset_encoding).position
  return context.version ~= vim.lsp.util.buf_versions[bufnr] or not vim.deep_equal(position, now)
end

--- From now on its answers are seen; one to a question that was asked before the last key is left out.
---@param asker table
function M.watch(asker)
  if rawget(asker, 'handler') or not (asker.handler and asker.hide and asker.abort and asker.accept) then
    return
  end
  local handler = asker.handler
  asker.handler = function(self, failure, result, context)
    if not failure then
      if is_late(self.bufnr, context) then
        return
      end
      came[self] = place(self.bufnr)
    end
    handler(self, failure, result, context)
    require('whittle.by_hand').answered(self, failure, context)
  end
end

--- What was typed of the ghost text since it came; nothing where it no longer fits.
---@param asker table
---@return string?
local function typed(asker)
  local item, was, is = asker.current, came[asker], place(asker.bufnr)
  if not (item and was and is) then
    return nil
  elseif vim.deep_equal(was, is) then
    return ''
  elseif is.row ~= was.row or is.lines ~= was.lines or is.after ~= was.after then
    return nil
  elseif not vim.startswith(is.before, was.before) or not item.range or type(item.insert_text) ~= 'string' then
    return nil
  end
  local row, column = item.range:to_extmark()
  if row + 1 ~= was.row or column > #was.before then
    return nil
  end
  local keys = is.before:sub(#was.before + 1)
  local rest = item.insert_text:sub(#was.before - column + 1)
  return #rest > #keys and vim.startswith(rest, keys) and keys or nil
end

--- Takes the ghost text off the screen where what was typed does not fit it.
---@param asker table
function M.follow(asker)
  if asker.current and came[asker] and not typed(asker) then
    asker.current = nil
    asker:hide()
  end
end

--- For a mapped expression: the keys that take the ghost text; nothing where there is none.
---@param insert string the keys that call `insert`
---@return string?
function M.keys(insert)
  local asker = require('whittle.asking').asker(vim.api.nvim_get_current_buf())
  if asker and came[asker] then
    return typed(asker) and insert
  end
  return vim.lsp.inline_completion.get() and '' or nil
end

--- What was typed before is an undo step of its own.
local function begin_step()
  vim.go.undolevels = vim.go.undolevels
end

--- And so is what is typed from now on. The menu of completions would put back the text it was opened on.
local function end_step()
  local menu = vim.fn.pumvisible() == 1 and '<C-x><C-z>' or ''
  vim.api.nvim_feedkeys(vim.keycode(menu .. '<C-g>u'), 'in', false)
end

--- Inserts the ghost text; whether there was some.
---@return boolean
function M.insert()
  local bufnr = vim.api.nvim_get_current_buf()
  local asker = require('whittle.asking').asker(bufnr)
  local item, keys = asker and asker.current, asker and typed(asker)
  if not (asker and item and keys) then
    return false
  end
  asker:abort()
  begin_step()
  end_step()
  if keys == '' then
    asker:accept(item)
    return true
  end
  local row, column, last, behind = item.range:to_extmark()
  local lines = vim.split(item.insert_text, '\n', { plain = true })
  vim.api.nvim_buf_set_text(bufnr, row, column, last, last == row and behind + #keys or behind, lines)
  local start = #lines == 1 and column or 0
  vim.api.nvim_win_set_cursor(0, { row + #lines, start + #lines[#lines] })
  local client = item.command and vim.lsp.get_client_by_id(item.client_id)
  if client then
    client:exec_cmd(item.command, { bufnr = bufnr })
  end
  return true
end

--- The first piece of what is not typed yet of the ghost text.
---@type table<'word'|'line', fun(text: string): string?>
local pieces = {
  word = function(text)
    return text:match('^%s*[%w_\128-\255]+') or text:match('^%s*[^%w_%s\128-\255]+')
  end,
  line = function(text)
    return text:match('^\n?[^\n]+')
  end,
}

--- Inserts the next word or the rest of the line, and leaves the rest of the ghost text; whether there was some.
---@param piece 'word'|'line'
---@return boolean
function M.insert_piece(piece)
  local bufnr = vim.api.nvim_get_current_buf()
  local asker = require('whittle.asking').asker(bufnr)
  local item, keys = asker and asker.current, asker and typed(asker)
  if not (asker and item and keys and item.range) or type(item.insert_text) ~= 'string' then
    return false
  end
  local was, first, column = came[asker], item.range:to_extmark()
  local rest = item.insert_text:sub(#was.before - column + #keys + 1)
  local text = pieces[piece](rest)
  if not text or text == rest or first + 1 ~= was.row or column > #was.before then
    return M.insert()
  end
  local row, at = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.split(text, '\n', { plain = true })
  begin_step()
  end_step()
  vim.api.nvim_buf_set_text(bufnr, row - 1, at, row - 1, at, lines)
  vim.api.nvim_win_set_cursor(0, { row + #lines - 1, (#lines == 1 and at or 0) + #lines[#lines] })
  local client = item.command and vim.lsp.get_client_by_id(item.client_id)
  if client then
    local length = vim.str_utfindex(item.insert_text, 'utf-16', #item.insert_text - #rest + #text)
    client:notify('textDocument/didPartiallyAcceptCompletion', {
      item = { command = item.command },
      acceptedLength = length,
    })
  end
  return true
end

return M

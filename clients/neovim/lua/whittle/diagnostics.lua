--- Tells Whittle what other language servers and linters say. Neovim sends a server only its own diagnostics with a
--- code action request, so without this there would be nothing to fix.

local M = {}

local scheduled = {} ---@type table<integer, true>

--- Passes the buffer's diagnostics on, once for all the changes of this moment.
---@param bufnr integer
function M.pass(bufnr)
  if scheduled[bufnr] then
    return
  end
  scheduled[bufnr] = true
  vim.schedule(function()
    scheduled[bufnr] = nil
    local client = vim.api.nvim_buf_is_loaded(bufnr) and require('whittle').client(bufnr)
    if client then
      client:notify('whittle/diagnostics', {
        uri = vim.uri_from_bufnr(bufnr),
        diagnostics = M.of(client, bufnr),
      })
    end
  end)
end

--- Diagnostics of the buffer as LSP has them, in the client's encoding and without the client's own.
---@param client vim.lsp.Client
---@param bufnr integer
---@param lines? { first: integer, last: integer } zero-based, inclusive; default: all
---@return lsp.Diagnostic[]
function M.of(client, bufnr, lines)
  local own = vim.lsp.diagnostic.get_namespace(client.id)
  local result = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(bufnr)) do
    local last = diagnostic.end_lnum or diagnostic.lnum
    if diagnostic.namespace ~= own and not (lines and (diagnostic.lnum > lines.last or last < lines.first)) then
      table.insert(result, {
        range = {
          start = M.position(client, bufnr, diagnostic.lnum, diagnostic.col),
          ['end'] = M.position(client, bufnr, last, diagnostic.end_col or diagnostic.col),
        },
        severity = diagnostic.severity,
        code = diagnostic.code,
        source = diagnostic.source,
        message = diagnostic.message,
      })
    end
  end
  return result
end

--- A byte column as a position in the encoding the client speaks.
---@param client vim.lsp.Client
---@param bufnr integer
---@param line integer zero-based
---@param column integer in bytes
---@return lsp.Position
function M.position(client, bufnr, line, column)
  local text = vim.api.nvim_buf_get_lines(bufnr, line, line + 1, false)[1] or ''
  return { line = line, character = vim.str_utfindex(text, client.offset_encoding, math.min(column, #text), false) }
end

return M

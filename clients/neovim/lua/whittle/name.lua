--- The name a buffer has for the server. Neovim tells a server of another one only when the buffer is saved under it,
--- and of the first name of a buffer that had none not at all: until then it goes on about a document that the server
--- was never given.

local M = {}

local given = {} ---@type table<integer, table<integer, string>> the URI of each buffer, by client

---@param client vim.lsp.Client
---@param bufnr integer
function M.attached(client, bufnr)
  given[client.id] = given[client.id] or {}
  given[client.id][bufnr] = vim.uri_from_bufnr(bufnr)
end

---@param client_id integer
---@param bufnr integer
function M.detached(client_id, bufnr)
  if given[client_id] then
    given[client_id][bufnr] = nil
  end
end

--- Closes the document under its old name and opens it under the new one, where it has another.
---@param bufnr integer
function M.follow(bufnr)
  local client = vim.api.nvim_buf_is_loaded(bufnr) and require('whittle').client(bufnr)
  local before = client and (given[client.id] or {})[bufnr]
  if not client or not before or before == vim.uri_from_bufnr(bufnr) then
    return
  end
  client:notify('textDocument/didClose', { textDocument = { uri = before } })
  vim.lsp.buf_detach_client(bufnr, client.id)
  vim.lsp.buf_attach_client(bufnr, client.id)
end

return M

--- Asks for ghost text soon after each key. Neovim itself waits until 200 ms without a key have passed, and has no
--- setting for it: with most models the answer lies ready long before. Where Neovim is built otherwise than expected
--- here, nothing happens, and ghost text comes when Neovim asks.

local M = {}

--- Keys that follow each other faster are asked about once.
local wait_ms = 10

local timers = {} ---@type table<integer, uv.uv_timer_t>

--- What asks in Neovim for this buffer, if it is there as Neovim 0.12 has it.
---@param bufnr integer
---@return { request: fun(self, kind: integer), reset_timer: fun(self) }?
function M.asker(bufnr)
  local found, capability = pcall(require, 'vim.lsp._capability')
  local kind = found and type(capability) == 'table' and (capability.all or {}).inline_completion
  local asker = kind and (kind.active or {})[bufnr]
  return asker and asker.request and asker.reset_timer and asker or nil
end

---@param bufnr integer
local function forget_timer(bufnr)
  local timer = timers[bufnr]
  timers[bufnr] = nil
  if timer and not timer:is_closing() then
    timer:stop()
    timer:close()
  end
end

--- Asks in this buffer, instead of when Neovim or the timer here would.
---@param bufnr integer
---@param kind integer
function M.now(bufnr, kind)
  forget_timer(bufnr)
  if not vim.api.nvim_buf_is_valid(bufnr) or vim.api.nvim_get_current_buf() ~= bufnr then
    return
  end
  local asker = vim.startswith(vim.api.nvim_get_mode().mode, 'i') and M.asker(bufnr)
  if asker then
    require('whittle.suggestion').watch(asker)
    asker:reset_timer() -- it would ask the same once more
    asker:request(kind)
  end
end

--- Asks in this buffer whenever Neovim would.
---@param bufnr integer
---@param group integer
function M.soon(bufnr, group)
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  vim.api.nvim_create_autocmd({ 'InsertEnter', 'CursorMovedI', 'TextChangedP' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      local asker = M.asker(bufnr)
      if asker then
        require('whittle.suggestion').follow(asker)
      end
      forget_timer(bufnr)
      timers[bufnr] = vim.defer_fn(function()
        M.now(bufnr, vim.lsp.protocol.InlineCompletionTriggerKind.Automatic)
      end, wait_ms)
    end,
  })
end

--- Insert mode was left by a key that Neovim tells nobody of, `<C-c>`.
function M.left()
  local asker = M.asker(vim.api.nvim_get_current_buf())
  if asker and asker.current and asker.abort then
    asker:abort()
  end
end

return M

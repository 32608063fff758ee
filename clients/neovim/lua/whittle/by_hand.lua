--- Ghost text that the user asks for: where none is shown, and others than the one that is. By itself a server gives
--- one; only who asks by hand is given several, and is given them where the settings say `manual`.

local M = {}

local shown = setmetatable({}, { __mode = 'k' }) ---@type table<table, string> what it asked for others than

--- The next of the suggestions there are; where it is the only one, or there is none, they are asked for.
---@param count integer 1, or -1 for the one before
function M.show_other(count)
  local bufnr = vim.api.nvim_get_current_buf()
  local asker = require('whittle.asking').asker(bufnr)
  if not (asker and asker.count_items and asker.select) or (asker.current and asker:count_items() > 1) then
    return vim.lsp.inline_completion.select({ count = count })
  end
  shown[asker] = asker.current and asker.current.insert_text or nil
  require('whittle.asking').now(bufnr, vim.lsp.protocol.InlineCompletionTriggerKind.Invoked)
end

--- What came is shown: this shows another than was shown before, or says that there is none.
---@param asker table
---@param failure? lsp.ResponseError
---@param context lsp.HandlerContext
function M.answered(asker, failure, context)
  local asked = type(context.params) == 'table' and context.params.context
  if failure or not asked or asked.triggerKind ~= vim.lsp.protocol.InlineCompletionTriggerKind.Invoked then
    return
  end
  local before = shown[asker]
  shown[asker] = nil
  if not vim.startswith(vim.api.nvim_get_mode().mode, 'i') then
    return
  end
  for index = 1, asker:count_items() do
    asker:select(index, asker:count_items() > 1)
    if asker.current and asker.current.insert_text ~= before then
      return
    end
  end
  require('whittle.command').say(before and 'There is no other suggestion here.' or 'There is no suggestion here.')
end

return M

-- Whittle for Neovim 0.12 with copilot-lsp, in place of Whittle's own client: into your init.lua, once copilot-lsp is
-- installed. It shows next edits of the server that it calls copilot_ls; ghost text is Neovim's own.

vim.lsp.config('copilot_ls', {
  cmd = { 'whittle', '--stdio' },
  root_dir = vim.fn.getcwd(),
  -- What `whittle settings` lists, such as model = { name = 'qwen2.5-coder' }.
  settings = { whittle = {} },
})
vim.lsp.enable('copilot_ls')

-- <Tab> goes to the next edit, and again makes it.
vim.keymap.set('n', '<Tab>', function()
  local edits = require('copilot-lsp.nes')
  if not edits.walk_cursor_start_edit() and edits.apply_pending_nes() then edits.walk_cursor_end_edit() end
end)

-- In insert mode it takes the ghost text.
vim.lsp.inline_completion.enable()
vim.keymap.set('i', '<Tab>', function()
  if not vim.lsp.inline_completion.get() then return '<Tab>' end
end, { expr = true })

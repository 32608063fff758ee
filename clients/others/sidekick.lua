-- Whittle for Neovim 0.12 with sidekick.nvim, in place of Whittle's own client: into your init.lua, once sidekick.nvim is
-- installed. It shows next edits in normal mode and asks whichever server has "copilot" in its name; ghost text is
-- Neovim's own.

vim.lsp.config('copilot_whittle', {
  cmd = { 'whittle', '--stdio' },
  root_markers = { '.whittle.json', '.git' },
  -- What `whittle settings` lists, such as model = { name = 'qwen2.5-coder' }.
  settings = { whittle = {} },
})
vim.lsp.enable('copilot_whittle')
require('sidekick').setup()

-- <Tab> goes to the next edit, and again makes it.
vim.keymap.set('n', '<Tab>', function()
  if not require('sidekick').nes_jump_or_apply() then return '<Tab>' end
end, { expr = true })

-- In insert mode it takes the ghost text.
vim.lsp.inline_completion.enable()
vim.keymap.set('i', '<Tab>', function()
  if not vim.lsp.inline_completion.get() then return '<Tab>' end
end, { expr = true })

---@brief
---
--- Whittle: AI suggestions as minimal edits. `npm install -g whittle-ls` gives the command `whittle`.
--- Without `filetypes` it attaches to every buffer that has a file type.

---@type vim.lsp.Config
return {
  cmd = { 'whittle', '--stdio' },
  root_markers = { '.whittle.json', '.git' },
  settings = { whittle = vim.empty_dict() },
  -- Neovim waits 150 ms by default before it tells the server about a change. Work on a suggestion begins with the
  -- change, so this is time the user would wait.
  flags = { debounce_text_changes = 10 },
}

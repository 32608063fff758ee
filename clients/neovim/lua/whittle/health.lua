--- `:checkhealth whittle`: which of the things that are needed is missing.

local M = {}

function M.check()
  vim.health.start('Whittle')
  if vim.fn.has('nvim-0.12') == 1 then
    vim.health.ok('Neovim has inline completion')
  else
    vim.health.error('Neovim 0.12 or newer is needed for ghost text', { 'Code actions work with Neovim 0.11, too' })
  end

  local config = vim.lsp.config.whittle
  if not (config and vim.lsp.is_enabled('whittle')) then
    vim.health.error('Whittle is not enabled', { "Call `require('whittle').setup()` in your `init.lua`" })
    return
  end
  local program = type(config.cmd) == 'table' and config.cmd[1]
  if program and vim.fn.executable(program) == 0 then
    vim.health.error(('`%s` cannot be run'):format(program), {
      'Install it: `npm install -g whittle-ls`',
      "Or say where it is: `require('whittle').setup({ cmd = { '/path/to/whittle', '--stdio' } })`",
    })
    return
  elseif program then
    vim.health.ok(('`%s` can be run'):format(program))
  end

  local clients = vim.lsp.get_clients({ name = 'whittle' })
  if #clients == 0 then
    vim.health.warn('Whittle serves no buffer', { 'Open a file whose file type Neovim knows', 'Look into `:LspLog`' })
  end
  for _, client in ipairs(clients) do
    local version = vim.tbl_get(client, 'server_info', 'version') or 'unknown version'
    vim.health.ok(('client %d: %s, %d buffers'):format(client.id, version, vim.tbl_count(client.attached_buffers)))
    for bufnr in pairs(client.attached_buffers) do
      if not vim.lsp.inline_completion.is_enabled({ bufnr = bufnr }) then
        vim.health.warn(('ghost text is switched off in buffer %d'):format(bufnr), {
          '`:lua vim.lsp.inline_completion.enable(true, { bufnr = 0 })` there switches it on',
        })
      elseif not require('whittle.asking').asker(bufnr) then
        vim.health.warn(('ghost text in buffer %d comes 200 ms after a key, when Neovim asks'):format(bufnr), {
          'This Neovim is built otherwise than Whittle knows, so that it cannot be asked earlier',
        })
      end
    end
  end
  vim.health.info('`whittle doctor` in a shell checks settings, model and connection')
end

return M

--- Whittle for Neovim 0.12: switches the server and its ghost text on, and adds one command and three keys.
--- All the work is done by the server and by Neovim's own LSP client.

local M = {}

---@class whittle.Options
---@field cmd? string[] the server's command line
---@field settings? table the keys below `whittle`, as `whittle settings` lists them
---@field keys? whittle.Keys|false false: no keys are mapped

---@class whittle.Keys
---@field accept? string|false takes the ghost text, or does what the key did before
---@field accept_word? string|false takes its next word
---@field accept_line? string|false takes the rest of its line
---@field next? string|false shows the next suggestion; where none is shown, asks for it
---@field previous? string|false shows the one before
---@field next_edit? string|false goes to the next edit; there already, makes it

---@type whittle.Options
M.defaults = {
  cmd = { 'whittle', '--stdio' },
  settings = {},
  keys = {
    accept = '<Tab>',
    accept_word = '<M-Right>',
    accept_line = '<M-Down>',
    next = '<M-]>',
    previous = '<M-[>',
    next_edit = '<M-CR>',
  },
}

--- Starts Whittle in every buffer that has a file type. Call it once, in your `init.lua`.
---@param options? whittle.Options
function M.setup(options)
  options = vim.tbl_deep_extend('force', M.defaults, options or {})
  local settings = next(options.settings) and options.settings or vim.empty_dict()
  vim.lsp.config('whittle', {
    cmd = options.cmd,
    settings = { whittle = settings },
    init_options = { whittle = settings },
  })
  if options.keys then
    require('whittle.keys').map(options.keys)
  end
  require('whittle.command').create()

  local group = vim.api.nvim_create_augroup('whittle', { clear = true })
  local asking = vim.api.nvim_create_augroup('whittle.asking', { clear = false })
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'whittle' then
        require('whittle.name').attached(client, event.buf)
        vim.lsp.inline_completion.enable(true, { bufnr = event.buf })
        require('whittle.asking').soon(event.buf, asking)
        require('whittle.diagnostics').pass(event.buf)
      end
    end,
  })
  vim.api.nvim_create_autocmd('DiagnosticChanged', {
    group = group,
    callback = function(event)
      require('whittle.diagnostics').pass(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    callback = function(event)
      require('whittle.name').detached(event.data.client_id, event.buf)
    end,
  })
  vim.api.nvim_create_autocmd({ 'BufFilePost', 'BufWritePost' }, {
    group = group,
    callback = function(event)
      require('whittle.name').follow(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd('ModeChanged', {
    group = group,
    pattern = 'i*:n',
    callback = function()
      require('whittle.asking').left()
    end,
  })
  vim.lsp.enable('whittle')
  vim.schedule(M.check_command) -- when the whole `init.lua` has been read
end

--- Neovim itself says only in its log that a server cannot be run.
function M.check_command()
  local cmd = vim.lsp.config.whittle.cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    require('whittle.command').say(('Whittle: `%s` cannot be run; see `:checkhealth whittle`.'):format(cmd[1]))
  end
end

--- The client that serves a buffer.
---@param bufnr? integer default: the current buffer
---@return vim.lsp.Client?
function M.client(bufnr)
  return vim.lsp.get_clients({ name = 'whittle', bufnr = bufnr or 0 })[1]
end

return M

-- What a user's init.lua holds, with the paths of this checkout.
vim.opt.swapfile = false
vim.opt.shada = ''
vim.opt.expandtab = true
vim.opt.shiftwidth = 2
vim.opt.runtimepath:append(vim.env.WHITTLE_NEOVIM)
vim.api.nvim_set_hl(0, 'ComplHint', { italic = true }) -- told apart from what else looks like NonText
require('whittle').setup({ cmd = vim.split(vim.env.WHITTLE_COMMAND, '\n') })

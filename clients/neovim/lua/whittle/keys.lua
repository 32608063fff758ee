--- Keys for ghost text. A key that finds none does what it did before.

local M = {}

local before = {} ---@type table<string, fun(): string> what each key did before it was mapped here
local accept ---@type string? the key mapped last
local insert = '<Cmd>lua require("whittle.keys").accept()<CR>'

---@param keys whittle.Keys
function M.map(keys)
  if keys.accept then
    accept = keys.accept
    before[accept] = before[accept] or M.mapped(accept)
    -- An expression must not change text. What it leaves for later would come behind the keys pressed after this one,
    -- so it gives the keys that do it now. Neovim may evaluate it before the keys pressed ahead of this one are typed:
    -- what there is to take is seen again then.
    vim.keymap.set('i', accept, function()
      return require('whittle.suggestion').keys(insert) or before[accept]()
    end, { expr = true, desc = 'Whittle: accept the suggestion' })
  end
  for name, piece in pairs({ accept_word = 'word', accept_line = 'line' }) do
    local key = keys[name]
    if key then
      before[key] = before[key] or M.mapped(key)
      vim.keymap.set('i', key, function()
        if not require('whittle.suggestion').insert_piece(piece) then
          M.press(key)
        end
      end, { desc = 'Whittle: accept the next ' .. piece .. ' of the suggestion' })
    end
  end
  if keys.next_edit then
    vim.keymap.set({ 'n', 'i' }, keys.next_edit, function()
      require('whittle.next_edit').take()
    end, { desc = 'Whittle: go to the next edit, or make it' })
  end
  for name, count in pairs({ next = 1, previous = -1 }) do
    local key = keys[name]
    if key then
      -- A chord that is mapped nowhere means nothing while typing.
      before[key] = before[key] or vim.fn.maparg(key, 'i') ~= '' and M.mapped(key) or function()
        return ''
      end
      vim.keymap.set('i', key, function()
        if require('whittle').client() then
          require('whittle.by_hand').show_other(count)
        else
          M.press(key)
        end
      end, { desc = 'Whittle: ' .. name .. ' suggestion' })
    end
  end
end

--- For a mapping of the user's own, an expression or not: takes the ghost text; whether there is some.
---@return boolean
function M.take()
  local keys = require('whittle.suggestion').keys(insert)
  if keys then
    vim.api.nvim_feedkeys(vim.keycode(keys), 'in', false)
  end
  return keys ~= nil
end

--- Takes the ghost text; where there is none, the key does what it did before.
function M.accept()
  if not require('whittle.suggestion').insert() and accept then
    M.press(accept)
  end
end

--- What the key did before, ahead of the keys that were pressed after it.
---@param key string
function M.press(key)
  vim.api.nvim_feedkeys(vim.keycode(before[key]()), 'in', false)
end

--- What the key does in insert mode now: a function that gives the keys to type instead.
---@param key string
---@return fun(): string
function M.mapped(key)
  local mapping = vim.fn.maparg(key, 'i', false, true)
  local is_expression = mapping.expr == 1
  return function()
    if mapping.callback and is_expression then
      return mapping.callback() or ''
    elseif mapping.callback then
      vim.schedule(mapping.callback) -- an expression must not change text
      return ''
    end
    local keys = mapping.rhs or key
    if mapping.rhs and is_expression then
      keys = vim.api.nvim_eval(mapping.rhs)
    end
    if mapping.noremap == 0 then
      vim.api.nvim_feedkeys(vim.keycode(keys), 'im', false)
      return ''
    end
    return keys
  end
end

return M

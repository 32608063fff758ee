" Whittle for Vim 9 and Neovim with vim-lsp, into your vimrc: it joins the servers of every file type. Suggestions are
" the last entry of the completion menu (CTRL-X CTRL-O, or by themselves with asyncomplete-lsp); :LspCodeAction has the
" rest.

augroup whittle
  autocmd!
  " In `workspace_config`, what `whittle settings` lists, such as {'model': {'name': 'qwen2.5-coder'}}.
  autocmd User lsp_setup call lsp#register_server({
        \ 'name': 'whittle',
        \ 'cmd': {server_info -> ['whittle', '--stdio']},
        \ 'allowlist': ['*'],
        \ 'workspace_config': {'whittle': {}},
        \ })
  autocmd FileType * setlocal omnifunc=lsp#complete
augroup END

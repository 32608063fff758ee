" Whittle for Vim 9 with yegappan/lsp, into your vimrc, behind the lines that load it. Suggestions are the last entry of
" the completion menu; :LspCodeAction has the rest.
"
" For each of them yegappan/lsp asks one server of a buffer: this is for file types whose own server you do not use. To
" give Whittle one of the two beside another server, name that in `features`: #{codeAction: v:true}.

" In `workspaceConfig`, what `whittle settings` lists, such as #{model: #{name: 'qwen2.5-coder'}}.
call LspAddServer([#{
      \ name: 'whittle',
      \ filetype: ['text', 'markdown', 'conf'],
      \ path: 'whittle',
      \ args: ['--stdio'],
      \ workspaceConfig: #{whittle: #{}},
      \ }])

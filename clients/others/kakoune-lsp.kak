# Kakoune with kakoune-lsp 19 or newer, into your kakrc, behind the line that loads kakoune-lsp: Whittle joins the
# servers of every file type. Suggestions are the last entry of the completion menu; :lsp-code-actions has the rest.

hook -group whittle global User LSPDefaultConfig=.+ %{
    set-option -add buffer lsp_servers %{
        [whittle]
        command = "whittle"
        args = ["--stdio"]
        root_globs = [".whittle.json", ".git"]
        settings_section = "_"
        [whittle.settings._]
        # What `whittle settings` lists, such as: model = { name = "qwen2.5-coder" }
    }
}

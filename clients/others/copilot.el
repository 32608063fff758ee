;;; Whittle for Emacs with copilot.el, which shows ghost text and next edits. -*- lexical-binding: t -*-

(with-eval-after-load 'copilot
  (setq copilot-server-executable "whittle"
        copilot-server-args '("--stdio")
        ;; What `whittle settings` lists, such as (:whittle (:model (:name "qwen2.5-coder"))).
        copilot-lsp-settings '(:whittle nil))
  (define-key copilot-completion-map (kbd "TAB") #'copilot-accept-completion)
  (define-key copilot-completion-map (kbd "<tab>") #'copilot-accept-completion))

(add-hook 'prog-mode-hook #'copilot-mode)
;; Next edits: TAB makes it, C-g takes it off the screen.
(add-hook 'prog-mode-hook #'copilot-nes-mode)

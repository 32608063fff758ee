;;; Whittle for Emacs with lsp-mode 10: beside the language's own server, with ghost text. -*- lexical-binding: t -*-

(with-eval-after-load 'lsp-mode
  (lsp-register-custom-settings '(("whittle" nil)))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection '("whittle" "--stdio"))
    :activation-fn (lambda (file-name _mode) file-name)
    :add-on? t
    :priority -1
    :server-id 'whittle
    ;; Its status is shown nowhere here; unhandled, lsp-mode would warn of each.
    :notification-handlers (ht ("whittle/status" #'ignore))
    ;; What `whittle settings` lists, such as (:model (:name "qwen2.5-coder")).
    :initialization-options '(:whittle nil))))

;; Ghost text: `lsp-inline-completion-mode' asks after two idle seconds, Whittle needs no such wait.
(setq lsp-inline-completion-enable t
      lsp-inline-completion-idle-delay 0.1)

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

;; Ghost text: `lsp-inline-completion-mode' asks after two idle seconds, of which Whittle needs none; lsp-mode tells it
;; of a change after `lsp-idle-delay', half a second.
(setq lsp-inline-completion-enable t
      lsp-inline-completion-idle-delay 0.1)

(with-eval-after-load 'lsp-inline-completion
  ;; C-<return> takes it, which few terminals send: Tab does as well.
  (dolist (key '([tab] "\t"))
    (define-key lsp-inline-completion-active-map key #'lsp-inline-completion-accept))
  ;; Whatever key it does not know takes it off the screen: evil's Escape need not be pressed twice for that.
  (with-eval-after-load 'evil
    (define-key lsp-inline-completion-active-map [escape] nil))
  ;; Of two requests that lsp-mode waits for, the later one ends the earlier one: ghost text is not asked for while the
  ;; completion menu is waited for, which would come to nothing.
  (add-to-list 'lsp-inline-completion-inhibit-predicates
               (lambda () (bound-and-true-p lsp--throw-on-input))))

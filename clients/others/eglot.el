;;; Whittle for Emacs with eglot. -*- lexical-binding: t -*-
;;
;; Eglot runs one server per buffer and shows no ghost text: this is for modes whose own server you do not use.
;; Suggestions are the last entry of the completion menu; M-x eglot-code-actions has the rest.

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((text-mode markdown-mode conf-mode) . ("whittle" "--stdio"))))

;; What `whittle settings` lists, such as (:model (:name "qwen2.5-coder")).
(setq-default eglot-workspace-configuration '(:whittle nil))

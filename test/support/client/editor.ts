/**
 * How known editors behave towards a language server, as far as a server can notice: what they declare, in which order
 * they offer encodings, when they send changes, and what they do with an edit made for an older version.
 */

import type { ClientCapabilities } from 'vscode-languageserver';
import type { Encoding } from './document.ts';

export interface Editor {
  /** `clientInfo.name` of `initialize`; empty where the editor does not say it. */
  readonly name: string;
  readonly encodings: readonly Encoding[];
  readonly capabilities: ClientCapabilities;
  /** An edit for another version: refused with a reason, or silently left out while `applied: true` is answered. */
  readonly staleEdit: 'refused' | 'left-out';
  /** Changes are sent at once, or held back until the next message (Neovim's debounce). */
  readonly changes: 'sent' | 'held';
  /** Whether `$/cancelRequest` is ever sent. */
  readonly cancels: boolean;
  /** Whether settings are also pushed by `didChangeConfiguration` after `initialized`. */
  readonly pushesSettings: boolean;
  /** Requests that it answers without having declared that it can. */
  readonly answersUndeclared?: readonly string[];
}

export type EditorName =
  | 'plain'
  | 'neovim'
  | 'helix'
  | 'vscode'
  | 'eglot'
  | 'lsp-mode'
  | 'coc'
  | 'jetbrains'
  | 'kate'
  | 'minimal';

const workspaceEdit = {
  documentChanges: true,
  resourceOperations: ['create', 'rename', 'delete'] as ('create' | 'rename' | 'delete')[],
};

const codeAction = {
  codeActionLiteralSupport: {
    codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'refactor.rewrite', 'source'] },
  },
  isPreferredSupport: true,
  dataSupport: true,
  resolveSupport: { properties: ['edit', 'command'] },
};

const window = {
  workDoneProgress: true,
  showMessage: { messageActionItem: { additionalPropertiesSupport: true } },
  showDocument: { support: true },
};

export const editors: Readonly<Record<EditorName, Editor>> = {
  /** Everything declared, nothing odd: the client most tests want. */
  plain: {
    name: 'plain',
    encodings: ['utf-16'],
    capabilities: {
      workspace: {
        applyEdit: true,
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: true },
        workspaceEdit,
      },
      textDocument: {
        synchronization: { didSave: true },
        codeAction: { ...codeAction, disabledSupport: true },
        inlineCompletion: { dynamicRegistration: false },
      },
      window,
    },
    staleEdit: 'refused',
    changes: 'sent',
    cancels: true,
    pushesSettings: false,
  },
  neovim: {
    name: 'Neovim',
    encodings: ['utf-8', 'utf-16', 'utf-32'],
    capabilities: {
      workspace: {
        applyEdit: true,
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: false },
        didChangeWatchedFiles: { dynamicRegistration: false, relativePatternSupport: true },
        workspaceEdit: {
          ...workspaceEdit,
          changeAnnotationSupport: { groupsOnLabel: true },
          normalizesLineEndings: true,
        },
      },
      textDocument: {
        synchronization: {
          didSave: true,
          willSave: true,
          willSaveWaitUntil: true,
          dynamicRegistration: false,
        },
        codeAction: {
          ...codeAction,
          disabledSupport: true,
          honorsChangeAnnotations: true,
          dynamicRegistration: true,
        },
        inlineCompletion: { dynamicRegistration: false },
        completion: { dynamicRegistration: false, completionItem: { insertReplaceSupport: true } },
      },
      window,
    },
    staleEdit: 'left-out',
    changes: 'held',
    cancels: true,
    pushesSettings: true,
  },
  helix: {
    name: 'helix',
    encodings: ['utf-8', 'utf-32', 'utf-16'],
    capabilities: {
      workspace: {
        applyEdit: true,
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: false },
        workspaceEdit: { ...workspaceEdit, failureHandling: 'abort', normalizesLineEndings: false },
      },
      textDocument: {
        codeAction: { ...codeAction, disabledSupport: true },
        completion: {
          completionItem: { snippetSupport: true, insertReplaceSupport: true, deprecatedSupport: true },
        },
      },
      window,
    },
    staleEdit: 'refused',
    changes: 'sent',
    cancels: false,
    pushesSettings: true,
  },
  vscode: {
    name: 'Visual Studio Code',
    encodings: ['utf-16'],
    capabilities: {
      workspace: {
        applyEdit: true,
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: true },
        workspaceEdit: {
          ...workspaceEdit,
          failureHandling: 'textOnlyTransactional',
          normalizesLineEndings: true,
          changeAnnotationSupport: { groupsOnLabel: true },
        },
        executeCommand: { dynamicRegistration: true },
      },
      textDocument: {
        synchronization: {
          didSave: true,
          willSave: true,
          willSaveWaitUntil: true,
          dynamicRegistration: true,
        },
        codeAction: {
          ...codeAction,
          disabledSupport: true,
          honorsChangeAnnotations: true,
          dynamicRegistration: true,
        },
        inlineCompletion: { dynamicRegistration: true },
        completion: {
          dynamicRegistration: true,
          completionItem: { insertTextModeSupport: { valueSet: [1, 2] } },
        },
      },
      window,
      general: { staleRequestSupport: { cancel: true, retryOnContentModified: [] } },
    },
    staleEdit: 'refused',
    changes: 'sent',
    cancels: true,
    pushesSettings: false,
  },
  eglot: {
    name: 'Eglot',
    encodings: ['utf-32', 'utf-8', 'utf-16'],
    capabilities: {
      workspace: {
        applyEdit: true,
        configuration: true,
        workspaceFolders: true,
        workspaceEdit: { documentChanges: true },
      },
      textDocument: {
        synchronization: { didSave: true },
        codeAction: { ...codeAction, dynamicRegistration: false },
        completion: {
          completionItem: { snippetSupport: false, resolveSupport: { properties: ['documentation'] } },
        },
      },
      window: { workDoneProgress: true, showDocument: { support: true } },
    },
    staleEdit: 'refused',
    changes: 'sent',
    cancels: true,
    pushesSettings: true,
  },
  /** Emacs lsp-mode asks for inline completions without declaring them. */
  'lsp-mode': {
    name: 'emacs',
    encodings: ['utf-32', 'utf-16'],
    capabilities: {
      workspace: { applyEdit: true, configuration: true, workspaceFolders: true, workspaceEdit },
      textDocument: { synchronization: { didSave: true }, codeAction, completion: {} },
      window,
    },
    staleEdit: 'refused',
    changes: 'sent',
    cancels: true,
    pushesSettings: false,
  },
  coc: {
    name: 'coc.nvim',
    encodings: ['utf-16'],
    capabilities: {
      workspace: {
        applyEdit: true,
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: true },
        workspaceEdit: {
          ...workspaceEdit,
          changeAnnotationSupport: { groupsOnLabel: false },
          normalizesLineEndings: true,
        },
      },
      textDocument: {
        synchronization: { didSave: true },
        codeAction: { ...codeAction, disabledSupport: true },
        inlineCompletion: { dynamicRegistration: true },
      },
      window,
    },
    staleEdit: 'refused',
    changes: 'sent',
    cancels: true,
    pushesSettings: true,
  },
  /** Any of JetBrains' with LSP4IJ. */
  jetbrains: {
    name: 'IntelliJ IDEA 2026.1',
    encodings: [],
    capabilities: {
      workspace: {
        applyEdit: true,
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: true },
        workspaceEdit,
      },
      textDocument: {
        synchronization: { didSave: true },
        codeAction,
        inlineCompletion: { dynamicRegistration: true },
      },
      window,
    },
    staleEdit: 'refused',
    changes: 'sent',
    cancels: true,
    pushesSettings: false,
  },
  /** Does much that it says nothing of, and syncs whole texts. */
  kate: {
    name: '',
    encodings: [],
    capabilities: {
      textDocument: {
        synchronization: { didSave: true },
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor', 'source'] } },
        },
        publishDiagnostics: { relatedInformation: true },
        hover: { contentFormat: ['markdown', 'plaintext'] },
      },
      window: { workDoneProgress: true },
    },
    staleEdit: 'left-out',
    changes: 'sent',
    cancels: true,
    pushesSettings: true,
    answersUndeclared: ['workspace/applyEdit'],
  },
  /** Declares nothing at all. */
  minimal: {
    name: 'minimal',
    encodings: [],
    capabilities: {},
    staleEdit: 'refused',
    changes: 'sent',
    cancels: true,
    pushesSettings: false,
  },
};

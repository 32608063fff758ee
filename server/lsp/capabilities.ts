/** What the client can do, read once; what the server can do, announced statically (Helix and Neovim need that). */

import { endsLinesAtFeeds } from './carriage-returns.ts';
import type { Fields } from './params.ts';
import { chooseEncoding, type PositionEncoding } from './position.ts';

/** What the rest of the server asks of a client, each a plain answer. */
export interface ClientFeatures {
  readonly name: string;
  readonly encoding: PositionEncoding;
  /** A `\r` is a character of its line there; see `carriage-returns.ts`. */
  readonly onlyLineFeeds: boolean;
  readonly inlineCompletion: boolean;
  /** Ghost text is put behind what it is to replace. */
  readonly insertsBehind: boolean;
  /** It shows the entries of all servers at once, and stands still until the last of them has answered. */
  readonly joinsMenus: boolean;
  readonly configuration: boolean;
  readonly dynamicConfiguration: boolean;
  /** Watches files on disk for whoever asks for it, at a price that one small file is worth. */
  readonly watchesFiles: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
  readonly applyEdit: boolean;
  /** It asks the user what a server wants to know. */
  readonly questions: boolean;
  /** Versioned `documentChanges`; without it edits go as plain `changes`. */
  readonly documentChanges: boolean;
  /** Documentation of a completion entry may be Markdown; elsewhere its marks would be read as they stand. */
  readonly markdownEntries: boolean;
  /** `CreateFile` among `documentChanges`. */
  readonly createsFiles: boolean;
  readonly changeAnnotations: boolean;
  /** It says that line terminators stay as they come. */
  readonly keepsLineEndings: boolean;
  /** It may be shown an edit hunk by hunk (`edit.live`); which clients can: below. */
  readonly liveEdits: boolean;
  /** It may ask the user about any edit before it applies it. */
  readonly confirmsEdits: boolean;
  /** It shows what an edit is called, or uses it, without harm. */
  readonly editLabels: boolean;
  /** Who calls a command there sees what it answers, or has a client of our own that says it. */
  readonly showsAnswers: boolean;
  readonly codeActionLiterals: boolean;
  readonly disabledActions: boolean;
  /** `tags: [LLMGenerated]` is understood. */
  readonly actionTags: boolean;
}

/**
 * Clients that apply edits in quick succession beside a user who types: both check versions, say what changed at once
 * or before the next request, and can cancel. Each hunk is an undo step of its own there. Not eglot, which may ask the
 * user about every edit, nor Helix, which has no way to cancel but the menu. Our own command line prints them.
 */
const copesWithLiveEdits = /^(?:Neovim|Visual Studio Code|VSCodium|whittle$)/;

/**
 * Neovim prints what an edit is called, and then, where code was selected, stands still for three seconds before the
 * name of its mode takes that place.
 */
const printsLabels = /^Neovim/;

/** Emacs' lsp-mode calls itself by the editor's name; eglot, which runs one server for a buffer, by its own. */
const isLspMode = /^emacs$/i;

/** Clients whose users call a server's commands by name and are shown nothing of what comes back. */
const dropsAnswers = /^(?:helix|kak|Sublime|coc\.nvim)/i;

/** With LSP4IJ, under the editor's own name. */
const isJetBrains =
  /IntelliJ|PyCharm|WebStorm|GoLand|CLion|RubyMine|PhpStorm|Rider|DataGrip|DataSpell|RustRover|Android Studio/;

/** Helix names no kinds it takes, and formats whatever comes. */
const takesAllForMarkdown = /^helix$/i;

/**
 * Clients written for another copilot, whose server knows UTF-16 alone: some of them (copilot-lsp) say positions in it
 * whatever was agreed on. Every client has to understand it.
 */
function speaksUtf16(params: Fields): boolean {
  const options = at(params, 'initializationOptions');
  return isObject(options.editorInfo) || isObject(options.editorPluginInfo);
}

/**
 * eglot and lsp-mode. Asked to watch a single file, they watch every folder of the project: they stand still meanwhile,
 * run out of file descriptors, or ask the user about it.
 */
function isEmacs(params: Fields): boolean {
  return /^(?:eglot|emacs)/i.test(text(at(params, 'clientInfo').name));
}

/** Kate's code actions, word by word. */
const kindsOfKate = 'quickfix refactor source';

/**
 * Kate, which says neither its name nor that it applies edits, nor anything of a workspace. It takes those that follow
 * a code action within two seconds, and refuses all others.
 */
function appliesUnannounced(params: Fields): boolean {
  const capabilities = at(params, 'capabilities');
  if (params.clientInfo !== undefined || capabilities.workspace !== undefined) return false;
  const codeAction = at(at(capabilities, 'textDocument'), 'codeAction');
  const { valueSet } = at(at(codeAction, 'codeActionLiteralSupport'), 'codeActionKind');
  return Array.isArray(valueSet) && valueSet.join(' ') === kindsOfKate;
}

/** Of the kinds a client takes, the first is what it likes best. */
function prefersMarkdown(kinds: unknown): boolean {
  return (
    Array.isArray(kinds) && kinds.find((kind) => kind === 'markdown' || kind === 'plaintext') === 'markdown'
  );
}

/** Reads without failing: a capability that is not what the protocol says is one the client does not have. */
export function readClient(params: Fields): ClientFeatures {
  const capabilities = at(params, 'capabilities');
  const textDocument = at(capabilities, 'textDocument');
  const workspace = at(capabilities, 'workspace');
  const codeAction = at(textDocument, 'codeAction');
  const encodings = at(capabilities, 'general').positionEncodings;
  return {
    name: text(at(params, 'clientInfo').name),
    encoding: chooseEncoding(speaksUtf16(params) || !Array.isArray(encodings) ? [] : encodings.map(text)),
    onlyLineFeeds: endsLinesAtFeeds(text(at(params, 'clientInfo').name)),
    inlineCompletion: isDeclared(textDocument.inlineCompletion),
    insertsBehind: isJetBrains.test(text(at(params, 'clientInfo').name)),
    joinsMenus: isLspMode.test(text(at(params, 'clientInfo').name)),
    configuration: workspace.configuration === true,
    dynamicConfiguration: at(workspace, 'didChangeConfiguration').dynamicRegistration === true,
    watchesFiles: at(workspace, 'didChangeWatchedFiles').dynamicRegistration === true && !isEmacs(params),
    workspaceFolders: workspace.workspaceFolders === true,
    progress: at(capabilities, 'window').workDoneProgress === true,
    applyEdit: workspace.applyEdit === true || appliesUnannounced(params),
    // Kate has put none before it said that it does.
    questions: !appliesUnannounced(params) || isDeclared(at(capabilities, 'window').showMessage),
    documentChanges: at(workspace, 'workspaceEdit').documentChanges === true,
    markdownEntries:
      takesAllForMarkdown.test(text(at(params, 'clientInfo').name)) ||
      prefersMarkdown(at(at(textDocument, 'completion'), 'completionItem').documentationFormat),
    createsFiles: includes(at(workspace, 'workspaceEdit').resourceOperations, 'create'),
    changeAnnotations: isDeclared(at(workspace, 'workspaceEdit').changeAnnotationSupport),
    keepsLineEndings: at(workspace, 'workspaceEdit').normalizesLineEndings === false,
    liveEdits: copesWithLiveEdits.test(text(at(params, 'clientInfo').name)),
    confirmsEdits: isEmacs(params),
    editLabels: !printsLabels.test(text(at(params, 'clientInfo').name)),
    showsAnswers: !dropsAnswers.test(text(at(params, 'clientInfo').name)),
    codeActionLiterals: isDeclared(codeAction.codeActionLiteralSupport),
    disabledActions: codeAction.disabledSupport === true,
    actionTags: Array.isArray(at(codeAction, 'tagSupport').valueSet),
  };
}

const codeActionKinds = [
  'quickfix',
  'refactor',
  'refactor.rewrite',
  'refactor.extract',
  'source.review',
] as const;

export function serverCapabilities(client: ClientFeatures, commands: readonly string[]): object {
  return {
    positionEncoding: client.encoding,
    textDocumentSync: { openClose: true, change: 2, save: { includeText: false } },
    // Always: lsp-mode asks for inline completions without declaring that it can.
    inlineCompletionProvider: {},
    ...(client.inlineCompletion ? {} : { completionProvider: { resolveProvider: false } }),
    codeActionProvider: client.codeActionLiterals ? { codeActionKinds, resolveProvider: false } : true,
    executeCommandProvider: { commands },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}

function at(fields: Fields, key: string): Fields {
  const value = fields[key];
  return isObject(value) ? value : {};
}

/** An object, or what Lua writes for an empty one. */
function isDeclared(value: unknown): boolean {
  return isObject(value) || (Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function includes(value: unknown, wanted: string): boolean {
  return Array.isArray(value) && value.includes(wanted);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

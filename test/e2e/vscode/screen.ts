/** What the user sees of VS Code, read from its page. */

export interface Screen {
  /** The editor's lines, ghost text included. */
  readonly lines: readonly string[];
  readonly ghost: string;
  /** Of each line what is struck out. */
  readonly struck: readonly string[];
  /** What an extension draws into the text, line by line. */
  readonly drawn: readonly string[];
  /** Line and column of the cursor. */
  readonly cursor: string;
  /** Whittle's item in the status bar, and what it says to those who do not see it. */
  readonly status: string;
  readonly statusLabel: string;
  /** Messages in the corner. */
  readonly messages: readonly string[];
  /** Rows of the list that is open at the top, the chosen one first. */
  readonly choices: readonly string[];
  readonly input: string | undefined;
  /** Names that the editor of settings lists. */
  readonly settings: readonly string[];
  /** What keys are for in a notebook: a cell as such, or its text. */
  readonly cell: 'none' | 'chosen' | 'edited';
  /** Of the file that is shown. */
  readonly tab: string;
  readonly isDirty: boolean;
}

/** An expression for the page. */
export const readScreen = `(() => {
  const plain = (text) => text.replaceAll('\\u00a0', ' ');
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const after = (element) => {
    const { content } = getComputedStyle(element, '::after');
    return content.startsWith('"') ? [plain(content.slice(1, -1).replace(/\\\\(.)/g, '$1')).trimEnd()] : [];
  };
  const ofFile = all('.editor-instance .view-line');
  // A notebook that is hidden keeps its cells.
  const shown = ofFile.length > 0 ? ofFile : all('.notebook-editor .view-line');
  const rows = shown.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top));
  const decorated = (row) => all('[class*="TextEditorDecorationType"]', row);
  const isStruck = (element) => getComputedStyle(element).textDecorationLine === 'line-through';
  const status = document.querySelector('[id$="whittle.status"]');
  const quick = document.querySelector('.quick-input-widget');
  const isOpen = quick && quick.style.display !== 'none';
  const chosen = isOpen ? all('.quick-input-list .monaco-list-row', quick) : [];
  const focused = document.querySelector('.notebook-editor :focus') ?? document.body;
  return {
    lines: rows.map((row) => plain(row.textContent)),
    ghost: plain(all('.ghost-text-decoration, .ghost-text').map((each) => each.textContent).join('')),
    struck: rows.map((row) => plain(decorated(row).filter(isStruck).map((each) => each.textContent).join(''))).filter(Boolean),
    drawn: rows.flatMap((row) => decorated(row).flatMap(after)),
    cursor: document.querySelector('[id="status.editor.selection"]')?.textContent ?? '',
    status: status?.textContent.trim() ?? '',
    statusLabel: status?.querySelector('[aria-label]')?.getAttribute('aria-label') ?? '',
    messages: all('.notification-list-item-message').map((each) => plain(each.textContent)),
    choices: chosen.sort((a, b) => b.classList.contains('focused') - a.classList.contains('focused')).map((row) => row.textContent),
    input: isOpen ? quick.querySelector('input')?.value : undefined,
    settings: all('.settings-editor .setting-item-label').map((each) => each.textContent),
    cell: focused.closest('.monaco-editor') ? 'edited' : focused.closest('.monaco-list') ? 'chosen' : 'none',
    tab: document.querySelector('.tab.active')?.getAttribute('data-resource-name') ?? '',
    isDirty: Boolean(document.querySelector('.tab.active.dirty')),
  };
})()`;

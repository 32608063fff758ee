/**
 * Leaves out the `<think>…</think>` that some servers leave in front of a reasoning model's answer, whatever the
 * pieces; what stands there but is no such tag comes through.
 */

export interface ThinkingFilter {
  push(text: string): string;
  /** What was held back, once nothing more comes. */
  end(): string;
}

const open = '<think>';
const close = '</think>';

export function createThinkingFilter(): ThinkingFilter {
  let state: 'before' | 'inside' | 'behind' | 'answer' = 'before';
  let held = '';
  return {
    push(text) {
      if (state === 'answer') return text;
      held += text;
      if (state === 'before') {
        const said = held.trimStart();
        if (open.startsWith(said.slice(0, open.length)) && said.length < open.length) return '';
        state = said.startsWith(open) ? 'inside' : 'answer';
        if (state === 'answer') return taken();
      }
      if (state === 'inside') {
        const at = held.indexOf(close);
        if (at === -1) {
          // Only what may be the beginning of the closing tag is still needed.
          held = held.slice(-(close.length - 1));
          return '';
        }
        held = held.slice(at + close.length);
        state = 'behind';
      }
      // Line breaks between the tag and the answer belong to neither.
      held = held.replace(/^[\r\n]+/, '');
      if (held === '') return '';
      state = 'answer';
      return taken();
    },
    end: () => (state === 'before' ? taken() : ''),
  };

  function taken(): string {
    const text = held;
    held = '';
    return text;
  }
}

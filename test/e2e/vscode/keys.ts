/** Keys as the DevTools protocol wants them: what a keyboard with the layout of the United States sends. */

export interface Key {
  readonly key: string;
  readonly code: string;
  readonly windowsVirtualKeyCode: number;
  /** What it types. */
  readonly text?: string;
}

const named: Readonly<Record<string, Key>> = {
  Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  Tab: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 },
  Escape: { key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27 },
  Backspace: { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 },
  Delete: { key: 'Delete', code: 'Delete', windowsVirtualKeyCode: 46 },
  Home: { key: 'Home', code: 'Home', windowsVirtualKeyCode: 36 },
  End: { key: 'End', code: 'End', windowsVirtualKeyCode: 35 },
  ArrowUp: { key: 'ArrowUp', code: 'ArrowUp', windowsVirtualKeyCode: 38 },
  ArrowDown: { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 40 },
  ArrowLeft: { key: 'ArrowLeft', code: 'ArrowLeft', windowsVirtualKeyCode: 37 },
  ArrowRight: { key: 'ArrowRight', code: 'ArrowRight', windowsVirtualKeyCode: 39 },
  F1: { key: 'F1', code: 'F1', windowsVirtualKeyCode: 112 },
};

export function keyNamed(name: string): Key {
  const known = named[name === '\n' ? 'Enter' : name];
  if (known) return known;
  if (name.length !== 1) throw new Error(`no key is named ${name}`);
  const upper = name.toUpperCase();
  if (/[A-Z]/.test(upper))
    return { key: name, code: `Key${upper}`, windowsVirtualKeyCode: upper.charCodeAt(0), text: name };
  if (/[0-9]/.test(name))
    return { key: name, code: `Digit${name}`, windowsVirtualKeyCode: name.charCodeAt(0), text: name };
  // What signs type is all that matters of them.
  return { key: name, code: '', windowsVirtualKeyCode: 0, text: name };
}

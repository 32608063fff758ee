/**
 * Expressions as far as tokens show them in any language: brackets that belong together, calls with their callees,
 * members, constants and names that are declared.
 */

import { type Tokens, tokenKinds, tokenText } from '../lexical.ts';

/** Tokens `[from, to)`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** From the first name of the callee to behind the closing bracket. */
export interface Call extends Range {
  readonly open: number;
  readonly close: number;
}

const constants = /^(?:null|undefined|true|false|None|True|False|nil|NULL|nullptr|NaN|self|this)$/;
const declarators = /^(?:function|def|fn|func|fun|sub|class|interface|struct|enum|type|trait|impl|void)$/;
const { word, number, string } = tokenKinds;
/** Brackets are looked for so many tokens on. */
const reach = 4_000;

export function isAccess(text: string): boolean {
  return text === '.' || text === '?.' || text === '->' || text === '::';
}

export function isDeclarator(text: string): boolean {
  return declarators.test(text);
}

/** Names that mean the same value everywhere. */
export function isConstantName(text: string): boolean {
  return constants.test(text);
}

export function isConstant(tokens: Tokens, i: number): boolean {
  const kind = tokens.kinds[i];
  return kind === string || kind === number || (kind === word && constants.test(tokenText(tokens, i)));
}

/** The bracket that closes the one at `open`. */
export function closing(tokens: Tokens, open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < Math.min(tokens.count, open + reach); i++) {
    const text = tokenText(tokens, i);
    if (text === '(' || text === '[' || text === '{') depth++;
    else if ((text === ')' || text === ']' || text === '}') && --depth === 0) return i;
  }
  return undefined;
}

/** The bracket that opens the one at `close`. */
export function opening(tokens: Tokens, close: number): number | undefined {
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    const text = tokenText(tokens, i);
    if (text === ')' || text === ']' || text === '}') depth++;
    else if ((text === '(' || text === '[' || text === '{') && --depth === 0) return i;
  }
  return undefined;
}

/** The call whose arguments the span is among. */
export function enclosingCall(tokens: Tokens, span: Range): Call | undefined {
  let depth = 0;
  for (let i = span.from - 1; i >= 0; i--) {
    const text = tokenText(tokens, i);
    if (text === ')' || text === ']' || text === '}') depth++;
    else if (text === '(' || text === '[' || text === '{') {
      if (depth-- > 0) continue;
      const close = closing(tokens, i);
      const from = calleeStart(tokens, i);
      if (text !== '(' || close === undefined || close < span.to || from === i) return undefined;
      return { from, to: close + 1, open: i, close };
    }
  }
  return undefined;
}

/** Where `a.b.c` before a bracket begins; the bracket itself where no name stands there. */
export function calleeStart(tokens: Tokens, open: number): number {
  let at = open;
  while (
    at > 0 &&
    tokens.kinds[at - 1] === word &&
    !/^(?:if|for|while|switch|return|catch|and|or|not|in)$/.test(tokenText(tokens, at - 1))
  ) {
    at--;
    if (!isAccess(tokenText(tokens, at - 1)) || tokens.kinds[at - 2] !== word) break;
    at--;
  }
  return at;
}

/** Behind `a.b.c(`, where a call begins at `from`. */
export function chainEnd(tokens: Tokens, from: number): number | undefined {
  let at = from;
  while (tokens.kinds[at] === word) {
    at++;
    if (tokenText(tokens, at) === '(') return at + 1;
    if (!isAccess(tokenText(tokens, at))) return undefined;
    at++;
  }
  return undefined;
}

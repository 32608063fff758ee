/**
 * Parser: texts become syntax trees, by tree-sitter's grammars. It runs where it may take its time, in a worker.
 *
 * - The runtime and each grammar are loaded when they are first needed: a few milliseconds each, C++ 80.
 * - A tree is copied out of the runtime's memory and freed there at once; nothing of it stays behind.
 * - A parse stops when `isOver` says so and gives nothing.
 */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { broken, missing, named, type SyntaxTree } from '../../core/syntax-tree.ts';
import { grammarOf } from './grammars.ts';

export interface Parser {
  /** Nothing for a language without grammar; rejects where the package is not installed. */
  grammarFor(languageId: string): Promise<Grammar | undefined>;
}

export interface Grammar {
  /** Nothing where the time ran out. */
  parse(text: string, isOver: () => boolean): SyntaxTree | undefined;
}

/** The package that has the runtime and the grammars. */
const packageName = '@vscode/tree-sitter-wasm';
/** The runtime's number for what the grammar has no rule for. */
const errorKind = 65_535;

/** What is used of the runtime, whose own types do not come as a module. */
interface Runtime {
  readonly Parser: { new (): RuntimeParser; init(): Promise<void> };
  readonly Language: { load(path: string): Promise<Language> };
}

interface Language {
  readonly types: readonly string[];
}

interface RuntimeParser {
  setLanguage(language: Language): void;
  parse(text: string, old: null, options: { progressCallback: () => boolean }): RuntimeTree | null;
  reset(): void;
}

interface RuntimeTree {
  walk(): Cursor;
  delete(): void;
}

interface Cursor {
  readonly nodeTypeId: number;
  readonly nodeIsNamed: boolean;
  readonly nodeIsMissing: boolean;
  readonly startIndex: number;
  readonly endIndex: number;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
  delete(): void;
}

/** `from` is a file beside whose folder, or above, the packages are installed. */
export function createParser(from: string): Parser {
  const require = createRequire(from);
  let runtime: Promise<Runtime> | undefined;
  const loaded = new Map<string, Promise<Grammar>>();

  async function load(name: string): Promise<Grammar> {
    runtime ??= startRuntime(require);
    const { Parser: RuntimeParser, Language } = await runtime;
    const folder = dirname(require.resolve(packageName));
    const language = await Language.load(join(folder, `tree-sitter-${name}.wasm`));
    const parser = new RuntimeParser();
    parser.setLanguage(language);
    return grammar(parser, [...language.types.map((kind) => kind ?? ''), 'ERROR']);
  }

  return {
    async grammarFor(languageId) {
      const name = grammarOf(languageId);
      if (name === undefined) return undefined;
      const found = loaded.get(name) ?? load(name);
      loaded.set(name, found);
      return await found;
    },
  };
}

function grammar(parser: RuntimeParser, kinds: readonly string[]): Grammar {
  return {
    parse(text, isOver) {
      const tree = parser.parse(text, null, { progressCallback: isOver });
      if (!tree) {
        // Else the next parse would go on with this one.
        parser.reset();
        return undefined;
      }
      try {
        return copied(tree, kinds);
      } finally {
        tree.delete();
      }
    },
  };
}

async function startRuntime(require: NodeJS.Require): Promise<Runtime> {
  const runtime = require(packageName) as Runtime;
  await runtime.Parser.init();
  return runtime;
}

function copied(tree: RuntimeTree, kinds: readonly string[]): SyntaxTree {
  const kind: number[] = [];
  const start: number[] = [];
  const end: number[] = [];
  const flags: number[] = [];
  const next: number[] = [];
  const open: number[] = [];
  const cursor = tree.walk();
  /** Everything above a broken node is broken. */
  const close = (): void => {
    const node = open.pop() as number;
    next[node] = kind.length;
    const parent = open.at(-1);
    if (parent !== undefined) flags[parent] = (flags[parent] as number) | ((flags[node] as number) & broken);
  };
  const step = (): boolean => {
    if (cursor.gotoFirstChild()) return true;
    for (;;) {
      close();
      if (cursor.gotoNextSibling()) return true;
      if (!cursor.gotoParent()) return false;
    }
  };
  do {
    const id = cursor.nodeTypeId;
    const isError = id === errorKind;
    const isMissing = cursor.nodeIsMissing;
    open.push(kind.length);
    kind.push(isError ? kinds.length - 1 : id);
    start.push(cursor.startIndex);
    end.push(cursor.endIndex);
    flags.push(
      (cursor.nodeIsNamed ? named : 0) | (isMissing ? missing : 0) | (isError || isMissing ? broken : 0),
    );
    next.push(0);
  } while (step());
  cursor.delete();
  return {
    kinds,
    kind: Uint16Array.from(kind),
    start: Uint32Array.from(start),
    end: Uint32Array.from(end),
    next: Uint32Array.from(next),
    flags: Uint8Array.from(flags),
  };
}

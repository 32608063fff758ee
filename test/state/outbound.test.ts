import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ask, AskDocument, WorkspaceEvent } from '../../server/core/ask.ts';
import { apply } from '../../server/core/edit.ts';
import { noHistory, recentChanges, record } from '../../server/core/history.ts';
import { type AnswerEvent, type ModelSession, noUsage } from '../../server/core/model.ts';
import { createDocuments } from '../../server/state/documents.ts';
import { createOutbound, type OutboundRules } from '../../server/state/outbound.ts';
import { createPrivacyRules } from '../../server/state/privacy/rules.ts';
import { createVault } from '../../server/state/privacy/vault.ts';
import { toUri } from '../../server/state/workspace/uri.ts';
import { temporaryFolder } from '../support/folder.ts';
import { plantedSecrets } from '../support/secrets.ts';

const timing = { queued: 0 };
const done: AnswerEvent = { kind: 'done', outcome: 'completed', metadata: {}, timing };

/** A session that records all it is given and answers with what it is told to. */
function recorder(answer: (ask: Ask) => readonly AnswerEvent[] = () => [done]) {
  const sent: (Ask | WorkspaceEvent)[] = [];
  let released = 0;
  const session: ModelSession = {
    ask(ask) {
      sent.push(ask);
      const events = [...answer(ask)];
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            const value = events.shift();
            return value ? { done: false, value } : { done: true, value: undefined };
          },
          return: async () => {
            released++;
            return { done: true, value: undefined };
          },
        }),
      };
    },
    tell: (event) => sent.push(event),
    status: () => ({ state: 'ready', takesAsks: true, model: '', requests: 0, usage: noUsage }),
    dispose: async () => {},
  };
  return { session, sent, releases: () => released };
}

function allowing(options: Partial<OutboundRules> = {}): OutboundRules {
  return {
    redactSecrets: true,
    privacy: createPrivacyRules({ folders: [], exclude: [], now: () => 0 }),
    exclude: [],
    ...options,
  };
}

const noSignal = new AbortController().signal;

function documentOf(text: string, uri = 'untitled:a.ts'): AskDocument {
  return { uri, path: uri.replace(/^.*[:/]/, ''), languageId: 'typescript', version: 1, text };
}

function completeAsk(document: AskDocument, more: Partial<Ask> = {}): Ask {
  return {
    task: 'complete',
    document,
    cursor: document.text.length,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens: 1000,
    maxOutputTokens: 100,
    maxLines: 1,
    candidates: 1,
    ...more,
  } as Ask;
}

async function all(answer: AsyncIterable<AnswerEvent>): Promise<readonly AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of answer) events.push(event);
  return events;
}

describe('asks', () => {
  test('about an excluded document fail with one sentence, and nothing is sent', async () => {
    const { session, sent } = recorder();
    const outbound = createOutbound(session, { rules: () => allowing(), vault: createVault(1) });
    const document = documentOf('A=1', 'untitled:.env');
    outbound.tell({ kind: 'opened', document });
    outbound.tell({
      kind: 'changed',
      uri: document.uri,
      version: 2,
      edit: [{ start: 0, end: 0, text: 'B' }],
    });
    const events = await all(outbound.ask(completeAsk(document), noSignal));
    outbound.tell({ kind: 'closed', uri: document.uri });
    expect(events).toEqual([
      {
        kind: 'failed',
        failure: {
          code: 'excluded',
          message: '.env is excluded by the pattern `.env*` of `privacy.exclude`, so nothing of it is sent.',
        },
      },
    ]);
    expect(sent).toEqual([]);
  });

  test('come back with secrets put in again, one placeholder cut over several pieces', async () => {
    const text = 'const password = "hunter2x";\n';
    const { session } = recorder(({ document }) => {
      const hidden = document.text.slice(18, 26);
      return [
        ...[...`again(${hidden});`].map((text): AnswerEvent => ({ kind: 'text', index: 0, text })),
        { kind: 'refusal', text: hidden },
        done,
      ];
    });
    const outbound = createOutbound(session, { rules: () => allowing(), vault: createVault(1) });
    const events = await all(outbound.ask(completeAsk(documentOf(text)), noSignal));
    expect(events.map((event) => (event.kind === 'text' ? event.text : '')).join('')).toBe(
      'again(hunter2x);',
    );
    expect(events.slice(-2)).toEqual([{ kind: 'refusal', text: 'hunter2x' }, done]);
  });

  test('are whole when nothing of them is kept back', async () => {
    const whole: AnswerEvent = { kind: 'whole' };
    const { session } = recorder(({ document }) => [
      { kind: 'text', index: 0, text: `a${document.text.slice(18, 21)}` },
      whole,
      done,
    ]);
    const outbound = createOutbound(session, { rules: () => allowing(), vault: createVault(1) });
    const document = documentOf('const password = "hunter2x";\n');
    const [first, second, ...rest] = await all(outbound.ask(completeAsk(document), noSignal));
    expect([first, second]).toMatchObject([
      { kind: 'text', text: 'a' },
      { kind: 'text', text: expect.stringMatching(/^\S{3}$/) },
    ]);
    expect(rest).toEqual([whole, done]);
  });

  test('inside a secret are not sent', async () => {
    const { session, sent } = recorder();
    const outbound = createOutbound(session, { rules: () => allowing(), vault: createVault(1) });
    const events = await all(
      outbound.ask(
        completeAsk(documentOf('password = "hunter2x"'), { cursor: 15 } as Partial<Ask>),
        noSignal,
      ),
    );
    expect(events[0]).toMatchObject({ kind: 'failed', failure: { code: 'excluded' } });
    expect(sent).toEqual([]);
  });

  test('left before the first event release the answer behind', async () => {
    const { session, releases } = recorder();
    const outbound = createOutbound(session, { rules: () => allowing(), vault: createVault(1) });
    await outbound
      .ask(completeAsk(documentOf('a')), noSignal)
      [Symbol.asyncIterator]()
      .return?.();
    expect(releases()).toBe(1);
  });

  test('without redaction pass as they are', async () => {
    const { session, sent } = recorder();
    const outbound = createOutbound(session, {
      rules: () => allowing({ redactSecrets: false }),
      vault: createVault(1),
    });
    const ask = completeAsk(documentOf('password = "hunter2x"'));
    await all(outbound.ask(ask, noSignal));
    expect(sent).toEqual([ask]);
    expect(outbound.secretsKept(ask.document, [{ start: 0, end: 21, text: '' }])).toBe(true);
  });
});

test('changed rules close what is excluded now, and open what is allowed again', () => {
  const { session, sent } = recorder();
  let rules = allowing();
  const outbound = createOutbound(session, { rules: () => rules, vault: createVault(1) });
  outbound.tell({ kind: 'folders', folders: [], exclude: [] });
  outbound.tell({ kind: 'opened', document: documentOf('one') });
  sent.length = 0;
  rules = allowing({
    exclude: ['*.ts'],
    privacy: createPrivacyRules({ folders: [], exclude: ['*.ts'], now: () => 0 }),
  });
  outbound.rulesChanged();
  expect(sent).toEqual([
    { kind: 'closed', uri: 'untitled:a.ts' },
    { kind: 'folders', folders: [], exclude: ['*.ts'] },
  ]);
  sent.length = 0;
  outbound.tell({
    kind: 'changed',
    uri: 'untitled:a.ts',
    version: 2,
    edit: [{ start: 3, end: 3, text: ' two' }],
  });
  expect(sent).toEqual([]);
  rules = allowing();
  outbound.rulesChanged();
  expect(sent[0]).toEqual({ kind: 'opened', document: { ...documentOf('one two'), version: 2 } });
});

describe('secretsKept', () => {
  /** `❰old↦new❱` is one replacement. */
  function check(marked: string, kept: boolean): void {
    let before = '';
    const edit = [];
    for (const part of marked.split(/(❰[^❱]*❱)/)) {
      const [old, text] = part.startsWith('❰') ? part.slice(1, -1).split('↦') : [part, undefined];
      if (text !== undefined)
        edit.push({ start: before.length, end: before.length + (old ?? '').length, text });
      before += old;
    }
    const outbound = createOutbound(recorder().session, { rules: () => allowing(), vault: createVault(1) });
    expect(outbound.secretsKept({ uri: 'untitled:a', version: 1, text: before }, edit)).toBe(kept);
  }
  test.each<[string, boolean]>([
    ['password = "hunter2x"; ❰a↦b❱', true],
    ['❰password = "hunter2x"↦secret = "hunter2x"❱', true],
    ['❰password = "hunter2x"↦password = env()❱', false],
    ['password = "hunt❰er2x↦ed❱"', false],
    ['password = "hunt❰↦x❱er2x"', false],
    ['password = "hunt❰er2x"; a↦er2x"; b❱', true],
    // A letter grown onto it makes it another secret; what stands apart from it does not.
    ['password = "hunter2x❰↦y❱"', false],
    ['password = ❰↦b❱"hunter2x"', true],
    ['password = "hunter2x"❰↦;❱', true],
    ['❰password = "hunter2x"\n↦❱a\n❰↦password = "hunter2x"\n❱', true],
    ['a = ❰1↦"HIDDEN_zz_"❱', false],
  ])('%s: %s', check);
});

test('random sessions: no canary leaves', async () => {
  const secrets = plantedSecrets(3);
  const secretNames = [
    '.env',
    'keys/server.pem',
    'id_rsa',
    '.aws/credentials',
    'ignored/a.ts',
    'ai.md',
    'src/deep/local.ts',
    'link.ts',
    'out.ts',
    'config/Secrets.yaml',
  ];
  const elsewhere = temporaryFolder({ 'out.ts': '' });
  const root = temporaryFolder({
    ...Object.fromEntries(
      secretNames.filter((name) => !/^(?:link|out)/.test(name)).map((name) => [name, '']),
    ),
    '.gitignore': 'ignored/\n',
    'src/.gitignore': 'local.ts\n',
    '.aiignore': 'ai.md\n',
    'link.ts': { link: '.env' },
    'out.ts': { link: `${elsewhere}/out.ts` },
    'src/a.ts': '',
    'src/b.ts': '',
  });
  const privacy = createPrivacyRules({ folders: [root], exclude: [], now: () => 0 });
  const fileCanaries = secretNames.map((_, index) => `canaryOfFile${index}x`);
  const canaries = [...fileCanaries, ...secrets.flatMap((secret) => secret.canaries)];
  const action = fc.record({
    kind: fc.constantFrom('insert', 'insert', 'type', 'delete', 'ask', 'excluded', 'reopen'),
    file: fc.nat(1),
    excluded: fc.nat(secretNames.length - 1),
    secret: fc.nat(secrets.length - 1),
    at: fc.nat(1000),
    task: fc.constantFrom('complete', 'edit', 'fix'),
  });

  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 14 }), async (actions) => {
      const { session, sent } = recorder(({ document }) => [
        { kind: 'text', index: 0, text: document.text },
        done,
      ]);
      const documents = createDocuments();
      const vault = createVault(7);
      const rules = allowing({ privacy });
      const outbound = createOutbound(session, {
        rules: () => rules,
        vault,
        textOf: (uri, version) => {
          const snapshot = documents.get(uri);
          return snapshot?.version === version ? snapshot.text : undefined;
        },
      });
      let history = noHistory;
      let mirror = new Map<string, string>();
      const pathOf = (uri: string) => path.relative(root, new URL(uri).pathname);
      const uris = ['src/a.ts', 'src/b.ts'].map((name) => toUri(path.join(root, name)));
      const asked = (uri: string): AskDocument => {
        const { languageId = '', version = 0, text } = documents.get(uri) ?? {};
        return { uri, path: pathOf(uri), languageId, version, text: text?.value ?? '' };
      };
      const open = (uri: string, text: string) => {
        documents.open({ uri, languageId: 'typescript', version: 1, text });
        outbound.tell({ kind: 'opened', document: asked(uri) });
      };
      const change = (uri: string, start: number, end: number, text: string) => {
        const changed = documents.change(uri, undefined, [{ start, end, text }]);
        if (!changed) return;
        history = record(
          history,
          { ...changed, uri, path: pathOf(uri), before: changed.before.text, after: changed.after.text },
          0,
        );
        outbound.tell({ kind: 'changed', uri, version: changed.after.version, edit: changed.edit });
      };
      for (const uri of uris) open(uri, 'const a = 1;\n');

      for (const { kind, file, excluded, secret, at, task } of actions) {
        const uri = uris[file] ?? '';
        const planted = secrets[secret]?.text ?? '';
        const { value = '', lineStarts } = documents.get(uri)?.text ?? {};
        const start = lineStarts?.[at % lineStarts.length] ?? 0;
        if (kind === 'insert') change(uri, start, start, `${planted}\n`);
        if (kind === 'delete') change(uri, start, Math.min(value.length, start + (at % 90)), '');
        if (kind === 'reopen') open(uri, `${planted}\n${value}`);
        if (kind === 'type') {
          // Typed in two halves: what is no secret yet may leave, so this half holds no canary as a whole.
          change(uri, start, start, `${planted}\n`.slice(0, planted.length / 2));
          change(
            uri,
            start + Math.floor(planted.length / 2),
            start + Math.floor(planted.length / 2),
            `${planted}\n`.slice(planted.length / 2),
          );
        }
        if (kind === 'excluded') {
          const hidden = toUri(path.join(root, secretNames[excluded] ?? ''));
          if (!documents.get(hidden)) open(hidden, '\n');
          change(hidden, 0, 0, `${fileCanaries[excluded]}\n`);
          await all(outbound.ask(completeAsk(asked(hidden)), noSignal));
        }
        if (kind === 'ask') {
          const document = asked(uri);
          const marked = { start: 0, end: 0, severity: 'error', message: `Unexpected ${planted}` } as const;
          const more = {
            task,
            history: recentChanges(history, 20),
            snippets: [
              { path: 'src/c.ts', text: planted },
              { path: secretNames[excluded] ?? '', text: fileCanaries[excluded] ?? '' },
            ],
            diagnostics: [marked],
            targets: [marked],
            region: { start: 0, end: document.text.length },
            instruction: `Use ${planted}`,
            selected: { start: 0, end: 0, text: planted },
          };
          const events = await all(
            outbound.ask(completeAsk(document, more as unknown as Partial<Ask>), noSignal),
          );
          const answered = events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
          if (events[0]?.kind !== 'failed') expect(answered).toBe(document.text);
        }
      }
      // A mirror fed with what was told holds texts of the same length as the real ones.
      mirror = new Map();
      for (const event of sent) {
        if (!('kind' in event)) continue;
        if (event.kind === 'opened') mirror.set(event.document.uri, event.document.text);
        if (event.kind === 'changed') mirror.set(event.uri, apply(mirror.get(event.uri) ?? '', event.edit));
        if (event.kind === 'closed') mirror.delete(event.uri);
      }
      expect([...mirror.keys()].sort()).toEqual(uris);
      for (const uri of uris)
        expect(mirror.get(uri)).toHaveLength(documents.get(uri)?.text.value.length ?? -1);
      const left = JSON.stringify(sent) + [...mirror.values()].join('\n');
      expect(canaries.filter((canary) => left.includes(canary))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

/**
 * What every peer must give through the session, whoever it is: run against a scripted provider and against the
 * gateway. The peer answers a completion with the cursor's line in capitals, and refuses the line `// no`.
 */

import { afterEach, describe, expect, test } from 'vitest';
import type { ModelSession } from '../../server/core/model.ts';
import type { Endpoint } from '../../server/session/endpoint.ts';
import type { SessionOptions } from '../../server/session/session.ts';
import { askDocument, completeAsk, drawn, editAsk, nextEditAsk, nextEdited } from '../support/asks.ts';
import { type SystemClock, systemClock } from '../support/clock.ts';
import { testSession } from '../support/session.ts';

export interface Peer {
  endpoint(signal: AbortSignal): Promise<Endpoint>;
  /** Ends every connection at once; the peer can be reached again when it settles. */
  cut(): Promise<void>;
  connections(): number;
  close(): Promise<void>;
  /** Some have no way to refuse but words like any others. */
  readonly refusals?: 'as text';
  /** Some only go on with code. */
  readonly edits?: 'unsupported';
  /** Of those some say next edits all the same. */
  readonly nextEdits?: 'supported';
}

export function sessionContract(
  name: string,
  startPeer: () => Promise<Peer>,
  more: Partial<SessionOptions> = {},
): void {
  describe(name, () => {
    let peer: Peer;
    let clock: SystemClock;
    let session: ModelSession;

    const open = async (): Promise<ModelSession> => {
      peer = await startPeer();
      clock = systemClock();
      session = testSession((signal) => peer.endpoint(signal), { ...more, clock }).session;
      return session;
    };
    const never = (): AbortSignal => new AbortController().signal;

    afterEach(async () => {
      await session.dispose();
      expect(clock.pending()).toBe(0);
      await peer.close();
      expect(peer.connections()).toBe(0);
    });

    test('answers a completion', async () => {
      await open();
      expect(await drawn(session.ask(completeAsk('const a = █'), never()))).toBe('"CONST A = " completed');
      expect(session.status()).toMatchObject({ state: 'ready', requests: 1 });
    });

    test('answers an edit', async () => {
      await open();
      const edited = peer.edits === 'unsupported' ? /^failed unsupported$/ : /"y.*completed$/;
      expect(await drawn(session.ask(editAsk('let «x»;', 'y'), never()))).toMatch(edited);
    });

    test('answers what the next edit is, and that there is none', async () => {
      await open();
      const cannot = peer.edits === 'unsupported' && peer.nextEdits !== 'supported';
      const said = async (marked: string) => {
        const ask = nextEditAsk(marked);
        return nextEdited(ask, session.ask(ask, never()));
      };
      expect(await said('let first = 1;\nnext█ line;\nlet last = 3;\n')).toBe(
        cannot ? 'failed unsupported' : 'let first = 1;\nNEXT LINE;\nlet last = 3;\n',
      );
      expect(await said('let first█ = 1;\n')).toBe(cannot ? 'failed unsupported' : 'let first = 1;\n');
    });

    test('passes on a refusal', async () => {
      await open();
      const refused = peer.refusals === 'as text' ? /^"Not that." completed$/ : /^no: .* completed$/;
      const said = peer.edits === 'unsupported' ? /^failed unsupported$/ : refused;
      expect(await drawn(session.ask(editAsk('let «x»;', 'cannot'), never()))).toMatch(said);
    });

    test('answers more asks at once than may run, each with its own', async () => {
      await open();
      const lines = Array.from({ length: 40 }, (_, i) => `line${i}`);
      const answers = await Promise.all(
        lines.map((line) => drawn(session.ask(completeAsk(`${line}█`), never()))),
      );
      expect(answers).toEqual(lines.map((line) => `"${line.toUpperCase()}" completed`));
    });

    test('an ask aborted before, during or after the request ends as cancelled or answered, once', async () => {
      await open();
      for (let turns = 0; turns < 12; turns++) {
        const abort = new AbortController();
        const answer = drawn(session.ask(completeAsk('let a█'), abort.signal));
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        abort.abort();
        expect(await answer).toMatch(/^("LET A" completed|("LET A" )?failed cancelled)$/);
      }
      const late = new AbortController();
      late.abort();
      expect(await drawn(session.ask(completeAsk('let a█'), late.signal))).toBe('failed cancelled');
      expect(await drawn(session.ask(completeAsk('let b█'), never()))).toBe('"LET B" completed');
    });

    test('a reader may stop early', async () => {
      await open();
      for await (const event of session.ask(completeAsk('let a█'), never())) {
        expect(event.kind).toBe('text');
        break;
      }
      expect(await drawn(session.ask(completeAsk('let b█'), never()))).toBe('"LET B" completed');
    });

    test('knows the newest text after changes', async () => {
      await open();
      session.tell({ kind: 'opened', document: askDocument('let ') });
      session.tell({
        kind: 'changed',
        uri: askDocument('').uri,
        version: 2,
        edit: [{ start: 4, end: 4, text: 'ab' }],
      });
      expect(await drawn(session.ask(completeAsk('let ab█', { version: 2 }), never()))).toBe(
        '"LET AB" completed',
      );
      session.tell({
        kind: 'changed',
        uri: askDocument('').uri,
        version: 3,
        edit: [{ start: 4, end: 6, text: 'c' }],
      });
      // A superseded snapshot is answered for its own text, and does not disturb the newest.
      expect(await drawn(session.ask(completeAsk('let ab█', { version: 2 }), never()))).toBe(
        '"LET AB" completed',
      );
      expect(await drawn(session.ask(completeAsk('let c█', { version: 3 }), never()))).toBe(
        '"LET C" completed',
      );
      session.tell({ kind: 'closed', uri: askDocument('').uri });
      expect(await drawn(session.ask(completeAsk('let d█', { version: 4 }), never()))).toBe(
        '"LET D" completed',
      );
    });

    test('a lost connection loses nothing: the next ask is answered, with what was told before', async () => {
      await open();
      session.tell({ kind: 'opened', document: askDocument('let ') });
      expect(await drawn(session.ask(completeAsk('let █'), never()))).toBe('"LET " completed');
      await peer.cut();
      session.tell({
        kind: 'changed',
        uri: askDocument('').uri,
        version: 2,
        edit: [{ start: 4, end: 4, text: 'z' }],
      });
      expect(await drawn(session.ask(completeAsk('let z█', { version: 2 }), never()))).toBe(
        '"LET Z" completed',
      );
    });

    test('asks under way when the connection is lost are answered or said to be lost', async () => {
      await open();
      await drawn(session.ask(completeAsk('let █'), never()));
      const answers = Array.from({ length: 8 }, (_, i) =>
        drawn(session.ask(completeAsk(`line${i}█`), never())),
      );
      await peer.cut();
      for (const [i, answer] of (await Promise.all(answers)).entries()) {
        expect(answer).toMatch(new RegExp(`^("LINE${i}" completed|("LINE${i}" )?failed offline)$`));
      }
    });

    test('disposal settles every ask, also later ones', async () => {
      await open();
      const waiting = [
        drawn(session.ask(completeAsk('a█'), never())),
        drawn(session.ask(completeAsk('b█'), never())),
      ];
      await session.dispose();
      expect(await Promise.all(waiting)).toEqual(['failed disposed', 'failed disposed']);
      expect(await drawn(session.ask(completeAsk('c█'), never()))).toBe('failed disposed');
      session.tell({ kind: 'opened', document: askDocument('') });
      expect(session.status().state).toBe('disposed');
    });
  });
}

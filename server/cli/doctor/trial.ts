/**
 * A trial of the model in use: a few small requests about one file, as an editor would make them, and what the session
 * measured of them: which way of asking it chose, where the time went beside what sizes let expect, and what it cost.
 */

import type { CompleteAsk } from '../../core/ask.ts';
import { describeRecord, type Ledger, type Speeds } from '../../core/measured.ts';
import type { AnswerEvent, ModelFailure, ModelSession } from '../../core/model.ts';
import { wordless } from '../../features/suggest/silence.ts';

export interface Trial {
  /** Why it ended early. */
  readonly failure: ModelFailure | undefined;
  /** In words, one line each. */
  readonly findings: readonly string[];
}

/** Enough to see whether what was sent before is kept, and few enough to cost next to nothing. */
const requests = 4;
const answerWithinMs = 20_000;

export async function tryModel(session: ModelSession): Promise<Trial> {
  const findings: string[] = [];
  let { text } = sample.document;
  session.tell({ kind: 'opened', document: sample.document });
  for (let number = 1; number <= requests; number++) {
    // As typed: what a server keeps of a file is made at the first edit.
    const typed = number === 1 ? ' left' : ' ';
    const version = sample.document.version + number;
    const { uri } = sample.document;
    session.tell({
      kind: 'changed',
      uri,
      version,
      edit: [{ start: text.length, end: text.length, text: typed }],
    });
    text += typed;
    const ask = {
      ...sample,
      request: number,
      cursor: text.length,
      document: { ...sample.document, text, version },
    };
    const end = await endOf(session.ask(ask, AbortSignal.timeout(answerWithinMs)));
    if (number > 1 && end?.kind === 'failed' && end.failure.code === 'limit') {
      findings.push(`trial: ended after ${number - 1} of ${requests} requests: ${end.failure.message}`);
      break;
    }
    if (!end || end.kind === 'failed') return { failure: end?.failure ?? withoutWord, findings };
    if (number === 1) findings.push(connected(session, end));
  }
  const { measured, strategy } = session.status();
  if (strategy) findings.push(`strategy: ${strategy.name}, because ${strategy.reason}`);
  for (const [index, record] of (measured?.records ?? []).entries())
    findings.push(`request ${index + 1}: ${describeRecord(record)}`);
  if (measured) findings.push(...speeds(measured.speeds), ledger(measured.ledger));
  return { failure: undefined, findings };
}

const withoutWord: ModelFailure = {
  code: 'protocol',
  message: 'The model ended its answer without a word: try again, or choose another model.',
};

async function endOf(
  answer: AsyncIterable<AnswerEvent>,
): Promise<Extract<AnswerEvent, { kind: 'done' | 'failed' }> | undefined> {
  for await (const event of answer) if (event.kind === 'done' || event.kind === 'failed') return event;
  return undefined;
}

function connected(session: ModelSession, done: Extract<AnswerEvent, { kind: 'done' }>): string {
  const { queued, sent, firstText } = done.timing;
  const silent =
    wordless(done) === 'used-up'
      ? `the model used up ${sample.maxOutputTokens} tokens before it wrote anything: set a lower \`model.effort\` where it thinks at length`
      : 'the model was silent on the sample, as it may be';
  const ready = sent === undefined ? 'ready' : `ready after ${(sent - queued).toFixed(0)} ms`;
  const first =
    firstText === undefined
      ? silent
      : `first text ${(firstText - queued).toFixed(0)} ms after it was asked for`;
  return `connection: ${ready}, ${first}${session.status().takesAsks ? '; it takes typed asks' : ''}`;
}

function speeds({ networkMs, msPerInputToken, msPerOutputToken }: Speeds): readonly string[] {
  if (networkMs === undefined) return [];
  const parts = [
    `${networkMs.toFixed(1)} ms there and back`,
    ...(msPerInputToken ? [`reads ${perSecond(msPerInputToken)}`] : []),
    ...(msPerOutputToken ? [`writes ${perSecond(msPerOutputToken)}`] : []),
  ];
  return [`speed: ${parts.join(', ')}; what is expected above follows from the requests before it`];
}

function perSecond(msPerToken: number): string {
  return `${Math.round(1000 / msPerToken)} tokens in a second`;
}

function ledger({ input, cached, output, wasted, estimated, dollars }: Ledger): string {
  const cost = dollars === undefined ? 'no prices are set' : `${dollars.toFixed(6)} dollars`;
  const doubt = estimated > 0 ? `, of these ${estimated} estimated` : '';
  return `cost of this trial: ${input} tokens in (${cached} cached), ${output} out, ${wasted} wasted${doubt}; ${cost}`;
}

const lines = Array.from(
  { length: 24 },
  (_, i) =>
    `/** Adds ${i} to what is given. */\nexport function add${i}(value) {\n  return value + ${i};\n}\n`,
);

const sample: CompleteAsk = {
  task: 'complete',
  document: {
    uri: 'untitled:doctor.js',
    path: 'doctor.js',
    languageId: 'javascript',
    version: 1,
    text: `${lines.join('\n')}\nexport function subtract(left, right) {\n  return`,
  },
  history: [],
  snippets: [],
  diagnostics: [],
  contextTokens: 2048,
  maxOutputTokens: 64,
  cursor: 0,
  maxLines: 1,
  candidates: 1,
};

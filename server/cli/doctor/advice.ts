/** What to do about a trial that failed, where the session's own sentence, made for any moment, can be made clearer. */

import type { Clock } from '../../core/clock.ts';
import type { ModelFailure } from '../../core/model.ts';
import { hostOf, lostBeginning } from '../../session/protocol/sentences.ts';
import { proxyFor } from '../../session/proxy.ts';
import type { Environment, ResolvedModel } from '../../state/settings/resolve.ts';
import { speaksTls, unreached } from './reach.ts';

/** For each step towards a host that was not reached. */
const withinMs = 5_000;

export type UsableModel = Exclude<ResolvedModel, { kind: 'invalid' }>;

export interface AdviceOptions {
  readonly model: UsableModel;
  readonly environment: Environment;
  readonly clock: Clock;
}

export async function advice(failure: ModelFailure, options: AdviceOptions): Promise<string> {
  const { model, environment, clock } = options;
  const { code, message } = failure;
  if (code === 'cancelled')
    return 'no answer in time: check that the server is up and reachable, and that its model is loaded.';
  if (model.kind === 'embedded') return message;
  const host = hostOf(model.url);
  const { protocol, hostname } = new URL(model.url);
  if (code === 'unauthorized' && model.apiKey === undefined)
    return `${host} wants a key and none was sent: set ${keyVariable(model.warning)} to it, here and where the editor is started.`;
  const twin = twins.get(hostname);
  if (code === 'unauthorized' && twin !== undefined && message.includes('does not accept the key'))
    return `${message} A key of ${twin} is none of ${hostname}: name the host in \`model.url\` that yours was made for.`;
  if (isUnclear(failure) && /^(?:ws|http):$/.test(protocol) && !proxyFor(model.url, environment)) {
    if (await speaksTls(model.url, { clock, withinMs }))
      return `${host} speaks TLS there: begin \`model.url\` with ${protocol.replace(':', 's://')}.`;
  }
  const ended = lostBeginning({ url: model.url, model: model.name });
  if (message.startsWith(ended)) {
    const why = /^ \(.*\)(?=: )/.exec(message.slice(ended.length))?.[0] ?? '';
    return `${host} takes connections and ends them without an answer${why}: check the path of \`model.url\`, which usually ends in /v1/responses, and what the server's own log says.`;
  }
  if (code === 'rejected' && !message.includes(': '))
    return `${message} The sample is a small one: check \`model.name\`, \`model.format\`, \`model.effort\` and \`model.tier\`, which went along with it.`;
  if (code === 'offline' && message.includes('did not answer')) {
    const proxy = proxyFor(model.url, environment);
    if (proxy)
      return `${host} did not answer through the proxy ${proxy.host}: check that the proxy is up, or name ${host} in NO_PROXY where it is reached directly.`;
    return (await unreached(model.url, { clock, withinMs })) ?? message;
  }
  return message;
}

/** Mistral's hosts, each with keys of its own. */
const twins: ReadonlyMap<string, string> = new Map([
  ['codestral.mistral.ai', 'api.mistral.ai'],
  ['api.mistral.ai', 'codestral.mistral.ai'],
]);

/** What a server may make of a connection without TLS that expects one with it. */
function isUnclear({ code }: ModelFailure): boolean {
  return code === 'offline' || code === 'protocol' || code === 'unsupported' || code === 'rejected';
}

/** The one that was named and is not set. */
function keyVariable(warning: string | undefined): string {
  return /^The environment variable (\w+)/.exec(warning ?? '')?.[1] ?? 'WHITTLE_API_KEY';
}

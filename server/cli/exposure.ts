/**
 * Exposure: who may reach `whittle serve`, decided before it listens.
 *
 * - On loopback nobody needs a token (editors that know no session send none), unless `WHITTLE_TOKEN` is set.
 * - Beyond it there is nothing without that token, and nothing unencrypted: TLS is done here, or by a proxy whose
 *   being there is said.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isLoopback } from '../gateway/admission.ts';
import type { GatewayOptions } from '../gateway/gateway.ts';
import { readTextFile } from './file.ts';

export interface Exposed {
  readonly host: string;
  readonly token: string | undefined;
  /** Files in PEM, as the user named them. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly tlsByProxy: boolean;
  /** The folder the user is in. */
  readonly folder: string;
}

export type Exposure =
  | { readonly kind: 'allowed'; readonly gateway: Pick<GatewayOptions, 'token' | 'nameless' | 'tls'> }
  | { readonly kind: 'refused'; readonly message: string };

/** Shorter ones can be guessed. */
const shortestToken = 16;

export function exposureOf({ host, token, tls, tlsByProxy, folder }: Exposed): Exposure {
  const isSet = token !== undefined && token !== '';
  const isNear = isLoopback(host);
  if (isSet && (token.length < shortestToken || !/^[\x21-\x7e]+$/.test(token))) {
    return refused(
      `WHITTLE_TOKEN must have ${shortestToken} characters or more, letters, digits and signs only: \`openssl rand -hex 32\` makes one.`,
    );
  }
  if (!isNear && !isSet) {
    return refused(
      `--host ${host} opens the gateway to other machines: set WHITTLE_TOKEN to a secret that clients bring as their key.`,
    );
  }
  if (!isNear && !tls && !tlsByProxy) {
    return refused(
      `--host ${host} would send code and token unencrypted: give --tls-cert FILE and --tls-key FILE, or --tls-by-proxy where a proxy before it does TLS.`,
    );
  }
  const secret = isSet ? { token } : {};
  const nameless = isNear && !isSet ? 'served' : 'refused';
  if (!tls) return { kind: 'allowed', gateway: { ...secret, nameless } };
  const read = readTls(tls, folder);
  if (typeof read === 'string') return refused(read);
  return { kind: 'allowed', gateway: { ...secret, nameless, tls: read } };
}

/** The files' content, or what is wrong with them. */
function readTls(
  { cert, key }: NonNullable<Exposed['tls']>,
  folder: string,
): NonNullable<GatewayOptions['tls']> | string {
  const certFile = readTextFile(cert, folder);
  if (certFile.kind === 'unreadable') return certFile.message;
  const keyFile = readTextFile(key, folder);
  if (keyFile.kind === 'unreadable') return keyFile.message;
  try {
    const certificate = new X509Certificate(certFile.text);
    if (!certificate.checkPrivateKey(createPrivateKey(keyFile.text)))
      return `${key} is not the key of ${cert}.`;
  } catch {
    return `${cert} and ${key} are no certificate and key in PEM without a password.`;
  }
  return { cert: certFile.text, key: keyFile.text };
}

function refused(message: string): Exposure {
  return { kind: 'refused', message };
}

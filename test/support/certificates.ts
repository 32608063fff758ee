/** Certificates in PEM: of an authority for one use, and of a server that it signed for. */

import { generate } from 'selfsigned';

export interface Certificates {
  readonly authority: string;
  readonly key: string;
  readonly cert: string;
}

export interface ServerNames {
  /** The first is also the certificate's own. */
  readonly names: readonly [string, ...string[]];
  readonly addresses?: readonly string[];
}

export async function certificatesFor({ names, addresses = [] }: ServerNames): Promise<Certificates> {
  const common = { keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'An authority for tests' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: names[0] }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { authority: authority.cert, key: server.private, cert: server.cert };
}

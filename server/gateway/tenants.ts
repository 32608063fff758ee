/**
 * Tenants: who is served by what. Each backend stands behind a secret of its own, so that one gateway serves several
 * models and whoever knows the way to one knows nothing of the others.
 */

import { createHash } from 'node:crypto';
import type { Backend } from './backend.ts';
import { createDocuments, type Documents } from './documents.ts';

export interface Tenant {
  readonly backend: Backend;
  readonly documents: Documents;
}

export interface Tenants {
  add(token: string, backend: Backend): void;
  /** The backend is no longer served; ending it is up to the caller. */
  remove(token: string): void;
  /** Takes the same time for every wrong token: only digests are compared. */
  find(token: string): Tenant | undefined;
}

export function createTenants(): Tenants {
  const tenants = new Map<string, Tenant>();
  return {
    add: (token, backend) =>
      void tenants.set(digest(token), { backend, documents: createDocuments(backend) }),
    remove: (token) => void tenants.delete(digest(token)),
    find: (token) => tenants.get(digest(token)),
  };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}

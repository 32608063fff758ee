/**
 * Tenants: who is served by what. Each backend stands behind a secret of its own, so that one gateway serves several
 * models and whoever knows the way to one knows nothing of the others.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
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
  /** Takes the same time for every token, right or wrong. */
  find(token: string): Tenant | undefined;
}

export function createTenants(): Tenants {
  const tenants = new Map<string, { readonly digest: Buffer; readonly tenant: Tenant }>();
  return {
    add(token, backend) {
      const tenant = { backend, documents: createDocuments(backend) };
      tenants.set(token, { digest: digestOf(token), tenant });
    },
    remove: (token) => void tenants.delete(token),
    find(token) {
      const asked = digestOf(token);
      let found: Tenant | undefined;
      for (const { digest, tenant } of tenants.values()) if (timingSafeEqual(digest, asked)) found = tenant;
      return found;
    },
  };
}

/** Digests have one length, and tell nothing of the secret where they differ. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

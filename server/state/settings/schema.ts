/** The settings table as a JSON Schema, for `whittle settings` and editors' manifests. */

import { z } from 'zod';
import { settingsTable } from './table.ts';

interface Branch {
  readonly leaves: Map<string, z.ZodType>;
  readonly branches: Map<string, Branch>;
}

/** Draft 2020-12, of the object inside the section `whittle`. */
export function settingsJsonSchema(): Readonly<Record<string, unknown>> {
  const root = branch();
  for (const [key, { schema }] of settingsTable) {
    const path = key.split('.');
    const leaf = path.pop() ?? key;
    let at = root;
    for (const name of path) {
      const next = at.branches.get(name) ?? branch();
      at.branches.set(name, next);
      at = next;
    }
    at.leaves.set(leaf, schema);
  }
  const { $schema, ...rest } = z.toJSONSchema(toObject(root), { io: 'input' });
  return { $schema, title: 'Whittle settings', ...rest };
}

function branch(): Branch {
  return { leaves: new Map(), branches: new Map() };
}

function toObject({ leaves, branches }: Branch): z.ZodType {
  const inner = [...branches].map(([name, each]) => [name, toObject(each)] as const);
  return z.object(Object.fromEntries([...leaves, ...inner])).optional();
}

/** Writes the settings and commands of the extension's `package.json`: `npm run manifest`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { settingsJsonSchema } from '../../server/state/settings/schema.ts';
import { contributions } from './contributions.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
manifest.contributes = contributions(settingsJsonSchema());
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);

/**
 * The user's own settings, the only ones that count here. Their scope in the manifest says so as well, but of a cloned
 * folder's `.vscode/settings.json` many versions of VS Code and its kin check whole keys alone: in an object
 * (`"whittleServer": {"command": […]}`) it could name a program to be started and an address for keys and text.
 */

import { workspace } from 'vscode';
import { ownValue } from './own-value.ts';

/** Of a setting, or of a section as an object. */
export function ownSetting<T>(name: string): T | undefined {
  return ownValue(workspace.getConfiguration().inspect(name) ?? {}) as T | undefined;
}

/**
 * The workspace's folders as the client names them: the folders of 3.6 and later, else `rootUri`, else `rootPath` of
 * clients that know none of those, else none.
 */

import { isAbsolute } from 'node:path';
import { type FolderPath, toFolder, toUri } from '../state/workspace/uri.ts';
import { type Fields, list, object, optional, string } from './params.ts';

export interface Folders {
  initialize(params: Fields): void;
  change(params: Fields): void;
  all(): readonly FolderPath[];
  /** Absolute paths, without folders that are not on this machine's disk. */
  paths(): readonly string[];
}

export function createFolders(): Folders {
  let folders: readonly FolderPath[] = [];
  const read = (value: unknown, field: string) =>
    (optional(list(object))(value, field) ?? []).map((folder, index) => ({
      uri: string(folder.uri, `${field}[${index}].uri`),
      name: typeof folder.name === 'string' ? folder.name : '',
    }));
  return {
    initialize(params) {
      const given = read(params.workspaceFolders, 'workspaceFolders');
      // `null` says that no folder is open, whatever path goes along (Helix).
      const root =
        params.rootUri === undefined ? uriOf(params.rootPath) : optional(string)(params.rootUri, 'rootUri');
      const named = given.length === 0 && root !== undefined ? [{ uri: root, name: '' }] : given;
      folders = named.flatMap((folder) => toFolder(folder) ?? []);
    },
    change(params) {
      const event = object(params.event, 'event');
      // The same folder may be written in another way than when it was added.
      const removed = read(event.removed, 'event.removed').flatMap((folder) => toFolder(folder)?.path ?? []);
      const added = read(event.added, 'event.added').flatMap((folder) => toFolder(folder) ?? []);
      const kept = folders.filter(({ path }) => !removed.includes(path));
      folders = [...kept, ...added.filter(({ path }) => kept.every((folder) => folder.path !== path))];
    },
    all: () => folders,
    paths: () => folders.map(({ path }) => path),
  };
}

function uriOf(path: unknown): string | undefined {
  return typeof path === 'string' && isAbsolute(path) ? toUri(path) : undefined;
}

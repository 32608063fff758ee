/** The workspace's folders as the client names them: the folders of 3.6 and later, else `rootUri`, else none. */

import { type FolderPath, toFolder } from '../state/workspace/uri.ts';
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
      const root = optional(string)(params.rootUri, 'rootUri');
      const named = given.length === 0 && root !== undefined ? [{ uri: root, name: '' }] : given;
      folders = named.flatMap((folder) => toFolder(folder) ?? []);
    },
    change(params) {
      const event = object(params.event, 'event');
      const removed = read(event.removed, 'event.removed').map(({ uri }) => uri);
      const added = read(event.added, 'event.added').flatMap((folder) => toFolder(folder) ?? []);
      const kept = folders.filter(({ uri }) => !removed.includes(uri));
      folders = [...kept, ...added.filter(({ path }) => kept.every((folder) => folder.path !== path))];
    },
    all: () => folders,
    paths: () => folders.map(({ path }) => path),
  };
}

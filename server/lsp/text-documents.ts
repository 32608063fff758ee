/** What a client tells of its documents: each change is taken in before the next message is read. */

import type { Workbench } from '../features/workbench.ts';
import type { ClientFeatures } from './capabilities.ts';
import type { Configuration } from './configuration.ts';
import type { MethodTable } from './connection.ts';
import { documentUri, Malformed } from './params.ts';
import { readChanged, readOpened, toEdit } from './synchronisation.ts';
import type { Versions } from './versions.ts';

export interface TextDocumentsParts {
  readonly workbench: Workbench;
  readonly versions: Versions;
  readonly configuration: Pick<Configuration, 'filesChanged'>;
  readonly client: () => ClientFeatures;
  /** Called with the first document, whether or not the client said `initialized`. */
  readonly beginOnce: () => void;
  /** Does it once the settings are known: at once where they are. */
  readonly onceReady: (work: () => void) => void;
}

export function textDocuments(parts: TextDocumentsParts): MethodTable['notifications'] {
  const { workbench, versions, configuration, client, beginOnce, onceReady } = parts;
  return {
    'textDocument/didOpen'(params) {
      beginOnce();
      const opened = readOpened(params, client());
      workbench.opened(opened);
      versions.came(opened.uri, opened.version);
    },
    'textDocument/didChange'(params) {
      const { uri, version, changes } = readChanged(params);
      const snapshot = workbench.documents.get(uri);
      if (!snapshot) throw new Malformed(`'textDocument.uri' names ${uri}, which was not opened.`);
      workbench.changed(uri, version, toEdit(snapshot.text, changes, client()));
      versions.came(uri, version);
    },
    'textDocument/didSave'(params) {
      const uri = documentUri(params);
      configuration.filesChanged([uri]);
      onceReady(() => workbench.saved(uri));
    },
    'textDocument/didClose'(params) {
      const uri = documentUri(params);
      workbench.closed(uri);
      versions.closed(uri);
    },
  };
}

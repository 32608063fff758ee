/**
 * A backend that is made when it is first needed: a gateway that only serves model servers has no engine, which
 * would read the workspace for nobody.
 */

import type { Backend } from './backend.ts';

export function lazyBackend(create: () => Backend): Backend {
  let made: Backend | undefined;
  const backend = (): Backend => {
    made ??= create();
    return made;
  };
  return {
    open: (document) => backend().open(document),
    change: (uri, version, edit) => backend().change(uri, version, edit),
    close: (uri) => backend().close(uri),
    folders: (folders, exclude) => backend().folders(folders, exclude),
    answer: (ask, signal) => backend().answer(ask, signal),
    models: (signal) => backend().models(signal),
    dispose: () => made?.dispose() ?? Promise.resolve(),
  };
}

import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { openServer, startTestServer, type TestServer } from '../support/server.ts';

function folders({ model }: TestServer): readonly string[] {
  const last = model.told.findLast(({ kind }) => kind === 'folders');
  return last?.kind === 'folders' ? last.folders.map(({ path }) => path) : ['never told'];
}

describe('the workspace’s folders', () => {
  test('several, one and none', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    expect(folders(await openServer({ folders: [one, two] }))).toEqual([one, two]);
    expect(folders(await openServer({ folders: [one] }))).toEqual([one]);
    expect(folders(await openServer())).toEqual([]);
  });

  test.each<[string, (folder: string) => object, boolean]>([
    ['`rootUri`', (folder) => ({ rootUri: pathToFileURL(folder).href }), true],
    ['`rootUri` as Java writes it', (folder) => ({ rootUri: `file:${folder}` }), true],
    ['`rootPath` alone', (folder) => ({ rootPath: folder, rootUri: undefined }), true],
    [
      '`rootPath` beside a `rootUri` that says none',
      (folder) => ({ rootPath: folder, rootUri: null }),
      false,
    ],
  ])('%s where the client knows no folders', async (_, root, isOne) => {
    const folder = temporaryFolder();
    const server = startTestServer();
    const { workspaceFolders: __, ...params } = server.client.initializeParams();
    const result = await server.client.request('initialize', { ...params, ...root(folder) });
    server.client.acceptInitialize(result as Parameters<typeof server.client.acceptInitialize>[0]);
    server.client.notify('initialized', {});
    await server.status();
    expect(folders(server)).toEqual(isOne ? [folder] : []);
  });

  test('added and taken away, the same one once', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    const server = await openServer({ folders: [one] });
    const named = (path: string) => ({ uri: pathToFileURL(path).href, name: 'x' });
    const change = async (added: readonly string[], removed: readonly string[]) => {
      const told = server.model.told.length;
      const event = { added: added.map(named), removed: removed.map(named) };
      server.client.notify('workspace/didChangeWorkspaceFolders', { event });
      while (server.model.told.length === told) await server.settled();
      return folders(server);
    };
    expect(await change([two, one], [])).toEqual([one, two]);
    expect(await change([], [`${one}/`])).toEqual([two]);
  });

  test('paths are told relative to the innermost folder', async () => {
    const folder = temporaryFolder({ 'in/a.ts': '' });
    const server = await openServer({ folders: [folder, `${folder}/in`] });
    server.client.open(pathToFileURL(`${folder}/in/a.ts`).href, '');
    server.client.open(pathToFileURL(`${folder}/b.ts`).href, '');
    server.client.open('file:///elsewhere/c.ts', '');
    await server.settled();
    const paths = server.model.told.flatMap((event) =>
      event.kind === 'opened' ? [event.document.path] : [],
    );
    expect(paths).toEqual(['a.ts', 'b.ts', 'c.ts']);
  });

  test('a folder elsewhere than on this disk is none', async () => {
    const server = startTestServer();
    const params = server.client.initializeParams();
    const workspaceFolders = [{ uri: 'vscode-remote://host/x', name: 'x' }];
    const result = await server.client.request('initialize', { ...params, workspaceFolders });
    server.client.acceptInitialize(result as Parameters<typeof server.client.acceptInitialize>[0]);
    await server.status();
    expect(folders(server)).toEqual([]);
  });

  test('what a new folder excludes is known before the folder is', async () => {
    const folder = temporaryFolder({
      '.whittle.json': JSON.stringify({ privacy: { exclude: ['secret/**'] } }),
      'secret/a.ts': '',
    });
    const server = await openServer();
    const event = { added: [{ uri: pathToFileURL(folder).href, name: 'x' }], removed: [] };
    server.client.notify('workspace/didChangeWorkspaceFolders', { event });
    const told = () => server.model.told.filter(({ kind }) => kind === 'folders');
    while (told().length < 2) await server.settled();
    expect(told()[1]).toMatchObject({ exclude: ['secret/**'] });
  });
});

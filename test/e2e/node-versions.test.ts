// The built server under the versions of Node that people have, where the one that runs the tests is another.

import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { source } from '../support/log-module.ts';
import { reply, startModelServer } from '../support/model-server.ts';
import { machineEnvironment, program } from '../support/server-process.ts';
import { temporaryProject } from '../support/temporary-project.ts';
import { describeInstalled } from './editor.ts';

for (const major of [22, 24])
  describeInstalled([`install-node.sh ${major}`], `Whittle on Node ${major}`, ([node = '']) => {
    test('its version is all that it says', () => {
      const ran = spawnSync(node, [program, '--version'], { encoding: 'utf8', env: machineEnvironment() });
      expect([ran.status, ran.stderr]).toEqual([0, '']);
      expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    });

    test('ghost text by the engine and by a model, and no complaint', async () => {
      const project = temporaryProject();
      const model = await startModelServer({ answer: () => reply('info(name);') });
      onTestFinished(model.close);
      const byModel = { WHITTLE_URL: model.url, WHITTLE_MODEL: 'test' };
      for (const env of [{}, byModel]) {
        const server = await project.initialized({ node, env });
        const { client } = server;
        const uri = project.uriOf('file.ts');
        client.open(uri, source);
        let at = client.after(uri, 'write(name: string): void {\n');
        let shown = 0;
        for (const key of '  log.') {
          at = client.type(uri, at, key);
          shown += (await client.inlineCompletions(uri, at)).length;
        }
        expect(shown).toBeGreaterThan(0);
        await client.shutdown();
        expect(await server.exit).toEqual({ code: 0, signal: null });
        expect(server.complaints()).toBe('');
      }
      expect(model.received.length).toBeGreaterThan(0);
    });
  });

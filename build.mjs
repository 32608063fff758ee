// Bundles the server into one CommonJS file, dist/server.js, which starts faster than ES modules do; what is imported
// by `import()` is evaluated only when it is first needed. dist/whittle.js starts it through V8's code cache, which is
// filled here by one short session, with the embedded engine and a model behind a WebSocket.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { WebSocketServer } from 'ws';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const dist = new URL('dist/', import.meta.url);
const program = new URL('whittle.js', dist);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
await build({
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: ['server/main.ts'],
  outfile: 'dist/server.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  // Optional native speed-ups of ws; its own code serves where they are missing.
  external: ['bufferutil', 'utf-8-validate'],
  define: { 'process.env.WHITTLE_VERSION': JSON.stringify(version) },
  logLevel: 'warning',
});
copyFileSync(new URL('server/launch.cjs', import.meta.url), program);
copyFileSync(new URL('server/v8-flags.cjs', import.meta.url), new URL('v8-flags.cjs', dist));
chmodSync(program, 0o755);
// The package is one of ES modules; its bundle is not.
writeFileSync(new URL('package.json', dist), '{ "type": "commonjs" }\n');
await fillCache();

/** A session as editors begin and end it, so that the functions it runs are in the cache. */
async function fillCache() {
  const model = await startModel();
  const { port } = model.address();
  const child = spawn(process.execPath, [fileURLToPath(program), '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const textDocument = {
    uri: 'untitled:build.js',
    languageId: 'javascript',
    version: 1,
    text: 'const a = 1;\nconst b = ',
  };
  const initializationOptions = {
    model: { url: `ws://127.0.0.1:${port}/v1/responses`, name: 'build' },
    // Both are asked.
    completion: { hedge: true },
  };
  send({
    id: 1,
    method: 'initialize',
    params: { processId: null, rootUri: null, capabilities: {}, initializationOptions },
  });
  send({ method: 'initialized', params: {} });
  send({ method: 'textDocument/didOpen', params: { textDocument } });
  send({
    id: 2,
    method: 'textDocument/inlineCompletion',
    params: { textDocument, position: { line: 1, character: 10 }, context: { triggerKind: 2 } },
  });
  // The answer to the last request is in the output, whichever it is.
  let answered = '';
  child.stdout.on('data', (chunk) => {
    const before = answered.includes('"id":2');
    answered += chunk;
    if (before || !answered.includes('"id":2')) return;
    send({ id: 3, method: 'shutdown' });
    send({ method: 'exit' });
  });
  const tooLong = setTimeout(() => child.kill(), 20_000);
  await ended;
  clearTimeout(tooLong);
  for (const client of model.clients) client.terminate();
  model.close();
}

/** Answers every request of the Responses protocol with the same words. */
async function startModel() {
  const model = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => model.once('listening', resolve));
  model.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { stream_id, generate } = JSON.parse(data);
      let sequence_number = 0;
      const say = (type, fields) =>
        socket.send(JSON.stringify({ type, sequence_number: sequence_number++, stream_id, ...fields }));
      const response = {
        id: `resp_${stream_id}`,
        previous_response_id: null,
        status: 'in_progress',
        output: [],
      };
      say('response.created', { response });
      say('response.in_progress', { response });
      const place = { output_index: 0, content_index: 0 };
      if (generate !== false) say('response.output_text.delta', { ...place, delta: 'a + 1;\n' });
      const usage = { input_tokens: 100, output_tokens: generate === false ? 0 : 5 };
      say('response.completed', { response: { ...response, status: 'completed', usage } });
    });
  });
  return model;
}

// Hosts Copilot's ghost-text engine (@vscode/chat-lib, MIT) for the benchmark: what its constructor wants (a fetcher, a
// token, a document manager) is given as its own public tests give it. Reads and writes one JSON object per line.
// Arguments: the library's `dist/src`, the address of the model.
const http = require('node:http');
const path = require('node:path');
const { Readable } = require('node:stream');

const [library, address] = process.argv.slice(2);
const inner = (name) => require(path.join(library, '_internal', name));
const { createInlineCompletionsProvider } = require(path.join(library, 'main.js'));
const { Response, HeadersImpl } = inner('platform/networking/common/fetcherService.js');
const { CopilotToken, createTestExtendedTokenInfo } = inner('platform/authentication/common/copilotToken.js');
const { MutableObservableWorkspace } = inner('platform/inlineEdits/common/observableWorkspace.js');
const { Event } = inner('util/vs/base/common/event.js');
const { Disposable } = inner('util/vs/base/common/lifecycle.js');
const { CancellationTokenSource } = inner('util/vs/base/common/cancellation.js');
const { CopilotTextDocument } = inner('extension/completions-core/vscode-node/lib/src/textDocument.js');

const base = new URL(address);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const token = new CopilotToken(createTestExtendedTokenInfo({ token: 'stub' }));

const fetcher = {
  getUserAgentLibrary: () => 'bench',
  fetch(url, options) {
    const { pathname, search } = new URL(url);
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const headers = {
      'content-type': 'application/json',
      ...(body ? { 'content-length': Buffer.byteLength(body) } : {}),
    };
    const to = {
      host: base.hostname,
      port: base.port,
      agent,
      path: pathname + search,
      method: options.method ?? 'GET',
      headers,
    };
    return new Promise((resolve, reject) => {
      const request = http.request(to, (message) => {
        const { statusCode, statusMessage, headers: answered } = message;
        const stream = Readable.toWeb(message);
        resolve(
          new Response(
            statusCode,
            statusMessage,
            new HeadersImpl(answered),
            stream,
            'node-http',
            () => {},
            'x',
            'x',
          ),
        );
      });
      request.on('error', reject);
      request.setNoDelay(true);
      options.signal?.addEventListener?.('abort', () => {
        request.destroy();
        reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
      });
      request.end(body);
    });
  },
  fetchWithPagination: () => Promise.reject(new Error('not here')),
  disconnectAll: () => Promise.resolve(),
  makeAbortController: () => new AbortController(),
  isAbortError: (error) => error?.name === 'AbortError',
  isInternetDisconnectedError: () => false,
  isFetcherError: () => false,
  isNetworkProcessCrashedError: () => false,
  getUserMessageForFetcherError: String,
};

class Authentication extends Disposable {
  isMinimalMode = true;
  anyGitHubSession = undefined;
  permissiveGitHubSession = undefined;
  copilotToken = token;
  onDidAuthenticationChange = Event.None;
  onDidAccessTokenChange = Event.None;
  onDidCopilotTokenChange = Event.None;
  onDidCopilotTokenRefresh = Event.None;
  onDidAdoAuthenticationChange = Event.None;
  getGitHubSession = () => Promise.reject(new Error('no session'));
  getCopilotToken = () => Promise.resolve(token);
  resetCopilotToken() {}
  getAdoAccessTokenBase64 = () => Promise.resolve(undefined);
}

class Documents extends Disposable {
  onDidChangeTextDocument = Event.None;
  onDidOpenTextDocument = Event.None;
  onDidCloseTextDocument = Event.None;
  onDidFocusTextDocument = Event.None;
  onDidChangeWorkspaceFolders = Event.None;
  getTextDocumentsUnsafe = () => [];
  findNotebook() {}
  getWorkspaceFolders = () => [];
}

const endpoints = {
  onDidModelsRefresh: Event.None,
  getAllCompletionModels: () => Promise.resolve([]),
  getAllChatEndpoints: () => Promise.resolve([]),
  getChatEndpoint: () => Promise.reject(new Error('no endpoint')),
  getEmbeddingsEndpoint: () => Promise.reject(new Error('no endpoint')),
};

const provider = createInlineCompletionsProvider({
  fetcher,
  authService: new Authentication(),
  telemetrySender: { sendTelemetryEvent() {}, sendEnhancedTelemetryEvent() {} },
  logTarget: { logIt() {} },
  isRunningInTest: true,
  contextProviderMatch: () => Promise.resolve(0),
  statusHandler: { didChange() {} },
  documentManager: new Documents(),
  workspace: new MutableObservableWorkspace(),
  urlOpener: { open: () => Promise.resolve() },
  editorInfo: { name: 'bench', version: '1.0.0' },
  editorPluginInfo: { name: 'bench', version: '1.0.0' },
  relatedPluginInfo: [],
  editorSession: { sessionId: 's', machineId: 'm' },
  notificationSender: { showWarningMessage: () => Promise.resolve() },
  endpointProvider: endpoints,
  configOverrides: new Map([
    ['delay.completions', 0],
    ['completionsDelay', 0],
  ]),
});
provider.updateTreatmentVariables({
  copilotvscodecompletionsdelay: 0,
  'config.github.copilot.completionsDelay': 0,
});

let text = '';
let version = 0;
let running;

async function suggest(id, position) {
  running?.cancel();
  running = new CancellationTokenSource();
  const { token: cancellation } = running;
  const document = CopilotTextDocument.create(
    'file:///tmp/bench/walk.ts',
    'typescript',
    version,
    text,
    'typescript',
  );
  let item;
  try {
    const found = await provider.getInlineCompletions(document, position, cancellation);
    const [first] = found ?? [];
    if (first) item = { insertText: first.insertText ?? first.displayText, range: first.range };
  } catch {
    // Cancelled by the next key.
  }
  process.stdout.write(`${JSON.stringify({ id, item })}\n`);
}

let buffer = '';
process.stdin.on('data', (chunk) => {
  buffer += chunk;
  for (let end = buffer.indexOf('\n'); end !== -1; end = buffer.indexOf('\n')) {
    const message = JSON.parse(buffer.slice(0, end));
    buffer = buffer.slice(end + 1);
    if (message.do === 'ready') process.stdout.write(`${JSON.stringify({ id: message.id })}\n`);
    else if (message.do === 'open') ({ text, version } = message);
    else if (message.do === 'change') {
      text = text.slice(0, message.start) + message.text + text.slice(message.end);
      ({ version } = message);
    } else if (message.do === 'suggest') void suggest(message.id, message.position);
  }
});
process.stdin.on('end', () => process.exit(0));

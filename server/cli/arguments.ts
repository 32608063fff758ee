/** The command line, decoded once: what is to be done, or one sentence on what was wrong. */

import { type ParseArgsConfig, parseArgs } from 'node:util';

export type Transport =
  | { readonly kind: 'stdio' }
  | { readonly kind: 'pipe'; readonly name: string }
  | { readonly kind: 'socket'; readonly port: number };

export type Invocation =
  | { readonly kind: 'server'; readonly transport: Transport }
  | {
      readonly kind: 'serve';
      readonly port: number;
      readonly host: string;
      readonly gguf?: string;
      /** Files in PEM. */
      readonly tls?: { readonly cert: string; readonly key: string };
      /** Said by who knows that a proxy before the gateway does TLS. */
      readonly tlsByProxy: boolean;
    }
  | {
      readonly kind: 'try';
      readonly places: readonly string[];
      readonly instruction?: string;
      readonly cut: boolean;
    }
  | {
      readonly kind: 'edit';
      readonly place: string;
      readonly instruction: string;
      readonly apply: boolean;
      readonly json: boolean;
    }
  | { readonly kind: 'replay'; readonly file: string }
  | { readonly kind: 'doctor' }
  | { readonly kind: 'settings' }
  /** Of one command, or of all. */
  | { readonly kind: 'help'; readonly command?: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Where `serve` listens when it is not told; editors' settings name it. */
const usualPort = 4141;

const commands: readonly string[] = ['serve', 'try', 'edit', 'replay', 'doctor', 'settings', 'help'];

const seeHelp = 'see `whittle --help`.';

export function readArguments(args: readonly string[]): Invocation {
  const [first] = args;
  if (first === undefined) return wrong(`No command was given; ${seeHelp}`);
  // A client may add flags of its own (`--clientProcessId=1`, `--node-ipc`) to the server's, and only there; the
  // words of an instruction are no flags.
  if (first.startsWith('-')) {
    if (args.includes('--help')) return { kind: 'help' };
    if (args.includes('--version')) return { kind: 'version' };
  }
  const transport = commands.includes(first) ? undefined : readTransport(args);
  if (transport) return transport;
  switch (first) {
    case '-h':
      return { kind: 'help' };
    case 'help':
      return readHelp(args.slice(1));
    case '-v':
      return { kind: 'version' };
    case 'serve':
      return readServe(args);
    case 'try':
      return readTry(args);
    case 'edit':
      return readEdit(args);
    case 'replay':
      return read(args, {}, ({ positionals: [file, ...more] }) =>
        file === undefined || more.length > 0
          ? wrong(`\`whittle replay\` needs one file; ${seeHelp}`)
          : { kind: 'replay', file },
      );
    case 'doctor':
    case 'settings':
      return read(args, {}, ({ positionals }) =>
        positionals.length > 0
          ? wrong(`\`whittle ${first}\` takes no argument; ${seeHelp}`)
          : { kind: first },
      );
    default:
      return wrong(
        `${first.startsWith('-') ? 'There is no flag' : 'There is no command'} ${first}; ${seeHelp}`,
      );
  }
}

function readHelp([command, ...more]: readonly string[]): Invocation {
  if (command === undefined || command === 'help' || command.startsWith('-')) return { kind: 'help' };
  if (!commands.includes(command) || more.length > 0)
    return wrong(`There is no help for ${[command, ...more].join(' ')}; ${seeHelp}`);
  return { kind: 'help', command };
}

function readTransport(args: readonly string[]): Invocation | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === '--stdio') return { kind: 'server', transport: { kind: 'stdio' } };
    const [, flag, joined] = /^--(pipe|socket)(?:=(.*))?$/.exec(arg) ?? [];
    if (!flag) continue;
    const given = joined ?? args[index + 1] ?? '';
    const value = flag === 'socket' && given.startsWith('--port=') ? given.slice('--port='.length) : given;
    if (flag === 'pipe') {
      return value === ''
        ? wrong(`--pipe needs the name of a pipe; ${seeHelp}`)
        : { kind: 'server', transport: { kind: 'pipe', name: value } };
    }
    const port = toPort(value);
    return port === undefined
      ? wrong(`--socket needs a port between 1 and 65535; ${seeHelp}`)
      : { kind: 'server', transport: { kind: 'socket', port } };
  }
  return undefined;
}

function readServe(args: readonly string[]): Invocation {
  const flags = {
    port: { type: 'string' },
    host: { type: 'string' },
    gguf: { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-by-proxy': { type: 'boolean' },
  } as const;
  return read(args, flags, ({ values, positionals }) => {
    if (positionals.length > 0) return wrong(`\`whittle serve\` takes no argument; ${seeHelp}`);
    const port =
      values.port === undefined ? usualPort : values.port === '0' ? 0 : toPort(String(values.port));
    if (values.host === '') return wrong(`--host needs an address or a name; ${seeHelp}`);
    if (port === undefined) return wrong(`--port needs a number between 0 and 65535; ${seeHelp}`);
    if (values.gguf === '') return wrong(`--gguf needs a model file; ${seeHelp}`);
    const gguf = values.gguf === undefined ? {} : { gguf: String(values.gguf) };
    const { 'tls-cert': cert, 'tls-key': key } = values;
    if (!cert !== !key || cert === '' || key === '')
      return wrong(`--tls-cert and --tls-key need a file each, and each other; ${seeHelp}`);
    return {
      kind: 'serve',
      port,
      host: String(values.host ?? '127.0.0.1'),
      ...gguf,
      ...(cert && key ? { tls: { cert: String(cert), key: String(key) } } : {}),
      tlsByProxy: values['tls-by-proxy'] === true,
    };
  });
}

function readTry(args: readonly string[]): Invocation {
  return read(
    args,
    { instruction: { type: 'string' }, cut: { type: 'boolean' } },
    ({ values, positionals }) => {
      if (positionals.length === 0) return wrong(`\`whittle try\` needs a file; ${seeHelp}`);
      if (typeof values.instruction === 'string' && values.instruction.trim() === '')
        return wrong(`--instruction needs words that say what to change; ${seeHelp}`);
      const instruction = values.instruction === undefined ? {} : { instruction: String(values.instruction) };
      return { kind: 'try', places: positionals, cut: values.cut === true, ...instruction };
    },
  );
}

function readEdit(args: readonly string[]): Invocation {
  return read(args, { apply: { type: 'boolean' }, json: { type: 'boolean' } }, ({ values, positionals }) => {
    const [place, ...words] = positionals;
    const instruction = words.join(' ').trim();
    if (!place || instruction === '')
      return wrong(`\`whittle edit\` needs a file and an instruction; ${seeHelp}`);
    return { kind: 'edit', place, instruction, apply: values.apply === true, json: values.json === true };
  });
}

interface Parsed {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** `args` begin with the command. */
function read(
  [command = '', ...args]: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
  decide: (parsed: Parsed) => Invocation,
): Invocation {
  const flags = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (flags.includes('--help') || flags.includes('-h')) return { kind: 'help', command };
  if (flags.includes('--version')) return { kind: 'version' };
  try {
    return decide(parseArgs({ args: [...args], options, allowPositionals: true }));
  } catch (error) {
    return wrong(complaintOf(error, args));
  }
}

/** Node's message names the flag; its second sentence is advice about positional arguments. */
function complaintOf(error: unknown, args: readonly string[]): string {
  const said = (error instanceof Error ? error.message : String(error)).split(/\.\s/)[0] ?? '';
  const flag = /^Option '(--[\w-]+).*' argument is ambiguous/.exec(said)?.[1];
  if (flag) return `What ${flag} is given begins with "-": write it as ${flag}=…; ${seeHelp}`;
  // Nobody writes a flag with blanks in it: these are words.
  const words = args.find((each) => /^-\S*\s/.test(each))?.split(/\s/, 1)[0];
  if (words !== undefined && said.startsWith('Unknown option'))
    return `"${words} …" begins with "-": write -- before it; ${seeHelp}`;
  return `${said.replace(/\.$/, '')}; ${seeHelp}`;
}

function toPort(value: string): number | undefined {
  const port = /^\d+$/.test(value) ? Number(value) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

function wrong(message: string): Invocation {
  return { kind: 'wrong', message };
}

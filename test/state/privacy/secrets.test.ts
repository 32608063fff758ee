import { describe, expect, test } from 'vitest';
import { applyToText } from '../../../server/core/edit.ts';
import { maskSecrets } from '../../../server/state/privacy/fragment.ts';
import { redact, redactedText, redactionAfter } from '../../../server/state/privacy/redaction.ts';
import { createVault } from '../../../server/state/privacy/vault.ts';
import { plantedSecrets } from '../../support/secrets.ts';

/** `«»` marks what must be hidden, and nothing else may be; markers are taken out before scanning. */
function check(marked: string): void {
  const plain = marked.replace(/[«»]/g, '');
  const vault = createVault(1);
  const { scan } = redact(plain, vault);
  let shown = '';
  let at = 0;
  for (const { start, end } of scan.secrets) {
    shown += `${plain.slice(at, start)}«${plain.slice(start, end)}»`;
    at = end;
  }
  expect(shown + plain.slice(at)).toBe(marked);
}

describe('every kind of secret', () => {
  test.each(plantedSecrets(1))('$kind is hidden and put back', ({ text, canaries }) => {
    const vault = createVault(1);
    const hidden = redactedText(redact(text, vault), vault);
    for (const canary of canaries) expect(hidden).not.toContain(canary);
    expect(hidden).toHaveLength(text.length);
    expect(vault.restore(hidden)).toBe(text);
    const masked = maskSecrets(text, createVault(1));
    for (const canary of canaries) expect(masked).not.toContain(canary);
    expect(vault.restore(masked)).toBe(masked);
  });

  test('there are at least forty', () => {
    expect(plantedSecrets(1).length).toBeGreaterThanOrEqual(40);
  });
});

test('a line of a private key that is being typed, before what closes the object', () => {
  check('const config = {\n  pem: `-----BEGIN RSA PRIVATE KEY-----\n«MIIEowIBAAKCAQEAsecret»};\n');
  check(
    'const config = [\n  `-----BEGIN PRIVATE KEY-----\n«MIIEowIBAAKCAQEAsecret»\n«AAAAMIIEowIBAAKCA»`])\n',
  );
  check("const begin = '-----BEGIN PRIVATE KEY-----';\n};\nthisIsNoKeyButAName\n");
});

describe('what stands beside a value', () => {
  test.each([
    'const password = "«hunter2»";',
    'password: "«p@ssword»"',
    'DB_PASSWORD=«s3cretvalue»',
    '# DB_PASSWORD=«s3cretvalue»',
    'login("user", { password: "«Summer2024»" })',
    'redis://:«pw1234567»@host',
    'redis:«//:p@h»ost',
    'x = "amqp:«//u:pw1@»host"',
    'client_secret: «8f14e45fceea167a»',
    "'password' => env('DB_PASSWORD', '«Summer2024»'),",
    'contraseña = "«Summer2024»"',
    'postgres://admin:«p@ssw0rd9»@db/app',
    'password: «S3cr,et;Pa55»',
    'password =\n  "«Summer2024»"',
    '{"name": "DB_PASSWORD", "value": "«Summer2024»"}',
    'setPassword(\r\n  "«Summer2024»"\r\n)',
  ])('%s', check);
});

describe('ordinary code', () => {
  test.each([
    'docker compose -p myproject2 up',
    'docker build -p linux/amd64 .',
    'test_button_submitFormWithValidationAndRedirectToDashboard1',
    'sk_buttonPrimaryLargeWithIconAndLabel123456',
    're_exported_Components1AndUtilities2',
    'fw_someUtilityClassName1234567',
    'session_key = f"user:{uid}:v2"',
    'const password = getPassword(user);',
    'password: string;',
    'password = "password"',
    'token = "<your token>"',
    'const token = process.env.TOKEN;',
    'PASSWORD=$OTHER_PASSWORD',
    ['url = "https://user:$', '{PASSWORD}@host"'].join(''),
    'max_tokens = 4096',
    'const tokenizer = "cl100k_base";',
    'export const apiKeyHeader = "x-api-key";',
    'auth_token: Optional[str] = None',
    'import { secretKinds } from "./secretKinds.ts";',
    'fetch("http://localhost:3000/@scope/name")',
    '.sk-folding-cube-animation-long-name { }',
    '"integrity": "sha512-abcdefghijklmnopqrstuvwxyz"',
    'const author = "Jane2 Doe3";',
    'password = hash_password_v2',
    'passwordHash = user.passwordHash2',
    'label: "Enter your password"',
    'key_password=certs[0][2],',
    'Vaults.Credentials = credentials_1.Credentials;',
    'privateKey: asn1js.OctetString;',
    ' * A basic HTTP/1.1 client, mapped on top of a socket.',
    'match "sk-ssh-ed25519-cert-v01@openssh.com"',
    "const subject = { SUBJECT_TOKEN: 'urn:example:oauth:token-type:x509' };",
    'id_challengePassword = "1.2.840.113549.1.9.7"',
    "['ssh2_auth_none', 'ssh2_auth_pubkey_file', 'ssh2_connect']",
    'newTokenPattern("[A-Za-z0-9]{40}")',
    "secret: 'projects/12/secrets/name/versions/1'",
    'auth = ("user", "password", "proxy.example.com:3128")',
    '"pattern": "^https?://[-a-z]:[0-9]\\\\d@host"',
    "text\n  .match(/-----BEGIN PRIVATE KEY-----/)\n  .replace(/-----END PRIVATE KEY-----/, '')",
    'password:\n  type: string2\ntoken:\n  - abc123def\n',
    'const password =\n  hashed2(value);',
    '"integrity": "sha512-3qXRJd1kOdmYbIQ0dRq4vvGjHZNQmQ9lV6xH1yWjvzJ0xCkN8yKpN8hT6xg"',
    "const oauth = 'bypass'; compass('north2west')",
  ])('%s', check);
});

test('a placeholder that a text already holds is not mistaken for one of ours', () => {
  const vault = createVault(1);
  const text = 'password = "hunter22"\nconst a = "HIDDEN_1_" + "Zq1___" + "WHITTLE_SECRET_1__";';
  const hidden = redactedText(redact(text, vault), vault);
  expect(hidden).not.toContain('hunter22');
  expect(vault.restore(hidden)).toBe(text);
});

test('a model that miscounts the filling of a long placeholder is understood', () => {
  const vault = createVault(1);
  const secret = `gh${'p_'}${'a1B2'.repeat(9)}`;
  const made = vault.placeholderFor(secret, 'github');
  expect(made).toMatch(/^WHITTLE_SECRET_1_+$/);
  expect(vault.restore(`"${made.slice(0, -3)}"`)).toBe(`"${secret}"`);
  expect(vault.restore(`"${made}__"`)).toBe(`"${secret}"`);
});

test('a password known from one place is hidden at all others', () => {
  const vault = createVault(1);
  const text = 'connect("correct7horse9");\nconst password = "correct7horse9";\n';
  expect(redactedText(redact(text, vault), vault)).not.toContain('correct7horse9');
});

test('a value is hidden once the line before it says what it is', () => {
  const vault = createVault(1);
  const before = redact('x:\n  "Summer2024"\n', vault);
  const edit = [{ start: 0, end: 1, text: 'password' }];
  const after = redactionAfter(before, edit, { text: applyToText(before.text, edit), vault });
  expect(redactedText(after, vault)).not.toContain('Summer2024');
});

// Patterns that backtrack without bound would run into the time limit here.
test.each([
  'a',
  '//',
  '//a:',
  'password',
  'password="',
  "password=\\'",
  'token:',
  'sk-a-',
  'eyJa',
  'a.',
  '_',
  'authorization: ',
  'login x password ',
  '--password ',
  '<password>',
  'SECRET_',
  'bearer ',
  'Zq1',
  'password || ',
  'name: token ',
  'curl -u ',
  'mysql -p ',
  '$2b$10$',
  'password[',
  'AKIA',
  'a_A1',
  'a-',
  'mnemonic: aaa ',
  'name: password\nvalue: ',
  '?key=',
  'a/',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\n',
  '"`#*',
])('a million letters of %j are scanned', (piece) => {
  const text = piece.repeat(1_000_000 / piece.length);
  const vault = createVault(1);
  expect(vault.restore(redactedText(redact(text, vault), vault))).toBe(text);
});

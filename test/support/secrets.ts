/**
 * Made-up secrets of every kind, put together at run time so that no scanner of repositories takes this file for a
 * leak. Each carries a canary: a piece that occurs nowhere else, to be looked for in what left.
 */

const hex = '0123456789abcdef';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters of `alphabet`, the same for the same number. */
export function random(count: number, seed: number, alphabet = letters): string {
  let state = (seed * 2654435761) >>> 0 || 1;
  let result = '';
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    result += alphabet[state % alphabet.length];
  }
  return result;
}

export interface PlantedSecret {
  readonly kind: string;
  /** One or more whole lines that hold it. */
  readonly text: string;
  /** What must not leave: nothing of it, and none of its longer parts. */
  readonly canaries: readonly string[];
}

/** One of each kind; another `seed` gives other ones. */
export function plantedSecrets(seed: number): readonly PlantedSecret[] {
  const r = (count: number, salt: number, alphabet = letters) => random(count, seed * 100 + salt, alphabet);
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const one = (kind: string, canary: string, around: (canary: string) => string): PlantedSecret => ({
    kind,
    text: around(canary),
    canaries: [canary],
  });
  const bare = (value: string) => `use("${value}")`;
  const b64 = Array.from({ length: 4 }, (_, line) => r(64, 60 + line));
  return [
    one('aws access key', r(16, 1, upper), (c) => `aws_id = ${'AK'}IA${c}`),
    one('aws secret key', `${r(30, 2)}/a1B+${r(5, 3)}`, (c) => `aws_secret_access_key = ${c}`),
    one('google api key', r(35, 4), (c) => bare(`AI${'za'}${c}`)),
    one('google oauth', r(40, 5), (c) => bare(`ya${'29'}.${c}`)),
    one(
      'azure storage',
      `${r(84, 6)}a1B==`,
      (c) => `"DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${c};EndpointSuffix=y"`,
    ),
    one('azure client secret', r(34, 7), (c) => bare(`abc8${'Q~'}${c}`)),
    one('github classic', r(36, 8), (c) => bare(`gh${'p_'}${c}`)),
    one('github fine-grained', r(60, 9), (c) => bare(`github${'_pat_'}${c}`)),
    one('gitlab', r(20, 10), (c) => bare(`gl${'pat-'}${c}`)),
    one('slack token', r(30, 11), (c) => bare(`xo${'xb-'}1234-${c}`)),
    one('slack webhook', r(24, 12), (c) => bare(`https://hooks.slack.com/${'services'}/T0001/B0001/${c}`)),
    one('stripe', r(24, 13), (c) => bare(`sk${'_live_'}${c}`)),
    one('openai', r(45, 14), (c) => bare(`sk${'-proj-'}1${c}`)),
    one('anthropic', r(60, 15), (c) => bare(`sk${'-ant-'}api03-${c}`)),
    one('npm', r(36, 16), (c) => `//registry.example.com/:_authToken=npm${'_'}${c}`),
    one('pypi', r(60, 17), (c) => bare(`py${'pi-'}${c}`)),
    one('sendgrid', r(43, 18), (c) => bare(`S${'G.'}${r(22, 19)}.${c}`)),
    one('twilio', r(32, 20, hex), (c) => bare(`A${'C'}${c}`)),
    one('telegram', r(35, 21), (c) => bare(`123456789${':'}${c}`)),
    one('discord webhook', r(60, 22), (c) =>
      bare(`https://discord.com/api/${'webhooks'}/123456789012345678/${c}`),
    ),
    one('discord token', r(30, 23), (c) => bare(`M${r(23, 24)}.${r(6, 25)}.${c}`)),
    one('jwt', r(43, 26), (c) => bare(`ey${'J'}${r(20, 27)}.eyJ${r(40, 28)}.${c}`)),
    one('hugging face', r(34, 29), (c) => bare(`h${'f_'}${c}`)),
    one('digitalocean', r(64, 30, hex), (c) => bare(`do${'p_v1_'}${c}`)),
    one('shopify', r(32, 31, hex), (c) => bare(`shp${'at_'}${c}`)),
    one('mailgun', r(32, 32, hex), (c) => bare(`ke${'y-'}${c}`)),
    one('mailchimp', r(32, 33, hex), (c) => bare(`${c}-us${'12'}`)),
    one('databricks', r(32, 34, hex), (c) => bare(`da${'pi'}${c}`)),
    one('hashicorp vault', r(40, 35), (c) => bare(`hv${'s.'}${c}`)),
    one('grafana', r(40, 36), (c) => bare(`gl${'sa_'}${c}`)),
    one('postman', r(34, 37, hex), (c) => bare(`PM${'AK-'}${r(24, 38, hex)}-${c}`)),
    one('groq', r(40, 39), (c) => bare(`gs${'k_'}${c}`)),
    one('linear', r(40, 40), (c) => bare(`lin${'_api_'}${c}`)),
    one(
      'password in an address',
      `pw${r(8, 41)}7`,
      (c) => `DATABASE = "postgres://admin:${c}@db.example.com/x"`,
    ),
    one('token in an address', `tk${r(20, 42)}7`, (c) => `url = https://${c}@git.example.com/x.git`),
    one('password', `Pw${r(8, 43)}!7`, (c) => `const password = "${c}";`),
    one('typed password', `Pw${r(8, 44)}7`, (c) => `  private readonly dbPassword: string = '${c}';`),
    one('json api key', `k1${r(20, 45)}`, (c) => `  "api_key": "${c}",`),
    one('env file', `S3${r(12, 46)}`, (c) => `export MY_SERVICE_SECRET=${c}`),
    one('yaml', `tk9${r(16, 47)}`, (c) => `  auth_token: ${c}`),
    one('bearer', `b4${r(20, 48)}`, (c) => `curl -H "Authorization: Bearer ${c}" https://example.com`),
    one('basic', 'dXNlcjpwYXNzd29yZDEyMw', (c) => `Authorization: Basic ${c}==`),
    one('header', `h7${r(20, 49)}`, (c) => `headers["X-Api-Key"] = "${c}"`),
    one('flag', `f5${r(16, 50)}`, (c) => `mysql --user root --password=${c} db`),
    one('query', `q6${r(20, 51)}`, (c) => `fetch("https://example.com/a?access_token=${c}&b=1")`),
    one('sql server', `Sq1${r(10, 52)}`, (c) => `"Server=x;User Id=sa;Password=${c};Encrypt=true"`),
    one('xml', `X8${r(12, 53)}`, (c) => `<password>${c}</password>`),
    one('rust', `R1${r(12, 80)}`, (c) => `const PASSWORD: &'static str = "${c}";`),
    one('c array', `C1${r(12, 81)}`, (c) => `char password[] = "${c}";`),
    one('c macro', `C2${r(12, 82)}`, (c) => `#define WIFI_PASSWORD "${c}"`),
    one('c# property', `C3${r(12, 83)}`, (c) => `public string Password { get; set; } = @"${c}";`),
    one('python text', `P1${r(20, 84)}`, (c) => `SECRET_KEY = """${c}"""`),
    one('fallback', `F1${r(20, 85)}`, (c) => `const apiKey = process.env.API_KEY || '${c}';`),
    one('token secret', r(44, 86), (c) => `access_token_secret = "${c}"`),
    one('dockerfile', `D1${r(12, 87)}`, (c) => `ENV DB_PASSWORD ${c}`),
    one('before a command', `G1${r(12, 88)}`, (c) => `PGPASSWORD=${c} psql -h x`),
    one('curl user', `U1${r(12, 89)}`, (c) => `curl -u admin:${c} https://example.com`),
    one('sql user', `Q1${r(12, 90)}`, (c) => `CREATE USER 'a' IDENTIFIED BY '${c}';`),
    one('key in an address', `K1${r(30, 91)}`, (c) => `fetch('https://example.com/map?key=${c}')`),
    one('presigned', r(64, 92, hex), (c) => `https://x.example.com/a?X-Amz-Signature=${c}`),
    one('web key', `d1${r(41, 93)}`, (c) => `{"kty":"EC","crv":"P-256","d":"${c}"}`),
    one(
      'both halves of a key',
      `${r(30, 94)}/a1B+${r(5, 95)}`,
      (c) => `keys("${'AK'}IA${r(16, 96, upper)}", "${c}")`,
    ),
    one('named attribute', `N1${r(18, 97)}`, (c) => `<add key="ApiKey" value="${c}" />`),
    one('crypted', r(53, 98), (c) => `hash = "$2${'b'}$10$${c}"`),
    one('kubernetes', `k8${r(18, 99)}`, (c) => `        - name: DB_PASSWORD\n          value: ${c}`),
    one('property list', `L1${r(28, 100)}`, (c) => `<key>APIKey</key>\n<string>${c}</string>`),
    one('value in the next line', `V1${r(38, 101)}`, (c) => `const apiKey =\n  "${c}";`),
    one('block of yaml', `Y1${r(38, 102)}`, (c) => `api_key: >-\r\n  ${c}`),
    one('terraform', `T1${r(12, 103)}`, (c) => `variable "db_password" {\n  default = "${c}"\n}`),
    one('known by its prefix alone', `${r(40, 104)}a1B`, (c) => bare(`acme${'_live_'}${c}`)),
    one('nvidia', r(64, 105), (c) => bare(`nv${'api-'}${c}`)),
    one('tailscale', r(30, 106), (c) => bare(`ts${'key-'}auth-${r(12, 107)}-${c}`)),
    one('sonar', r(40, 108, hex), (c) => bare(`sq${'p_'}${c}`)),
    {
      kind: 'private key',
      text: [
        '-----BEGIN RSA PRIV',
        'ATE KEY-----\n',
        `${b64.join('\n')}\n`,
        '-----END RSA PRIV',
        'ATE KEY-----',
      ].join(''),
      canaries: b64,
    },
    {
      kind: 'private key in a string',
      text: [
        'key = "-----BEGIN PRIV',
        `ATE KEY-----\\n${r(64, 70)}\\n${r(40, 71)}\\n`,
        '-----END PRIV',
        'ATE KEY-----\\n"',
      ].join(''),
      canaries: [r(64, 70), r(40, 71)],
    },
  ];
}

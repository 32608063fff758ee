/**
 * Secrets that are known by their own form. Each pattern stays on one line, holds no unbounded repetition beside
 * another of the same class, and is as short as what is unmistakable: a key is hidden while it is being typed.
 * What must stand behind a repetition stands behind at most some sixty letters: from no place on is more read in vain.
 * A web token, whose parts are longer, has a reader of its own (`web-token.ts`).
 * Forms are those the issuers document, as collected by public secret scanners.
 */

export interface SecretKind {
  /** Letters and digits: the name of a group. */
  readonly kind: string;
  readonly source: string;
}

const base64url = '[A-Za-z0-9_-]';

export const secretKinds: readonly SecretKind[] = [
  { kind: 'awsAccessKey', source: '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,60}' },
  { kind: 'googleApiKey', source: `AIza${base64url}{20,80}` },
  { kind: 'googleOauth', source: `(?:ya29\\.|GOCSPX-|1//0)${base64url}{16,400}` },
  { kind: 'github', source: 'gh[pousr]_[A-Za-z0-9]{16,300}' },
  { kind: 'githubFineGrained', source: 'github_pat_[A-Za-z0-9_]{20,300}' },
  { kind: 'gitlab', source: 'gl(?:pat|ptt|dt|rt|cbt|agent|ft|soat|imt|oas|ffct)-[A-Za-z0-9_.-]{16,300}' },
  { kind: 'slackToken', source: '(?:xox[abcdeoprs]|xapp)-[A-Za-z0-9-]{10,300}' },
  {
    kind: 'slackWebhook',
    source: '(?<=hooks\\.slack\\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{16,200}',
  },
  { kind: 'stripe', source: '(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9+/=]{10,300}' },
  { kind: 'anthropic', source: `sk-ant-${base64url}{16,300}` },
  { kind: 'openai', source: `sk-(?=[A-Za-z_-]{0,60}[0-9])${base64url}{20,300}` },
  { kind: 'groq', source: 'gsk_[A-Za-z0-9]{20,200}' },
  { kind: 'xai', source: 'xai-[A-Za-z0-9]{20,200}' },
  { kind: 'perplexity', source: 'pplx-[A-Za-z0-9]{20,200}' },
  { kind: 'replicate', source: 'r8_[A-Za-z0-9]{20,100}' },
  { kind: 'huggingFace', source: '(?:hf|api_org)_[A-Za-z0-9]{16,100}' },
  { kind: 'npm', source: 'npm_[A-Za-z0-9]{20,100}' },
  { kind: 'pypi', source: `pypi-${base64url}{16,400}` },
  { kind: 'rubygems', source: 'rubygems_[0-9a-f]{32,64}' },
  { kind: 'docker', source: `dckr_(?:pat|oat)_${base64url}{16,100}` },
  { kind: 'sendgrid', source: `SG\\.${base64url}{16,64}\\.${base64url}{16,128}` },
  { kind: 'twilio', source: '(?:AC|SK)[0-9a-f]{32}' },
  { kind: 'telegram', source: `[0-9]{8,10}:${base64url}{30,60}` },
  {
    kind: 'discordWebhook',
    source: `(?<=discord(?:app)?\\.com/api/webhooks/)[0-9]{10,30}/${base64url}{16,120}`,
  },
  { kind: 'discordToken', source: `[MNO]${base64url}{23,28}\\.${base64url}{6,7}\\.${base64url}{20,60}` },
  { kind: 'digitalOcean', source: 'do[opr]_v1_[0-9a-f]{24,100}' },
  { kind: 'shopify', source: 'shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{16,64}' },
  { kind: 'mailgun', source: '(?:key|pubkey)-[0-9a-f]{32}' },
  { kind: 'mailchimp', source: '[0-9a-f]{32}-us[0-9]{1,2}' },
  { kind: 'square', source: `sq0(?:atp|csp|idp)-${base64url}{16,64}` },
  { kind: 'azureClientSecret', source: '[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{24,40}' },
  { kind: 'databricks', source: 'dapi[0-9a-f]{32}(?:-[0-9])?' },
  { kind: 'hashicorpVault', source: `hv[sbr]\\.${base64url}{20,300}` },
  { kind: 'terraform', source: `[A-Za-z0-9]{10,20}\\.atlasv1\\.${base64url}{40,100}` },
  { kind: 'pulumi', source: 'pul-[0-9a-f]{32,64}' },
  { kind: 'doppler', source: 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{30,60}' },
  { kind: 'grafana', source: `glsa_[A-Za-z0-9_]{24,80}|glc_[A-Za-z0-9+/=]{24,400}` },
  { kind: 'newRelic', source: 'NRAK-[A-Z0-9]{20,40}' },
  { kind: 'sentry', source: 'sntry[su]_[A-Za-z0-9+/=_-]{24,400}' },
  { kind: 'linear', source: 'lin_(?:api|oauth)_[A-Za-z0-9]{20,100}' },
  { kind: 'notion', source: 'ntn_[A-Za-z0-9]{20,100}' },
  { kind: 'postman', source: 'PMAK-[0-9a-f]{20,30}-[0-9a-f]{20,40}' },
  { kind: 'figma', source: `figd_${base64url}{20,100}` },
  { kind: 'atlassian', source: 'ATATT3[A-Za-z0-9_=-]{40,300}' },
  { kind: 'airtable', source: 'pat[A-Za-z0-9]{14}\\.[0-9a-f]{40,64}' },
  { kind: 'supabase', source: 'sb(?:p|_secret)_[A-Za-z0-9_]{20,100}' },
  { kind: 'planetscale', source: `pscale_(?:tkn|pw|oauth)_${base64url}{20,100}` },
  { kind: 'dropbox', source: `sl\\.(?:u\\.)?${base64url}{60,1600}` },
  { kind: 'cloudflareOrigin', source: 'v1\\.0-[0-9a-f]{20,30}-[0-9a-f]{100,160}' },
  { kind: 'age', source: 'AGE-SECRET-KEY-1[A-Z0-9]{30,80}' },
];

const named = secretKinds.map(({ kind, source }) => `(?<${kind}>${source})`);

/**
 * One pattern of all kinds, each a group of its name; not in the middle of a word. The look ahead lets nearly every
 * word of ordinary code fail at once (measured: a third of the time). Only for `matchAll`, which works on a copy.
 */
export const secretPattern = new RegExp(
  `(?<![A-Za-z0-9])(?=[A-Za-z0-9_.~:/+=-]{14})(?:${named.join('|')})`,
  'g',
);

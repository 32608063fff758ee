/**
 * Secrets that are known by their own form. Each pattern stays on one line, holds no unbounded repetition beside
 * another of the same class, and is as short as what is unmistakable: a key is hidden while it is being typed.
 * What must stand behind a repetition stands behind at most some sixty letters: from no place on is more read in vain.
 * A web token, whose parts are longer, has a reader of its own (`web-token.ts`).
 * Forms are those the issuers document, as collected by public secret scanners.
 */

import { isDense, isMadeOfWords } from './secret-value.ts';

export interface SecretKind {
  /** Letters and digits: the name of a group. */
  readonly kind: string;
  readonly source: string;
}

const base64url = '[A-Za-z0-9_-]';
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

export const secretKinds: readonly SecretKind[] = [
  { kind: 'awsAccessKey', source: '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,60}' },
  { kind: 'googleApiKey', source: `AIza${base64url}{20,80}` },
  { kind: 'googleOauth', source: `(?:ya29\\.|GOCSPX-|1//0)${base64url}{16,400}` },
  { kind: 'github', source: 'gh[pousr]_[A-Za-z0-9]{16,300}' },
  { kind: 'githubFineGrained', source: 'github_pat_[A-Za-z0-9_]{20,300}' },
  { kind: 'gitlab', source: 'gl(?:pat|ptt|dt|rt|cbt|agent|ft|soat|imt|oas|ffct|wt)-[A-Za-z0-9_.-]{16,300}' },
  { kind: 'slackToken', source: '(?:xox[abcdeoprs]|xapp)-[A-Za-z0-9-]{10,300}' },
  {
    kind: 'slackWebhook',
    source: '(?<=hooks\\.slack\\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{16,200}',
  },
  { kind: 'stripe', source: '(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9+/=]{10,300}' },
  { kind: 'anthropic', source: `sk-ant-${base64url}{16,300}` },
  { kind: 'openai', source: `sk-(?!ssh-|ecdsa-)(?=[A-Za-z_-]{0,60}[0-9])${base64url}{20,300}` },
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
  { kind: 'newRelic', source: 'NR(?:AK|II|IQ|JS|BR|RA)-[A-Za-z0-9-]{16,40}' },
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
  // Models.
  { kind: 'aiService', source: `(?:nvapi-|tgp_v1_|pcsk_|jina_|csk-)${base64url}{36,200}` },
  { kind: 'langSmith', source: 'lsv2_(?:pt|sk)_[0-9a-f]{24,40}_[0-9a-f]{8,12}' },
  { kind: 'tavily', source: `tvly-(?:dev-|prod-)?(?=[A-Za-z-]{0,60}[0-9])${base64url}{20,60}` },
  { kind: 'voyage', source: `pa-(?=[a-z-]{0,40}[0-9A-Z])${base64url}{43}(?!${base64url})` },
  { kind: 'fireworks', source: 'fw_(?=[A-Za-z]{0,24}[0-9])[A-Za-z0-9]{22,30}(?![A-Za-z0-9_])' },
  { kind: 'hexKey', source: '(?:sk_|fc-|ico-)[0-9A-Za-z]{32,64}(?![A-Za-z0-9_-])' },
  {
    kind: 'yandex',
    source: `AQVN${base64url}{34,40}|t1\\.${base64url}{50,120}\\.${base64url}{60,120}|y0_${base64url}{50,60}`,
  },
  // Clouds.
  { kind: 'alibaba', source: 'LTAI[A-Za-z0-9]{16,28}' },
  { kind: 'awsBedrock', source: 'ABSK[A-Za-z0-9+/]{60,300}={0,2}' },
  { kind: 'awsMws', source: `amzn\\.mws\\.${uuid}` },
  {
    kind: 'azureKey',
    source:
      '[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{16,30}|[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}|[A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6}',
  },
  {
    kind: 'teamsWebhook',
    source: `(?<=webhook\\.office\\.com/webhookb2/)[0-9a-f@-]{36,80}/IncomingWebhook/[0-9a-f/-]{32,80}`,
  },
  { kind: 'firebase', source: `AAAA${base64url}{7}:APA91b${base64url}{60,200}` },
  { kind: 'fly', source: 'f(?:o1|m1[ar]?|m2)_[A-Za-z0-9+/=_-]{40,900}' },
  { kind: 'heroku', source: `HRKU-${base64url}{36,80}` },
  { kind: 'openShift', source: `sha256~${base64url}{40,46}` },
  { kind: 'vercel', source: `vc[pkiar]_[A-Za-z0-9]{24,80}|vercel_blob_rw_[A-Za-z0-9_]{24,80}` },
  { kind: 'netlify', source: 'nf[bcopu]_[A-Za-z0-9]{30,60}' },
  { kind: 'neon', source: 'napi_[a-z0-9]{48,80}' },
  { kind: 'tailscale', source: 'tskey-[a-z]{3,12}-[A-Za-z0-9]{8,24}(?:-[A-Za-z0-9]{16,40})?' },
  { kind: 'aiven', source: `AVNS_(?=[A-Za-z_-]{0,24}[0-9])${base64url}{16,24}` },
  // Building and running.
  { kind: 'artifactory', source: 'AKCp[A-Za-z0-9]{50,90}|cmVmd[A-Za-z0-9]{56,64}(?![A-Za-z0-9+/=])' },
  { kind: 'nuget', source: 'oy2[a-z0-9]{43}(?![A-Za-z0-9])' },
  { kind: 'clojars', source: 'CLOJARS_[a-z0-9]{30,80}' },
  { kind: 'gitlabRunner', source: `GR1348941${base64url}{16,30}` },
  { kind: 'buildkite', source: 'bk[a-z]{2}_[0-9a-f]{36,64}' },
  { kind: 'circleCi', source: 'CCI(?:PAT|PRJ)_[A-Za-z0-9]{16,30}_[0-9a-f]{32,48}' },
  { kind: 'harness', source: `[ps]at\\.${base64url}{22}\\.[0-9a-f]{24}\\.[A-Za-z0-9]{16,24}` },
  { kind: 'octopus', source: 'API-(?=[A-Z]{0,26}[0-9])[A-Z0-9]{25,27}(?![A-Z0-9])' },
  { kind: 'sonar', source: 'sq[pua]_[0-9a-f]{32,48}' },
  { kind: 'sourcegraph', source: 'sg[pw]_(?:(?:local|[0-9a-f]{16})_)?[0-9a-f]{32,48}' },
  { kind: 'prefect', source: 'pn[ub]_[a-z0-9]{36}' },
  { kind: 'launchDarkly', source: `(?:sdk|api)-${uuid}` },
  { kind: 'postHog', source: 'ph[xsr]_[A-Za-z0-9]{36,56}' },
  { kind: 'dynatrace', source: 'dt0[a-z][0-9]{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{40,80}' },
  { kind: 'grafanaOld', source: 'eyJrIjoi[A-Za-z0-9]{40,400}={0,2}' },
  {
    kind: 'onePassword',
    source: 'A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}(?:-[A-Z0-9]{5}){3,4}|ops_eyJ[A-Za-z0-9+/]{60,900}={0,2}',
  },
  // Money, mail and the rest.
  { kind: 'facebook', source: 'EAA[A-Za-z0-9_-]{57,400}' },
  { kind: 'twitter', source: 'A{18,24}(?=[A-Za-z0-9]{0,60}%)[A-Za-z0-9%]{50,200}' },
  { kind: 'plaid', source: `access-(?:sandbox|development|production)-${uuid}` },
  {
    kind: 'payment',
    source:
      'FLWSECK(?:_TEST)?-[0-9a-f]{12,40}|duffel_(?:test|live)_[A-Za-z0-9_=-]{30,60}|EZ[AT]K[A-Za-z0-9]{40,80}',
  },
  { kind: 'shippo', source: 'shippo_(?:live|test)_[0-9a-f]{30,50}' },
  {
    kind: 'resend',
    source: 're_(?=[A-Za-z]{0,34}_?[A-Za-z]{0,20}[0-9])[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,30}(?![A-Za-z0-9_])',
  },
  { kind: 'brevo', source: 'x(?:key|smtp)sib-[0-9a-f]{40,70}-[A-Za-z0-9]{10,20}' },
  { kind: 'adobe', source: 'p8e-[A-Za-z0-9-]{24,60}' },
  { kind: 'notionOld', source: 'secret_(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]{40,50}(?![A-Za-z0-9_])' },
  { kind: 'typeform', source: `tfp_(?=[a-z_-]{0,40}[0-9A-Z])[A-Za-z0-9_.=-]{40,70}` },
  { kind: 'maxMind', source: '[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk' },
  { kind: 'readMe', source: 'rdme_[a-z0-9]{60,80}' },
  /** Whoever issues it: some letters in front, and behind them what no word is; see `isDrawn`. */
  {
    kind: 'prefixed',
    source:
      '(?!sha[0-9])[a-z][a-z0-9]{1,9}(?:[_-][a-z0-9]{1,8}){0,2}[_-][A-Za-z0-9]{30,200}(?![A-Za-z0-9+/=_-])',
  },
];

const named = secretKinds.map(({ kind, source }) => `(?<${kind}>${source})`);

/**
 * One pattern of all kinds, each a group of its name; not in the middle of a word. The look ahead lets nearly every
 * word of ordinary code fail at once (measured: a third of the time). Stateful: for `matchesOf`.
 */
export const secretPattern = new RegExp(
  `(?<![A-Za-z0-9])(?=[A-Za-z0-9_.~:/+=-]{14})(?:${named.join('|')})`,
  'g',
);

/** Kinds whose prefix begins many a name as well. */
const nameLike: ReadonlySet<string> = new Set(['prefixed', 'hexKey', 'fireworks', 'resend']);

/** Of what is known by little more than its prefix: whether what stands behind it is drawn by lot, and no hash or name. */
export function isDrawn(kind: string, text: string): boolean {
  if (!nameLike.has(kind)) return true;
  const drawn = text.slice(1 + Math.max(text.lastIndexOf('_'), text.lastIndexOf('-')));
  return !isMadeOfWords(drawn) && (kind !== 'prefixed' || isDense(drawn));
}

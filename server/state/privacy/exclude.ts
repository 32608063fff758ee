/** Paths that never leave, by name: the list that always holds, and what the user adds. */

import ignore from 'ignore';

/** In gitignore notation, matched at any depth and without regard to case. */
const alwaysExcluded: readonly string[] = [
  // Environment and settings files that hold secrets by custom.
  '*.env',
  '.env*',
  '.dev.vars*',
  '.flaskenv',
  'secrets.*',
  '*.secret',
  '*.secrets',
  'secrets/',
  '.secrets/',
  'credentials',
  '!credentials/',
  'credentials.*',
  '*.credentials',
  '*.tfstate',
  '*.tfstate.*',
  '*.tfvars',
  '*.auto.tfvars.json',
  '*.tfplan',
  '.terraformrc',
  'terraform.rc',
  '.terraform.d/',
  '.htpasswd',
  '.pgpass',
  '.my.cnf',
  '.mylogin.cnf',
  '.vault-token',
  '.vault_pass*',
  '.dockercfg',
  '**/.docker/config.json',
  '.git-credentials',
  '.netrc',
  '_netrc',
  '.npmrc',
  '.yarnrc.yml',
  '.pypirc',
  '**/.gem/credentials',
  '**/.m2/settings*.xml',
  '**/.composer/auth.json',
  '**/.bundle/config',
  '**/.cargo/credentials*',
  '.kube/',
  'kubeconfig',
  '*.kubeconfig',
  '.boto',
  '.oci/',
  '.databrickscfg',
  '.snowsql/',
  'kaggle.json',
  '.passwd-s3fs',
  '.msmtprc',
  '.erlang.cookie',
  '.s3cfg',
  'rclone.conf',
  '.aws/',
  '.azure/',
  '.gcloud/',
  '**/.config/gcloud/',
  '**/.config/gh/',
  '**/.config/hub',
  'service-account*.json',
  'serviceaccount*.json',
  'application_default_credentials.json',
  'client_secret*.json',
  '*firebase-adminsdk*.json',
  'wp-config.php',
  'master.key',
  'local.settings.json',
  'appsettings.*.local.json',
  'google-services.json',
  'GoogleService-Info.plist',
  // Keys, certificates with keys, key stores.
  '*.pem',
  '*.key',
  '*.p8',
  '*.p12',
  '*.pfx',
  '*.pkcs12',
  '*.pkcs8',
  '*.jks',
  '*.jceks',
  '*.keystore',
  '*.bks',
  '*.ppk',
  '*.asc',
  '*.gpg',
  '*.pgp',
  '*.age',
  '*.ovpn',
  '*.keytab',
  'id_rsa*',
  'id_dsa*',
  'id_ecdsa*',
  'id_ed25519*',
  'id_xmss*',
  '*_rsa',
  '*_ed25519',
  '*_ecdsa',
  '.ssh/',
  '.gnupg/',
  '*.kdb',
  '*.kdbx',
  '*.keychain',
  '*.keychain-db',
  '*.1pif',
  '*.agilekeychain',
  '.password-store/',
  // What a repository keeps about itself (remotes with passwords), and what shells and tools remember.
  '.git/',
  '.hg/',
  '.svn/',
  '.sqlite_history',
  '.mysql_history',
  '.bash_history',
  '.zsh_history',
  '.psql_history',
  '.node_repl_history',
  '.python_history',
];

/** No path is longer, in bytes; what is many times as long cannot be made an expression of, which shows in matching. */
const longestPattern = 4096;

export interface Exclusion {
  /** `relativePath` with `/`, without `..`; the pattern that excludes it. */
  excluding(relativePath: string): string | undefined;
}

/** `patterns` come after the built-in ones, so that `!.env.example` takes that one back. */
export function createExclusion(patterns: readonly string[]): Exclusion {
  const matcher = ignore({ ignorecase: true, allowRelativePaths: true }).add([
    ...alwaysExcluded,
    ...usablePatterns(patterns),
  ]);
  return {
    excluding(relativePath) {
      const end = relativePath.endsWith('/') ? '/' : '';
      const spellings = new Set([composed(relativePath), plain(relativePath)]);
      for (const spelling of spellings) {
        const result = spelling === '' ? undefined : matcher.test(spelling + end);
        if (result?.ignored) return result.rule?.pattern ?? 'privacy.exclude';
      }
      return undefined;
    },
  };
}

/** Letters composed, no empty or dot segments. */
function composed(relativePath: string): string {
  return relativePath
    .normalize('NFC')
    .split('/')
    .filter((segment) => !/^\.{0,2}$/.test(segment))
    .join('/');
}

/** Without trailing dots, blanks and stream names as well, which Windows drops: `.env.` opens `.env` there. */
function plain(relativePath: string): string {
  return composed(relativePath)
    .split('/')
    .map((segment) => segment.replace(/:.*$/s, '').replace(/(?<![. ])[. ]+$/, ''))
    .filter((segment) => segment !== '')
    .join('/');
}

/**
 * Each `**` of a pattern multiplies the ways a path can fit it, and a repository chooses both: beyond three, a deep path is
 * matched for hours.
 */
const mostGlobstars = 3;

/**
 * The pattern as it can be matched; nothing for one the matcher would throw at, which is left out by itself, not with
 * all others. Of one with too many `**` what stands between the first and the last is any path: rather too much is
 * excluded than too little, so one that takes back is left out.
 */
function usablePattern(pattern: string): string | undefined {
  if (pattern.length > longestPattern) return undefined;
  const bounded = withFewGlobstars(pattern);
  if (bounded === undefined) return undefined;
  try {
    ignore().add(bounded);
    return bounded;
  } catch {
    return undefined;
  }
}

function withFewGlobstars(pattern: string): string | undefined {
  if (!pattern.includes('**')) return pattern;
  const isGlobstar = (segment: string | undefined) => segment !== undefined && /^!?\*{2,}$/.test(segment);
  const given = pattern.split('/');
  // One behind another is the same as one.
  const segments = given.filter((segment, at) => !isGlobstar(segment) || !isGlobstar(given[at - 1]));
  if (segments.filter(isGlobstar).length <= mostGlobstars) return segments.join('/');
  if (pattern.startsWith('!')) return undefined;
  const first = segments.findIndex(isGlobstar);
  return [...segments.slice(0, first), ...segments.slice(segments.findLastIndex(isGlobstar))].join('/');
}

/** Those of a file's lines or a setting's entries that can be matched. */
export function usablePatterns(patterns: readonly string[]): readonly string[] {
  return patterns.map(usablePattern).filter((each) => each !== undefined);
}

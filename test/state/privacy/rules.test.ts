import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExclusion } from '../../../server/state/privacy/exclude.ts';
import { createIgnored } from '../../../server/state/privacy/ignored.ts';
import { createPrivacyRules } from '../../../server/state/privacy/rules.ts';
import { toUri } from '../../../server/state/workspace/uri.ts';
import { temporaryFolder } from '../../support/folder.ts';

describe('names that never leave', () => {
  const exclusion = createExclusion(['private/', '*.secretstuff', '!.env.example']);
  test.each([
    '.env',
    '.env.local',
    'a/b/.ENV',
    '.Env.Production',
    'a/server.pem',
    'SERVER.PEM',
    'k.key',
    'id_rsa',
    'ID_RSA',
    'id_ed25519.pub',
    '.ssh/config',
    'home/.ssh/known_hosts',
    '.aws/credentials',
    '.npmrc',
    'x/.netrc',
    'vault.kdbx',
    '.git/config',
    'sub/.git/HEAD',
    'secrets.yaml',
    'Secrets.json',
    'terraform.tfvars',
    'private/notes.md',
    'a/private/deep/x.ts',
    'x.secretstuff',
    '.env.',
    '.env ',
    '.env::$DATA',
    './a/../.env',
    'kubeconfig',
    '.kube/config',
    'prod.env',
    'workers/api/.dev.vars.production',
    'plan.tfplan',
    'client_secret_123.apps.json',
    'my-app-firebase-adminsdk-x1.json',
    'home/me/.m2/settings.xml',
    'home/me/.docker/config.json',
    'home/me/.config/gh/hosts.yml',
    'home/me/.config/gcloud/x',
    'deploy/github_ed25519',
  ])('%s is excluded', (name) => expect(exclusion.excluding(name)).toBeDefined());

  test.each([
    'main.ts',
    'environment.ts',
    'src/secret.ts',
    'keys.ts',
    'docs/env.md',
    '.env.example',
    'monkey.py',
    'a:b.ts',
    'private.ts',
    'src/credentials/provider.ts',
    'order_history/list.ts',
    '.gitignore',
    'rsa.ts',
    'test_rsa.py',
    'locales/en/auth.json',
    'client_secret.ts',
    'settings.xml',
    '',
  ])('%s is not', (name) => expect(exclusion.excluding(name)).toBeUndefined());

  test('a pattern that makes no sense takes no other with it', () => {
    expect(createExclusion(['[', '', '#x', '\\', 'mine/']).excluding('mine/a')).toBe('mine/');
  });

  test.each(['a', '!a', '?', 'a/'])('nor does one of %s that is far too long', (piece) => {
    const exclusion = createExclusion([piece.repeat(100_000), 'mine/']);
    expect(exclusion.excluding('mine/a')).toBe('mine/');
    expect(exclusion.excluding('src/main.ts')).toBeUndefined();
  });
});

// A repository chooses both the pattern and the path it is held against; matched as written, these take hours.
test.each(['/**/a'.repeat(12), `${'**/*/'.repeat(11)}**/*`, `${'/**/a'.repeat(12)}/**`])(
  'a pattern with many places for any path excludes soon, and rather too much: %s',
  (beginning) => {
    const deep = 'a/'.repeat(60);
    const exclusion = createExclusion([`${beginning}/b`]);
    expect(exclusion.excluding(`${deep}c`)).toBeUndefined();
    expect(exclusion.excluding(`${deep}a/b`)).toBeDefined();
    const back = createExclusion(['*.md', `!${beginning}/b.md`]);
    expect(back.excluding(`${deep}a/b.md`)).toBeDefined();
  },
);

describe('ignore files', () => {
  test('of a path that a repository made hundreds of folders deep are asked once', () => {
    const folder = temporaryFolder({ '.git/': '', '.gitignore': 'mine.ts\n' });
    const deep = path.join(folder, ...Array<string>(600).fill('a'));
    mkdirSync(deep, { recursive: true });
    const ignored = createIgnored(folder, () => 0);
    for (let i = 0; i < 20; i++)
      expect(ignored.excluding(path.join(deep, `x${i}.ts`), 'file')).toBeUndefined();
    expect(ignored.excluding(path.join(deep, 'mine.ts'), 'file')).toBe('.gitignore');
  });

  test('of the user and of a repository inside another count as well', () => {
    const root = temporaryFolder({
      '.git/info/exclude': 'outer.ts\n',
      'sub/.git': 'gitdir: ../.git/modules/sub\n',
      '.git/modules/sub/info/exclude': 'inner.ts\n',
    });
    const check = (home: string, name: string) =>
      createIgnored(root, () => 0, home).excluding(path.join(root, name), 'file');
    const usual = temporaryFolder({ '.config/git/ignore': '*.private\n' });
    const chosen = temporaryFolder({
      '.gitconfig': '[user]\n\texcludesFile = no\n[Core]\n\tExcludesFile = "~/lists/own"\n',
      'lists/own': '*.mine\n',
      '.config/git/ignore': '*.private\n',
    });
    expect(check(usual, 'a.private')).toBe('.gitignore');
    expect(check(chosen, 'a.private')).toBeUndefined();
    expect(check(chosen, 'sub/a.mine')).toBe('.gitignore');
    expect(check(usual, 'sub/inner.ts')).toBe('.gitignore');
    expect(check(usual, 'inner.ts')).toBeUndefined();
    expect(check(usual, 'outer.ts')).toBe('.gitignore');
  });

  test.each(['.geminiignore', '.clineignore', '.rooignore', '.aiderignore'])(
    '%s keeps from us what it keeps from its own tool',
    (name) => {
      const root = temporaryFolder({ [name]: 'mine/\n' });
      expect(createIgnored(root, () => 0).excluding(path.join(root, 'mine/a.ts'), 'file')).toBe(name);
    },
  );

  test('.noai at the root of a project keeps all of it from AI tools', () => {
    const root = temporaryFolder({ '.git/': '', '.noai': '', 'src/a.ts': '', 'src/.noai': '' });
    expect(createIgnored(root, () => 0).excluding(path.join(root, 'src/a.ts'), 'file')).toBe('.noai');
    const inner = createIgnored(path.join(root, 'src'), () => 0);
    expect(inner.excluding(path.join(root, 'src/a.ts'), 'file')).toBe('.noai');
  });

  test('a line that is far too long takes no other with it', () => {
    const folder = temporaryFolder({ '.gitignore': `${'a'.repeat(100_000)}\nmine.ts\n` });
    const ignored = createIgnored(folder, () => 0);
    expect(ignored.excluding(path.join(folder, 'mine.ts'), 'file')).toBe('.gitignore');
    expect(ignored.excluding(path.join(folder, 'main.ts'), 'file')).toBeUndefined();
  });

  test('a file that is too large to be one ignores all of its folder', () => {
    const rules = 'nothing-at-all\n'.repeat(100_000);
    const folder = temporaryFolder({ 'big/.gitignore': rules, 'large/.aiignore': rules });
    const ignored = createIgnored(folder, () => 0);
    expect(ignored.excluding(path.join(folder, 'big', 'main.ts'), 'file')).toBe('.gitignore');
    expect(ignored.excluding(path.join(folder, 'large', 'main.ts'), 'file')).toBe('.aiignore');
    expect(ignored.excluding(path.join(folder, 'main.ts'), 'file')).toBeUndefined();
  });

  // Reading from a pipe would stop the process for good.
  test.skipIf(process.platform === 'win32')('a work tree’s folder that names itself by a pipe', () => {
    const folder = temporaryFolder({ '.git': 'gitdir: ./own\n', 'own/info/exclude': 'mine.ts\n' });
    execFileSync('mkfifo', [path.join(folder, 'own', 'commondir')]);
    const ignored = createIgnored(folder, () => 0);
    expect(ignored.excluding(path.join(folder, 'mine.ts'), 'file')).toBe('.gitignore');
  });

  test('agree with git', () => {
    const names = [
      'a.log',
      'keep.log',
      'build/x',
      'build/keep.log',
      'src/a.log',
      'src/gen/x.ts',
      'src/gen/keep.ts',
      'src/main.ts',
      'deep/build/y',
      'deep/local.txt',
      'notes.tmp',
      'deep/er/local.txt',
      'other/secret.md',
    ];
    const root = temporaryFolder({
      ...Object.fromEntries(names.map((name) => [name, name])),
      '.gitignore': '*.log\n!keep.log\n/build/\n# comment\nnotes.*\n**/er/local.txt\n',
      'src/.gitignore': '\uFEFFgen/*\n!gen/keep.ts\n!a.log\n',
      'deep/.gitignore': 'local.txt\n',
      'deep/er/.gitignore': '!local.txt\n',
    });
    execFileSync('git', ['init', '-q'], { cwd: root });
    writeFileSync(path.join(root, '.git/info/exclude'), 'other/\n');
    const said = execFileSync('git', ['ls-files', '--others', '--ignored', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    const ignored = createIgnored(root, () => 0);
    expect(names.filter((name) => ignored.excluding(path.join(root, name), 'file'))).toEqual(
      names.filter((name) => said.includes(name)),
    );
    expect(said.length).toBeGreaterThan(5);
    const inner = createIgnored(path.join(root, 'deep'), () => 0);
    expect(inner.excluding(path.join(root, 'deep/x.log'), 'file')).toBe('.gitignore');
  });

  test('a folder that git ignores can be worked in when it is opened itself; what AI tools must not see stays unseen', () => {
    const root = temporaryFolder({
      '.gitignore': 'tmp/\n',
      '.aiignore': '*.md\n',
      '.git/': '',
      'tmp/.gitignore': 'x.ts\n',
      'tmp/a.ts': '',
      'tmp/x.ts': '',
      'tmp/a.md': '',
    });
    const ignored = createIgnored(path.join(root, 'tmp'), () => 0);
    expect(ignored.excluding(path.join(root, 'tmp/a.ts'), 'file')).toBeUndefined();
    expect(ignored.excluding(path.join(root, 'tmp/x.ts'), 'file')).toBe('.gitignore');
    expect(ignored.excluding(path.join(root, 'tmp/a.md'), 'file')).toBe('.aiignore');
  });

  test('one kind of file does not take back what another says, and changes are noticed', () => {
    const root = temporaryFolder({ '.gitignore': '!a.md\n', '.aiignore': '*.md\n' });
    let now = 0;
    const ignored = createIgnored(root, () => now);
    expect(ignored.excluding(path.join(root, 'a.md'), 'file')).toBe('.aiignore');
    writeFileSync(path.join(root, '.aiignore'), 'nothing-at-all\n');
    now = 10_000;
    expect(ignored.excluding(path.join(root, 'a.md'), 'file')).toBeUndefined();
  });
});

describe('documents', () => {
  const outside = () => temporaryFolder({ 'plain.txt': '', '.ssh/config': '' });

  test('links are judged by where they lead', () => {
    const elsewhere = outside();
    const root = temporaryFolder({
      'a.ts': '',
      '.env': '',
      '.gitignore': 'ignored.ts\n',
      'ignored.ts': '',
      'harmless.txt': { link: '.env' },
      'also.ts': { link: 'ignored.ts' },
      'out.txt': { link: `${elsewhere}/plain.txt` },
      out: { link: elsewhere },
      'inside.ts': { link: 'a.ts' },
    });
    const rules = createPrivacyRules({ folders: [root], exclude: [], now: () => 0 });
    const excluded = (name: string) => rules.excludes(toUri(path.join(root, name)));
    expect(excluded('a.ts')).toBeUndefined();
    expect(excluded('inside.ts')).toBeUndefined();
    expect(excluded('new-file.ts')).toBeUndefined();
    expect(excluded('harmless.txt')).toContain('.env');
    expect(excluded('also.ts')).toBe('also.ts is excluded by `.gitignore`, so nothing of it is sent.');
    expect(excluded('out.txt')).toContain('links must not lead out');
    expect(excluded('out/plain.txt')).toContain('links must not lead out');
    expect(excluded('out/not-there-yet.txt')).toContain('links must not lead out');
  });

  test('a folder that is itself reached by a link is the folder it leads to', () => {
    const root = temporaryFolder({
      'real/a.ts': '',
      'real/.gitignore': 'b.ts',
      'real/b.ts': '',
      link: { link: 'real' },
    });
    const rules = createPrivacyRules({ folders: [path.join(root, 'link')], exclude: [], now: () => 0 });
    expect(rules.excludes(toUri(path.join(root, 'link/a.ts')))).toBeUndefined();
    expect(rules.excludes(toUri(path.join(root, 'link/b.ts')))).toContain('.gitignore');
    expect(rules.excludes(toUri(path.join(root, 'real/b.ts')))).toContain('.gitignore');
  });

  test('files outside every folder and unsaved ones are subject to the patterns', () => {
    const elsewhere = outside();
    const rules = createPrivacyRules({ folders: [], exclude: ['*.todo'], now: () => 0 });
    expect(rules.excludes(toUri(path.join(elsewhere, 'plain.txt')))).toBeUndefined();
    expect(rules.excludes(toUri(path.join(elsewhere, '.ssh/config')))).toBeDefined();
    expect(rules.excludes('untitled:Untitled-1')).toBeUndefined();
    expect(rules.excludes('untitled:.env')).toBeDefined();
    expect(rules.excludes('untitled:a.todo')).toBeDefined();
    expect(rules.excludes('vscode-remote://ssh-remote%2Bhost/home/me/.aws/credentials')).toBeDefined();
    expect(rules.excludes('vscode-remote://ssh-remote%2Bhost/home/me/a.ts')).toBeUndefined();
  });

  test('what goes by the path of a file in the workspace is judged like that file', () => {
    const root = temporaryFolder({ '.gitignore': 'drafts/\n', 'drafts/b.ipynb': '', 'a.ipynb': '' });
    const rules = createPrivacyRules({ folders: [root], exclude: ['private/**'], now: () => 0 });
    const excluded = (uri: string) => rules.excludes(uri);
    expect(excluded(`vscode-notebook-cell:${root}/drafts/b.ipynb#W0sZmlsZQ%3D%3D`)).toContain('.gitignore');
    expect(excluded(`vscode-notebook-cell://wsl%2Bu${root}/drafts/b.ipynb#1`)).toContain('.gitignore');
    expect(excluded(`untitled:${root}/private/new.ts`)).toContain('`private/**`');
    expect(excluded(`vscode-notebook-cell:${root}/a.ipynb#W0sZmlsZQ%3D%3D`)).toBeUndefined();
    expect(excluded(`untitled:${root}/new.ts`)).toBeUndefined();
    expect(excluded('untitled:/elsewhere/private/new.ts')).toBeUndefined();
  });

  test.each(['file:///a%2Fb', 'file:///%zz', 'file://other-host/a', 'file:///a%00b', 'file://'])(
    '%s cannot be checked, or is judged, and nothing throws',
    (uri) => {
      const rules = createPrivacyRules({ folders: ['/nowhere'], exclude: [], now: () => 0 });
      expect(typeof rules.excludes(uri) === 'string' || uri === 'file://').toBe(true);
    },
  );

  test('paths of snippets', () => {
    const root = temporaryFolder({ '.gitignore': 'gen/\n' });
    const rules = createPrivacyRules({ folders: [root], exclude: [], now: () => 0 });
    expect(rules.excludesPath('src/a.ts')).toBe(false);
    expect(rules.excludesPath('gen/a.ts')).toBe(true);
    expect(rules.excludesPath('../a.ts')).toBe(true);
    expect(rules.excludesPath('.env')).toBe(true);
  });
});

describe('documents that are no files', () => {
  const rules = () => createPrivacyRules({ folders: [], exclude: [], now: () => 0 });

  test.each([
    'output:extension-output-1',
    'git:/a/b.ts?%7B%22ref%22%3A%22HEAD%22%7D',
    'vscode-settings://defaultsettings/1/settings.json',
    'debug:internal/fs.js',
    'vscode-chat-code-block://1/response',
  ])('%s is never sent', (uri) => {
    expect(rules().excludes(uri)).toMatch(/^Documents of the kind `[a-z-]+:` .*never sent\.$/);
  });

  test.each([
    'untitled:Untitled-1',
    'vscode-notebook-cell:/a/b.ipynb#W0sZmlsZQ%3D%3D',
    'vscode-remote://ssh-remote%2Bhost/home/a/b.ts',
    'inmemory://model/1',
    'zed:///a.ts',
  ])('%s is a document like others', (uri) => {
    expect(rules().excludes(uri)).toBeUndefined();
  });
});

/**
 * The `contributes` part of the extension's `package.json`, made of the server's own JSON Schema of its settings: a
 * test checks that the manifest holds just this.
 */

import { usualCommand } from './src/command-line.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [key: string]: unknown;
}

/** Ids of the extension alone: the client registers those of the server (`whittle.…`) by itself. */
export const commandTitles: Readonly<Record<string, string>> = {
  'whittle.editor.edit': 'Change Selection or File…',
  'whittle.editor.fix': 'Fix the Problems Here',
  'whittle.editor.repeat': 'Repeat My Last Edit',
  'whittle.editor.undo': 'Undo the Edit Here',
  'whittle.editor.retry': 'Retry the Edit Here',
  'whittle.editor.redirect': 'Redirect the Running Edit…',
  'whittle.editor.stop': 'Stop What Is Running',
  'whittle.editor.review': 'Review Selection or File',
  'whittle.editor.reviewChanges': 'Review What Changed Since the Last Commit',
  'whittle.editor.nextEdit': 'Show the Next Edit',
  'whittle.editor.acceptNextEdit': 'Go to the Next Edit, or Make It',
  'whittle.editor.dismissNextEdit': 'Dismiss the Next Edit',
  'whittle.editor.toggle': 'Switch On or Off',
  'whittle.editor.toggleLanguage': 'Switch On or Off for This Language',
  'whittle.editor.snooze': 'Snooze…',
  'whittle.editor.menu': 'Show Menu',
  'whittle.editor.status': 'Show Status',
  'whittle.editor.log': 'Show Log',
  'whittle.editor.doctor': 'Run Doctor',
  'whittle.editor.settings': 'Open Settings',
  'whittle.editor.restart': 'Restart Server',
};

/** They are about the text in the editor. */
const inEditor = [
  'edit',
  'fix',
  'repeat',
  'undo',
  'retry',
  'review',
  'reviewChanges',
  'nextEdit',
  'toggleLanguage',
].map((name) => `whittle.editor.${name}`);

const whileShown = 'whittle.nextEdit.visible';

/** Only where the keys mean nothing else: a suggestion, a snippet and a selection come first. */
const tabKey = [
  whileShown,
  'editorTextFocus',
  '!editorReadonly',
  '!suggestWidgetVisible',
  '!inlineSuggestionVisible',
  '!inSnippetMode',
  '!editorTabMovesFocus',
  '!editorHasSelection',
  '!editorHasMultipleSelections',
];
const escapeKey = [...tabKey, '!findWidgetVisible', '!renameInputVisible', '!parameterHintsVisible'];

const keybindings = [
  { command: 'whittle.editor.acceptNextEdit', key: 'tab', when: tabKey.join(' && ') },
  { command: 'whittle.editor.dismissNextEdit', key: 'escape', when: escapeKey.join(' && ') },
];

export function contributions(schema: unknown): object {
  return {
    commands: Object.entries(commandTitles).map(([command, title]) => ({
      command,
      title,
      category: 'Whittle',
    })),
    keybindings,
    menus: {
      commandPalette: [
        ...inEditor.map((command) => ({ command, when: 'editorIsOpen' })),
        ...keybindings.map(({ command }) => ({ command, when: whileShown })),
      ],
    },
    configuration: { title: 'Whittle', properties: { ...ownSettings, ...properties(schema as Schema) } },
  };
}

/** Outside the section `whittle`, which the server reads as its own. */
const ownSettings = {
  'whittleServer.command': {
    type: 'array',
    items: { type: 'string' },
    default: usualCommand,
    markdownDescription: 'The command that starts the server.',
    scope: 'machine',
  },
};

/** One flat property per key, as VS Code wants them. */
function properties(schema: Schema, prefix = 'whittle'): Record<string, object> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
      const key = `${prefix}.${name}`;
      return child.properties ? Object.entries(properties(child, key)) : [[key, property(child)]];
    }),
  );
}

function property({ description, propertyNames: _, ...rest }: Schema): object {
  return {
    ...rest,
    // Without a default VS Code sends an empty value for a key that was never set.
    ...('default' in rest ? {} : { type: [rest.type, 'null'], default: null }),
    markdownDescription: description,
    // The user's own settings only: a cloned folder's `.vscode/settings.json` must not choose where text and keys go.
    scope: 'machine',
  };
}

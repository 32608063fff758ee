/**
 * Elsewhere: what an answer says of other files than the one asked about, as edits of those.
 *
 * Laws
 * - Only files of the workspace, open or on disk, which privacy does not exclude. A path that leads out of it, or to
 *   nothing, refuses the whole answer.
 * - A new file is made only where the instruction asks for one, and only by an editor that says that it can. Its name
 *   holds nothing that a terminal would obey when it is listed.
 */

import type { EditAsk, FixAsk } from '../../core/ask.ts';
import { asksForFile } from '../../core/asks-for-file.ts';
import { withoutControls } from '../../core/controls.ts';
import type { Edit } from '../../core/edit.ts';
import { insideFence } from '../../core/formats/disguise.ts';
import type { FileBlocks } from '../../core/formats/reader.ts';
import { isAnswerFailure, placeAll } from '../../core/placing.ts';
import { type Text, toText } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Files } from '../../state/workspace/files.ts';
import { toPath } from '../../state/workspace/uri.ts';
import type { FileEdit } from './landing.ts';
import { type Failure, failure } from './outcome.ts';

export interface Elsewhere {
  edits(blocks: readonly FileBlocks[], ask: EditAsk | FixAsk): Promise<readonly FileEdit[] | Failure>;
}

export interface ElsewhereParts {
  readonly documents: Documents;
  readonly files: Files;
  readonly canCreate: () => boolean;
}

export function createElsewhere({ documents, files, canCreate }: ElsewhereParts): Elsewhere {
  /** Editors write the same URI in more than one way. */
  const openAt = (uri: string): Snapshot | undefined =>
    documents.get(uri) ?? documents.all().find((each) => toPath(each.uri) === toPath(uri));

  async function editOf({ path, blocks }: FileBlocks, ask: EditAsk | FixAsk): Promise<FileEdit | Failure> {
    const name = shown(path);
    const found = await files.find(path, ask.document.uri);
    if (found.kind === 'refused') return failure('refused', found.why);
    const snapshot = openAt(found.uri);
    const text = snapshot?.text ?? (found.kind === 'file' ? toText(found.text) : undefined);
    if (text === undefined) return created(found.uri, { path, blocks }, ask);
    if (snapshot?.uri === ask.document.uri)
      return failure('not-found', `The model names ${name} in two ways; ask again.`);
    if (text.value.trim() !== '' && blocks.some(({ isNew }) => isNew))
      return failure('refused', `The model wants to make ${name} anew, which is there already.`);
    const edit = editIn(text, blocks, name);
    if ('ok' in edit) return edit;
    return snapshot ? { base: snapshot, edit } : { closed: { uri: found.uri, text, isNew: false }, edit };
  }

  function created(uri: string, { path, blocks }: FileBlocks, ask: EditAsk | FixAsk): FileEdit | Failure {
    const name = shown(path);
    const [only] = blocks;
    // Models write an empty SEARCH with a blank line in it.
    if (!only || blocks.length > 1 || only.search.some((line) => line.trim() !== ''))
      return failure('refused', `The model wants to change ${name}, which is not in the workspace.`);
    if (ask.task !== 'edit' || !asksForFile(ask.instruction, path))
      return failure('refused', `The model wants to make the file ${name}, which nobody asked for.`);
    if (withoutControls(path) !== path)
      return failure(
        'refused',
        `The model wants to make ${name}, whose name holds characters that are not seen.`,
      );
    if (!canCreate())
      return failure(
        'refused',
        `This editor makes no files for a server: make ${name} first, then ask again.`,
      );
    const lines = insideFence(only.replace) ?? only.replace;
    const edit = [{ start: 0, end: 0, text: `${lines.join('\n')}\n` }];
    return { closed: { uri, text: toText(''), isNew: true }, edit };
  }

  return {
    async edits(blocks, ask) {
      const made: FileEdit[] = [];
      for (const each of blocks) {
        const edit = await editOf(each, ask);
        if ('ok' in edit) return edit;
        if (edit.edit.length > 0) made.push(edit);
      }
      return made;
    },
  };
}

function editIn(text: Text, blocks: FileBlocks['blocks'], name: string): Edit | Failure {
  const edit = placeAll(text, blocks);
  if (!isAnswerFailure(edit)) return edit;
  return edit.reason === 'ambiguous'
    ? failure(
        'ambiguous',
        `The model wants to change lines of ${name} that occur more than once; ask in ${name} itself.`,
      )
    : failure('not-found', `The model wants to change lines of ${name} that are not there; ask again.`);
}

/** A path is the model's words: no more of it is shown than a path may be long. */
function shown(path: string): string {
  return path.length > 80 ? `…${path.slice(-79)}` : path;
}

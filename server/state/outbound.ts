/**
 * Outbound: the one place that everything sent to a model passes. It is a ModelSession around another.
 *
 * Laws
 * - Of an excluded document nothing passes: neither its text, nor its changes, nor its pieces as context. An ask about
 *   one answers `failed` / `excluded`.
 * - Of a document that is `off` nothing passes either; one held `until-asked` is told with the first ask about it.
 * - While `redactSecrets` is on, no secret passes: each is a placeholder of its own length, so that offsets stay true.
 *   What comes back has the secrets put in again, however the stream is cut.
 * - Rules are asked for at every call, so a changed setting holds from the next one on: documents that are excluded
 *   now are told closed, documents that are allowed again are told opened.
 * - Answers keep the laws of ModelSession; nothing here waits.
 */

import {
  type Ask,
  type AskContext,
  type AskDocument,
  type Diagnostic,
  type FixAsk,
  textOf as partsOf,
  type WorkspaceEvent,
} from '../core/ask.ts';
import { applyToText, type Edit, replacementBetween } from '../core/edit.ts';
import { type AnswerEvent, type ModelFailure, type ModelSession, takesAsks } from '../core/model.ts';
import { isCheaperInParts, type Text } from '../core/text.ts';
import { restored } from './privacy/answer.ts';
import { createFragments } from './privacy/fragment.ts';
import { secretsKept } from './privacy/kept.ts';
import { redactedAsk } from './privacy/redacted-ask.ts';
import {
  type Redaction,
  redact,
  redactedEdit,
  redactedText,
  redactionAfter,
  secretsOf,
} from './privacy/redaction.ts';
import type { PrivacyRules } from './privacy/rules.ts';
import type { Vault } from './privacy/vault.ts';

export interface OutboundRules {
  readonly redactSecrets: boolean;
  readonly privacy: PrivacyRules;
  /** `privacy.exclude`, told along with the folders. */
  readonly exclude: readonly string[];
}

export interface OutboundOptions {
  /** The same object as long as nothing changed. */
  readonly rules: () => OutboundRules;
  readonly vault: Vault;
  /** The text of an open document's version where the caller holds it: saves making and keeping it twice. */
  readonly textOf?: (uri: string, version: number) => Text | undefined;
  /** What the user switched off, at this moment; see `rulesChanged`. */
  readonly holding?: (document: AskDocument) => 'off' | 'until-asked' | undefined;
}

export interface Outbound extends ModelSession {
  /** Whether an edit of the document's real text leaves every secret as it is; see `privacy/kept.ts`. */
  secretsKept(
    document: { readonly uri: string; readonly version: number; readonly text: string },
    edit: Edit,
  ): boolean;
  /** Lets changed rules, and what is switched on or off, take effect at once rather than at the next event. */
  rulesChanged(): void;
}

interface Mirrored {
  /** As opened; `text` and `version` are those of now. */
  readonly document: AskDocument;
  /** That of `document`. */
  readonly text: Text;
  readonly redaction: Redaction | undefined;
  /** As what it was told; nothing while it is excluded or held back. */
  readonly told: 'redacted' | 'plain' | undefined;
}

type FoldersEvent = Extract<WorkspaceEvent, { kind: 'folders' }>;

const offMessage = 'Whittle is switched off for this document.';

/** Paths of excluded documents that histories may still name. */
const mostRemembered = 500;

export function createOutbound(
  session: ModelSession,
  { rules, vault, textOf, holding = () => undefined }: OutboundOptions,
): Outbound {
  const hidden = createFragments(vault);
  const open = new Map<string, Mirrored>();
  const excludedPaths = new Set<string>();
  /** Paths of documents that are off, also after they were closed. */
  const offPaths = new Set<string>();
  /** Documents held `until-asked` that were asked about. */
  const asked = new Set<string>();
  let folders: FoldersEvent | undefined;
  let inForce = rules();

  /** Compares what was told with what the rules allow now. */
  function reconcile(uri: string): void {
    const mirrored = open.get(uri);
    if (!mirrored) return;
    const wanted = tellable(mirrored.document);
    if (wanted === mirrored.told) return;
    if (mirrored.told) session.tell({ kind: 'closed', uri });
    open.set(uri, tellOpened(mirrored.document, wanted));
  }

  function tellable(document: AskDocument): Mirrored['told'] {
    if (isHeld(document)) return undefined;
    if (inForce.privacy.excludes(document.uri) === undefined)
      return inForce.redactSecrets ? 'redacted' : 'plain';
    if (excludedPaths.size >= mostRemembered) excludedPaths.clear();
    excludedPaths.add(document.path);
    return undefined;
  }

  function isHeld(document: AskDocument): boolean {
    const { uri, path } = document;
    const held = holding(document);
    if (held !== 'until-asked') asked.delete(uri);
    if (held === 'off') offPaths.add(path);
    else offPaths.delete(path);
    return held === 'off' || (held === 'until-asked' && !asked.has(uri));
  }

  function tellOpened(document: AskDocument, as: Mirrored['told']): Mirrored {
    const own = partsOf(document);
    if (!as) return { document, text: own, redaction: undefined, told: undefined };
    const redaction = as === 'redacted' ? redact(document.text, vault) : undefined;
    const text = redaction ? redactedText(redaction, vault) : document.text;
    session.tell({ kind: 'opened', document: documentWith(document, { text }) });
    return { document, text: own, redaction, told: as };
  }

  function follow(): void {
    const now = rules();
    if (now === inForce) return;
    const before = inForce;
    inForce = now;
    for (const uri of open.keys()) reconcile(uri);
    if (folders && before.exclude !== now.exclude) session.tell({ ...folders, exclude: now.exclude });
  }

  function changed({ uri, version, edit }: Extract<WorkspaceEvent, { kind: 'changed' }>): void {
    // Held back no longer: it is told as it was, so that the change counts as one.
    reconcile(uri);
    const before = open.get(uri);
    if (!before) return;
    const text = textOf?.(uri, version) ?? applyToText(before.text, edit);
    const document = documentWith(before.document, { version, text: text.value });
    const redaction = before.redaction && redactionAfter(before.redaction, edit, { text, vault });
    open.set(uri, { document, text, redaction, told: before.told });

    if (!before.told) return;
    const told =
      before.redaction && redaction ? redactedEdit(before.redaction, redaction, { edit, vault }) : edit;
    session.tell({ kind: 'changed', uri, version, edit: told });
  }

  function redactionOf(document: Pick<AskDocument, 'uri' | 'text' | 'parts'>): Redaction {
    const known = open.get(document.uri)?.redaction;
    if (!known) return redact(document.text, vault);
    const { value } = known.text;
    if (value === document.text) return known;
    // An older version, or one that is only expected: what differs is scanned, not the whole text.
    const edit = [replacementBetween(value, document.text)];
    return redactionAfter(known, edit, { text: partsOf(document), vault });
  }

  const isWithheld = (path: string): boolean =>
    excludedPaths.has(path) || offPaths.has(path) || inForce.privacy.excludesPath(path);

  function ask(wish: Ask, signal: AbortSignal): AsyncIterable<AnswerEvent> {
    follow();
    const held = holding(wish.document);
    if (held === 'off') return failed({ code: 'excluded', message: offMessage });
    if (held === 'until-asked') asked.add(wish.document.uri);
    reconcile(wish.document.uri);
    const reason = inForce.privacy.excludes(wish.document.uri);
    if (reason !== undefined) return failed({ code: 'excluded', message: reason });
    const pieces = allowed(wish, isWithheld);
    if (!inForce.redactSecrets) return restored(session.ask({ ...wish, ...pieces }, signal), vault);
    const redaction = redactionOf(wish.document);
    if (
      wish.task === 'complete' &&
      secretsOf(redaction).some(({ start, end }) => start < wish.cursor && wish.cursor < end)
    ) {
      return failed({
        code: 'excluded',
        message: 'The cursor is inside a secret, so nothing is suggested here.',
      });
    }
    const text = redactedText(redaction, vault);
    const parts = text === redaction.text.value ? redaction.text : undefined;
    const document = documentWith(wish.document, { text, parts });
    return restored(session.ask(redactedAsk({ ...wish, ...pieces, document }, hidden), signal), vault);
  }

  return {
    ask,
    tell(event) {
      follow();
      switch (event.kind) {
        case 'opened':
          if (open.get(event.document.uri)?.told) session.tell({ kind: 'closed', uri: event.document.uri });
          open.set(event.document.uri, tellOpened(event.document, tellable(event.document)));
          return;
        case 'changed':
          return changed(event);
        case 'closed': {
          const told = open.get(event.uri)?.told;
          open.delete(event.uri);
          asked.delete(event.uri);
          if (told) session.tell(event);
          return;
        }
        case 'folders':
          folders = event;
          session.tell({ ...event, exclude: inForce.exclude });
          return;
        default:
          return event satisfies never;
      }
    },
    secretsKept: (document, edit) => !rules().redactSecrets || secretsKept(redactionOf(document), edit),
    rulesChanged() {
      follow();
      for (const uri of open.keys()) reconcile(uri);
    },
    status: () => session.status(),
    takesAsks: () => takesAsks(session),
    applied: (request) => session.applied?.(request),
    dispose: () => session.dispose(),
  };
}

/** Nothing of the document's own text passes beside the one given. */
function documentWith(
  { uri, path, languageId, version: own }: AskDocument,
  { version = own, text, parts }: { version?: number; text: string; parts?: Text | undefined },
): AskDocument {
  const document = { uri, path, languageId, version, text };
  return parts && isCheaperInParts(parts) ? { ...document, parts } : document;
}

function allowed(
  wish: Ask,
  isExcluded: (path: string) => boolean,
): Pick<AskContext, 'history' | 'snippets' | 'diagnostics'> & Partial<Pick<FixAsk, 'targets'>> {
  // Changes are many, and of few files. The document itself is allowed, whatever else is called as it is.
  const judged = new Map([[wish.document.path, true]]);
  const isAllowed = (path: string): boolean => {
    const known = judged.get(path);
    if (known !== undefined) return known;
    const isIt = !isExcluded(path);
    judged.set(path, isIt);
    return isIt;
  };
  /** A message about a place in an excluded file may quote it. */
  const unrelated = (each: Diagnostic): Diagnostic => {
    if (!each.related?.some(({ path, region }) => !region && isExcluded(path))) return each;
    const related = each.related.filter(({ path, region }) => region !== undefined || !isExcluded(path));
    return { ...each, related };
  };
  const pieces = {
    diagnostics: wish.diagnostics.map(unrelated),
    history: wish.history.filter(({ path }) => isAllowed(path)),
    snippets: wish.snippets.filter(({ path }) => isAllowed(path)),
  };
  return wish.task === 'fix' ? { ...pieces, targets: wish.targets.map(unrelated) } : pieces;
}

function failed(failure: ModelFailure): AsyncIterable<AnswerEvent> {
  return (async function* () {
    yield { kind: 'failed', failure } as const;
  })();
}

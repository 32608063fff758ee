/**
 * Which part of a document a fill-in-the-middle model is shown, chosen so that a server that keeps what it has read
 * reads little anew: the window stays where it was while that is possible, and then moves in a step.
 *
 *   ┆ earlier lines ┆ head │ begun ▌ tail ┆ later lines ┆
 *
 * Laws (checked by property tests)
 * - `head + begun` stands right before the cursor and `tail` right behind it. Head and tail end where lines do; the
 *   cursor's own line is cut only where it alone has no room.
 * - Together they never exceed `room`.
 * - While text is typed at one place, head and tail stay the same to the letter and only `begun` grows, until it
 *   exceeds `mostBegun`; then head takes it in.
 * - The start of the head stays while the window has room, and then moves on by a good part of it.
 * - A head that begins where the document does still does so after an import was put above it, and all that stands
 *   behind the cursor is shown where it has room.
 */

export interface FimWindow {
  /** Offset of the head. */
  readonly start: number;
  readonly head: string;
  readonly begun: string;
  readonly tail: string;
}

export interface WindowWish {
  readonly text: string;
  readonly cursor: number;
  /** UTF-16 code units of head, begun and tail together. */
  readonly room: number;
  /** UTF-16 code units typed since the head was cut that may stand behind the tail in the prompt. */
  readonly mostBegun: number;
}

/** What stands before a cursor says more about what comes there. */
const shareBehind = 1 / 4;
/** A window that moves leaves a part of its room free, so that it does not move again at the next line. */
const filled = 0.7;

export function fimWindow(wish: WindowWish, previous?: FimWindow): FimWindow {
  const cursor = Math.max(0, Math.min(wish.cursor, wish.text.length));
  const placed = { ...wish, cursor };
  return (previous && kept(placed, previous)) ?? moved(placed, previous);
}

/** The same head and tail around what was typed between them. */
function kept({ text, cursor, room, mostBegun }: WindowWish, previous: FimWindow): FimWindow | undefined {
  const { head, tail } = previous;
  const start = headStart(text, { cursor, mostBegun }, previous);
  if (start === undefined || (start > 0 && previous.start === 0)) return undefined;
  const begun = text.slice(start + head.length, cursor);
  const behind = text.length - cursor;
  const isAll = tail.length === behind;
  const stands = text.startsWith(tail, cursor) && (isAll || (tail !== '' && behind > room * shareBehind));
  const fits = begun.length <= mostBegun && head.length + begun.length + tail.length <= room;
  return stands && fits ? { start, head, begun, tail } : undefined;
}

/** Where the previous head ends at most `mostBegun` before the cursor: where it was, or moved by edits above it. */
function headStart(
  text: string,
  { cursor, mostBegun }: Pick<WindowWish, 'cursor' | 'mostBegun'>,
  { start, head }: FimWindow,
): number | undefined {
  if (start + head.length <= cursor && text.startsWith(head, start)) return start;
  // An empty head is the start of a line, and any line starts with it.
  if (head === '') return undefined;
  const from = Math.max(0, cursor - head.length - mostBegun);
  const at = text.slice(from, cursor).lastIndexOf(head);
  return at === -1 ? undefined : from + at;
}

function moved({ text, cursor, room, mostBegun }: WindowWish, previous: FimWindow | undefined): FimWindow {
  const tailRoom = Math.floor(room * shareBehind);
  const tail = tailAt(text, cursor, tailRoom);
  // What the tail cannot use is the head's; how its last line ends must not move the head.
  const headRoom = room - Math.max(tail.length, Math.min(tailRoom, text.length - cursor));
  const line = cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
  if (cursor - line > headRoom) {
    const start = whole(text, cursor - headRoom);
    return { start, head: '', begun: text.slice(start, cursor), tail };
  }
  const start = headFrom(text, { line, cursor, headRoom, mostBegun }, previous);
  return { start, head: text.slice(start, line), begun: text.slice(line, cursor), tail };
}

interface Before {
  /** Offset of the cursor's line. */
  readonly line: number;
  readonly cursor: number;
  readonly headRoom: number;
  readonly mostBegun: number;
}

function headFrom(text: string, before: Before, previous: FimWindow | undefined): number {
  const { line, cursor, headRoom } = before;
  if (previous && keepsStart(text, before, previous)) return previous.start;
  const from = Math.ceil(cursor - headRoom * filled);
  if (from <= 0) return 0;
  const next = text.indexOf('\n', from - 1) + 1;
  return next === 0 || next > line ? line : next;
}

/**
 * Whether the head may begin where it began: the text there is the same, and the window neither too empty nor so full
 * that it would have to move before the next cut. A move at a cut costs nothing more.
 */
function keepsStart(text: string, before: Before, { start, head }: FimWindow): boolean {
  const { line, cursor, headRoom, mostBegun } = before;
  const soon = Math.min(mostBegun, (headRoom * (1 - filled)) / 2);
  if (start > line || cursor - start + soon > headRoom) return false;
  if (start > 0 && cursor - start < (headRoom * filled) / 2) return false;
  const same = Math.min(head.length, line - start);
  return same === 0 ? start === 0 : text.startsWith(head.slice(0, same), start);
}

/** Whole lines behind the cursor that fit, and of its own line what fits. */
function tailAt(text: string, cursor: number, room: number): string {
  if (text.length - cursor <= room) return text.slice(cursor);
  const end = text.lastIndexOf('\n', cursor + room - 1) + 1;
  if (end > cursor) return text.slice(cursor, end);
  const own = text.indexOf('\n', cursor);
  const most = whole(text, cursor + room);
  return text.slice(cursor, own === -1 ? most : Math.min(own, most));
}

/** `offset`, or the one before it that does not part a surrogate pair. */
function whole(text: string, offset: number): number {
  const at = Math.max(0, offset);
  return /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
}

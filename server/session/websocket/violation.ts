/** What a WebSocket server must not send to a client that asked for no extension (RFC 6455, section 5). */

import { maxControlBytes, opcodes } from './frame.ts';

export type Violation = 'protocol' | 'too long' | 'too many fragments';

/** Code of the close frame that answers it (section 7.4.1; of the last one 1008, "policy violation"). */
export function violationCode(violation: Violation): number {
  switch (violation) {
    case 'protocol':
      return 1002;
    case 'too long':
      return 1009;
    case 'too many fragments':
      return 1008;
    default:
      return violation satisfies never;
  }
}

/** Whether a frame may begin with these two bytes, where a message is not over yet or none is under way. */
export function isFrameStart(first: number, second: number, within: 'message' | 'nothing'): boolean {
  const opcode = first & 0x0f;
  // Reserved bits belong to extensions, and a server masks nothing (sections 5.1 and 5.2).
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) return false;
  switch (opcode) {
    case opcodes.continuation:
      return within === 'message';
    case opcodes.text:
    case opcodes.binary:
      return within === 'nothing';
    case opcodes.close:
    case opcodes.ping:
    case opcodes.pong:
      // In one frame, and short (section 5.5); a code has two bytes (section 5.5.1).
      return first >= 0x80 && second <= maxControlBytes && !(opcode === opcodes.close && second === 1);
    default:
      return false;
  }
}

/** Codes that may stand in a close frame (section 7.4, and the registry that it founded). */
export function isCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}

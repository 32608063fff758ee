/** A prompt or a conversation as the messages that chat servers take. */

import type { Message } from '../backend.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export type SystemRole = 'own' | 'in-user';

/**
 * Neighbours with the same role become one: many chat templates insist that roles alternate. `in-user` puts the
 * instructions in front of the first user message, for templates that know no system role.
 */
export function chatMessages(messages: readonly Message[], system: SystemRole): readonly ChatMessage[] {
  const joined: { role: ChatMessage['role']; content: string }[] = [];
  for (const { role, text } of messages) {
    const named = role === 'system' && system === 'in-user' ? 'user' : role;
    const last = joined.at(-1);
    if (last?.role === named) last.content += `\n\n${text}`;
    else joined.push({ role: named, content: text });
  }
  return joined;
}

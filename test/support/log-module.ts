/** A module that goes on as it began, its last function still to be written: for a suggestion, a repeated edit, a fix. */
export const source = `import { log } from './log';

export function open(name: string): void {
  log.info('opened', { name });
}

export function close(name: string): void {
  log.info('closed', { name });
}

export function read(name: string): void {
  log.info('read', { name });
}

export function write(name: string): void {
}
`;

/** The syntax worker's program: jobs in, results out. */

import { answerJobs, type JobPort } from './jobs.ts';
import { createParser } from './parser.ts';

export function runSyntaxWorker(port: JobPort, program: string): void {
  answerJobs(port, createParser(program), () => performance.now());
}

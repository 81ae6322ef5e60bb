import { errorFields, type Logger } from './log.js';

export interface Job {
  name: string;
  /** The wait between two rounds. */
  milliseconds: number;
  /** One round: how much it took on. Another follows at once while it took something. */
  round: () => Promise<number>;
}

/** Runs the jobs until the returned function is called, which waits for the rounds under way. */
export function startJobs(jobs: readonly Job[], log: Logger): () => Promise<void> {
  const stopped = new AbortController();
  const loops = jobs.map((job) => loop(job, log, stopped.signal));
  return async () => {
    stopped.abort();
    await Promise.all(loops);
  };
}

async function loop(job: Job, log: Logger, stopped: AbortSignal): Promise<void> {
  // Instances that start together shall not ask together.
  await pause(Math.random() * job.milliseconds, stopped);
  while (!stopped.aborted) {
    try {
      if ((await job.round()) > 0) continue;
    } catch (error) {
      log.error('job failed', { job: job.name, ...errorFields(error) });
    }
    await pause(job.milliseconds, stopped);
  }
}

function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    timer.unref();
    if (stopped.aborted) end();
    else stopped.addEventListener('abort', end);
  });
}

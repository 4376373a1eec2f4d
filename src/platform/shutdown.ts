/**
 * Stops in order on the first SIGINT, SIGTERM or SIGHUP. Further signals change nothing: a Ctrl-C under npm arrives twice, from the
 * terminal and from npm. What has not stopped when the time is up is left to the next start, which copes with a kill anyway.
 *
 * @param stop ends everything; the exit code is 0 when it settles in time
 */
export function stopOnSignals(stop: (signal: NodeJS.Signals) => Promise<void>, limitMs = 4500): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      console.error(`Not everything stopped within ${limitMs} ms: leaving it.`);
      process.exit(1);
    }, limitMs).unref();
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`Stopping failed: ${error instanceof Error ? error.message : error}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
}

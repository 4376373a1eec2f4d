import { sentenceOf } from '../../src/platform/errors.ts';
import { lockDataDir } from '../../src/platform/instance-lock.ts';

/** Locks the folder it is given and holds it; SIGTERM makes it announce its stop, and SIGUSR2 lets it end. */
try {
  const lock = await lockDataDir(process.argv[2] ?? '', (sentence) => console.log(sentence));
  const alive = setInterval(() => {}, 1000);
  process.once('SIGTERM', () => {
    lock.announceStop();
    console.log('stopping');
  });
  process.once('SIGUSR2', () => {
    clearInterval(alive);
    void lock.release();
  });
  console.log('locked');
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}

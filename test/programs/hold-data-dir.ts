import { sentenceOf } from '../../src/platform/errors.ts';
import { lockDataDir } from '../../src/platform/instance-lock.ts';

/** Locks the folder it is given and holds it; on SIGTERM it announces its stop and takes half a second for it. */
try {
  const lock = await lockDataDir(process.argv[2] ?? '', (sentence) => console.log(sentence));
  console.log('locked');
  const alive = setInterval(() => {}, 1000);
  process.once('SIGTERM', () => {
    lock.announceStop();
    console.log('stopping');
    setTimeout(() => {
      clearInterval(alive);
      void lock.release();
    }, 500);
  });
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}

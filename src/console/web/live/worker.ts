import { createFollower } from './follower.ts';
import type { FromWorker, ToWorker } from './messages.ts';

// Reading and parsing happen here, so that hundreds of stations never keep the page from the reader's hand.
const follower = createFollower({
  fetch: (input, init) => fetch(input, init),
  tell: (message: FromWorker) => postMessage(message),
});

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'follow') follower.follow(data.query);
  else follower.stop();
});

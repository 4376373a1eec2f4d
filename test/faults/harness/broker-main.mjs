// The embedded broker as a process of its own, so that a test can kill it. Everybody may do everything.
import { startEmbeddedBroker } from '../../../dist/src/platform/embedded-broker.js';

const broker = await startEmbeddedBroker({
  port: Number(process.argv[2] ?? 0),
  acl: { authenticate: (username) => username ?? 'anonymous', mayPublish: () => true, maySubscribe: () => true },
});
console.log(`listening on ${broker.port}`);
process.once('SIGTERM', () => broker.stop().then(() => process.exit(0)));

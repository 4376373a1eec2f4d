/** The broker as a process of its own: the product's embedded one, open to the service and to the one connection that speaks for all stations. */
import { startEmbeddedBroker } from '../../../src/platform/embedded-broker.ts';
import { answerParent } from '../child-link.ts';

const broker = await startEmbeddedBroker<string>({
  acl: {
    authenticate: (username) => username ?? 'anonymous',
    mayPublish: () => true,
    maySubscribe: () => true,
  },
});

answerParent({ port: () => broker.port });
process.once('SIGTERM', async () => {
  await broker.stop();
  process.exit(0);
});

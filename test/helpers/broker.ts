import { onTestFinished } from 'vitest';
import {
  type BrokerAcl,
  type EmbeddedBroker,
  type Refusal,
  startEmbeddedBroker,
} from '../../src/platform/embedded-broker.ts';

/** Everybody may do everything: for tests that are not about who may do what. */
export const openAcl: BrokerAcl<string> = {
  authenticate: (username) => username ?? 'anonymous',
  mayPublish: () => true,
  maySubscribe: () => true,
};

export interface TestBroker extends EmbeddedBroker {
  refusals: Refusal[];
  /** Ends the broker and everything it knew, and starts an empty one on the same port. */
  restart(): Promise<void>;
}

/** A broker over TCP for the running test (or, with `owner: 'caller'`, until the caller stops it). */
export async function startTestBroker<Principal = string>(
  options: { acl?: BrokerAcl<Principal>; owner?: 'test' | 'caller' } = {},
): Promise<TestBroker> {
  const acl = options.acl ?? (openAcl as unknown as BrokerAcl<Principal>);
  const refusals: Refusal[] = [];
  const onRefused = (refusal: Refusal) => refusals.push(refusal);
  let broker = await startEmbeddedBroker({ acl, onRefused });
  const { url, port } = broker;
  const stop = () => broker.stop();
  if ((options.owner ?? 'test') === 'test') onTestFinished(stop);
  return {
    url,
    port,
    refusals,
    connectedClients: () => broker.connectedClients(),
    stop,
    async restart() {
      await broker.stop();
      broker = await startEmbeddedBroker({ acl, port, onRefused });
    },
  };
}

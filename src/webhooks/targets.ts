import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Where messages may go. `public`: https to public addresses. `loopback`: also this machine, there by http too. `private`: any address, by
 * http too.
 */
export const webhookReaches = ['public', 'loopback', 'private'] as const;
export type WebhookReach = (typeof webhookReaches)[number];

const loopback = blocks([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/**
 * Whatever is not a host on the internet (IANA special-purpose registries), and IPv6 forms that lead to IPv4 addresses. Two lists, because
 * an IPv4 address is also found in a subnet of mapped ones.
 */
const special4 = blocks([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);
const special6 = blocks([
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
]);

function blocks(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of subnets) list.addSubnet(net, bits, family(net));
  return list;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

export function mayReach(address: string, reach: WebhookReach): boolean {
  if (reach === 'private') return true;
  if (reach === 'loopback' && loopback.check(address, family(address))) return true;
  return !(family(address) === 'ipv6' ? special6 : special4).check(address, family(address));
}

/** The host as an address, when it is one. `URL` has turned spellings such as `0x7f.1` into the usual one. */
const addressIn = ({ hostname }: URL): string | null => {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) > 0 ? bare : null;
};

/** Why nothing may be sent there, in words; null: it may. A name is looked up only when something is sent, each time anew. */
export function refusalOf(url: URL, reach: WebhookReach): string | null {
  const address = addressIn(url);
  if (address !== null && !mayReach(address, reach)) return 'must not lead to a private address';
  if (url.protocol === 'https:' || reach === 'private') return null;
  const isHere = url.hostname === 'localhost' || (address !== null && loopback.check(address, family(address)));
  return reach === 'loopback' && isHere ? null : 'must begin with https://';
}

/**
 * For the connection itself, so that what was checked is what is connected to: a name that leads to one address when it is looked at and to
 * another when it is used gains nothing.
 */
export const guardedLookup =
  (reach: WebhookReach): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const [first, ...others] = addresses.filter(({ address }) => mayReach(address, reach));
      if (!first) return done(new Error(`${hostname} leads to a private address`), '', 0);
      if (options.all) return done(null, [first, ...others]);
      done(null, first.address, first.family);
    });
  };

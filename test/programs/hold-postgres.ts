import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';

/** Starts an embedded PostgreSQL in the folder it is given, says where, and holds it until it is killed. */
const server = await startEmbeddedPostgres({
  dataDir: process.argv[2] ?? '',
  say: (sentence) => console.log(sentence),
});
console.log(`up ${server.pid} ${server.url}`);
setInterval(() => {}, 1000);

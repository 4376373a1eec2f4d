import { sentenceOf } from '../platform/errors.ts';
import { migrate } from './migrate.ts';

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error('Set DATABASE_URL to the database to migrate, for example postgres://user:password@host:5432/pitlane.');
  process.exit(1);
}
try {
  const applied = await migrate({ databaseUrl, say: (sentence) => console.log(sentence) });
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.length} migrations.`);
} catch (error) {
  console.error(sentenceOf(error));
  process.exit(1);
}

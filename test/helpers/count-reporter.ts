import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { TestError } from 'vitest';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { projectRoot } from '../../src/platform/paths.ts';

interface Counts {
  passed: number;
  failed: number;
  /** Each test that failed and why, in a few lines: told again at the end, where nobody has to look for it. */
  failures: string[];
  /** Full names of the tests that did not run. */
  skipped: string[];
  /** What failed without being a test: files that do not load, hooks, errors nobody caught. */
  broken: string[];
}

/** Writes how many tests passed, failed and did not run to the file that `npm test` names. */
export default class CountReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { message: string }[],
    reason: TestRunEndReason,
  ): void {
    const path = process.env.PITLANE_COUNTS_FILE;
    if (!path) return;
    const counts: Counts = { passed: 0, failed: 0, failures: [], skipped: [], broken: [] };
    for (const module of modules) countModule(module, counts);
    for (const error of unhandled) counts.broken.push(`error outside of a test: ${error.message}`);
    if (reason === 'interrupted') counts.broken.push('the test run was interrupted');
    writeFileSync(path, JSON.stringify(counts));
  }
}

function countModule(module: TestModule, counts: Counts): void {
  const file = relative(projectRoot, module.moduleId);
  for (const error of module.errors()) counts.broken.push(`${file}: ${error.message}`);
  for (const suite of module.children.allSuites()) {
    for (const error of suite.errors()) counts.broken.push(`${file} > ${suite.fullName}: ${error.message}`);
  }
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result();
    if (state === 'passed') counts.passed++;
    else if (state === 'failed') {
      counts.failed++;
      counts.failures.push([`${file} > ${test.fullName}`, ...(errors ?? []).map(reason)].join('\n'));
    } else counts.skipped.push(`${file} > ${test.fullName}`);
  }
}

/** Characters of a message that are told: a difference between two big objects fills a page. */
const MAX_REASON = 1500;

/** What went wrong, with the places in the project's own files. */
function reason({ message, diff, stacks }: TestError): string {
  const told = stripVTControlCharacters([message, diff ?? ''].join('\n'))
    .slice(0, MAX_REASON)
    .trimEnd();
  const places = (stacks ?? []).map(({ file, line }) => `at ${relative(projectRoot, file)}:${line}`);
  return [...told.split('\n'), ...places].map((line) => `    ${line}`).join('\n');
}
